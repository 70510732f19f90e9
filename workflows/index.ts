/** Exactly the workflow types of the system: every export here becomes one. */
export { reopening } from './reopening/workflow';
export { supplyOrder } from './supply-order/workflow';
export { bulletin } from './bulletin/workflow';
export { dailySummary } from './daily-summary/workflow';
export { noticeChannel } from './notice-channel/workflow';
