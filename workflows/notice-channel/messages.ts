/** Every message that a channel understands. */
import { defineSignal } from '@temporalio/workflow';

/** There is something to send: look at once. Only a hint; what there is stands in PostgreSQL. */
export const ring = defineSignal('ring');
export { move } from '../continuing';
