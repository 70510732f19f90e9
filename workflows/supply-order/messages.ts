/** Every message that a waiting order understands. */
import { defineSignal } from '@temporalio/workflow';

/** Stock has arrived: look at once. Only a hint; what there is stands in PostgreSQL. */
export const stockArrived = defineSignal('stockArrived');
export { move } from '../continuing';
