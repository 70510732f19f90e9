/** A workflow of the test's own: sets a timer once everything of an activation is taken in. */
import { condition, defineUpdate, setHandler, sleep } from '@temporalio/workflow';
import { activationSettled } from '../../../workflows/activation-settled';

export const taken = defineUpdate<void>('taken');

export async function settling(): Promise<void> {
  let stirred = false;
  setHandler(taken, () => void (stirred = true));
  await condition(() => stirred);
  await activationSettled();
  await sleep('1 day');
}
