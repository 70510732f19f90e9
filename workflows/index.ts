/** Exactly the workflow types of the system: every export here becomes one. */
export { reopening } from './reopening';
export { supplyOrder } from './supply-order';
export { bulletin } from './bulletin';
export { dailySummary } from './daily-summary';
export { noticeChannel } from './notice-channel';
