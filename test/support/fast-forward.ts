/** Moves one case's clock on a real server, from one due moment to the next, never further in one step. */
import type { Client } from '@temporalio/client';
import { ownTime, skip } from '../../api/time-skipping';
import type { DrivenCase } from './temporal';
import { eventually } from './temporal';

/** Skips to the case's next wake-up and waits until the case has passed it. Gives the case's clock then. */
export async function toNextChange(client: Client, one: DrivenCase): Promise<number> {
  const { nextWake, view } = await one.status();
  if (nextWake === null) throw new Error('a closed case has no next moment');
  const { workflowId } = one.handle;
  const now = (await ownTime(client, workflowId)) ?? Date.now();
  await skip(client, workflowId, Math.max(1, nextWake - now));
  const seen = await eventually(
    () => one.status().catch(() => undefined),
    (status) => status !== undefined && (status.nextWake !== nextWake || status.view.clock > view.clock),
  );
  return seen?.view.clock ?? nextWake;
}
