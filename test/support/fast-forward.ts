/** Moves one case's clock on a real server, from one due moment to the next, never further in one step. */
import type { Client } from '@temporalio/client';
import { ownTime, skip } from '../../api/case/time-skipping';
import type { Status } from '../../contracts/case/views';
import type { DrivenCase } from './driven-case';
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

/** Waits until the case has nothing more to tell PostgreSQL or to hear from it, with every placed order allocated. */
export function settled(one: DrivenCase): Promise<Status> {
  return eventually(() => one.status(), isSettled);
}

function isSettled({ unrecorded, view }: Status): boolean {
  const { rounds } = view.operation;
  const placed = view.supply.orders.filter(({ status }) => status === 'placed');
  return (
    unrecorded === 0 &&
    rounds.every(({ stage, countedStage }) => stage === countedStage) &&
    placed.every(({ hasNews, lines }) => {
      return !hasNews && lines.every(({ requested, allocated }) => allocated >= requested);
    })
  );
}
