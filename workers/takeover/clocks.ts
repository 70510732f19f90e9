/** Trial mode: a case whose time was moved ahead of the world's goes on with its own time in the run that adopted it. */
import type { Client } from '@temporalio/client';
import { ownTime, skip } from '../../api/case/time-skipping';
import { reopeningId } from '../../contracts/case/ids';
import { clocksAhead } from '../../db/operations/takeovers';
import type { Pool } from '../../db/sql/pool';
import { LANDED_QUEUE } from './landed-bundle';
import { newestRun } from './runs';

/** Asked again it asks for what is left; the server moves the clock when the case has nothing to do. */
export async function moveClocks(client: Client, pool: Pool): Promise<void> {
  for (const { enterprise, clock } of await clocksAhead(pool)) {
    const workflowId = reopeningId(enterprise);
    const run = await newestRun(client, workflowId);
    if (!run?.isRunning || run.taskQueue === LANDED_QUEUE) continue;
    const ahead = Math.ceil(clock - ((await ownTime(client, workflowId)) ?? Date.now()));
    if (ahead > 0) await skip(client, workflowId, ahead);
  }
}
