/** A workflow of the test's own: sets a timer when it looks, with and without waiting for the end of the activation. */
import { condition, defineUpdate, setHandler, sleep } from '@temporalio/workflow';
import { activationSettled } from '../../../workflows/activation-settled';

export const taken = defineUpdate<void>('taken');

export async function settling(waits: boolean): Promise<void> {
  let stirred = false;
  setHandler(taken, () => void (stirred = true));
  await condition(() => stirred);
  if (waits) await activationSettled();
  await sleep('1 day');
}
