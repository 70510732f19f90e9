/** Trial mode: a case whose time was moved ahead of the world's goes on with its own time in the run that adopted it. */
import type { Client } from '@temporalio/client';
import { ownTime, skip } from '../../api/case/time-skipping';
import { reopeningId } from '../../contracts/case/ids';
import { enterprisesWithOpenCase } from '../../db/operations/takeovers';
import type { Pool } from '../../db/sql/pool';
import { inputOf } from './inputs';

/** Asked again it asks for what is left; the server moves the clock as soon as the case has nothing to do. */
export async function moveClocks(client: Client, pool: Pool): Promise<void> {
  for (const enterprise of await enterprisesWithOpenCase(pool)) {
    const workflowId = reopeningId(enterprise);
    const input = await inputOf(client, { workflowId });
    if (input?.kind !== 'adopted') continue;
    const { clock } = input.carried.state;
    const now = Date.now();
    if (clock <= now) continue;
    const ahead = Math.ceil(clock - ((await ownTime(client, workflowId)) ?? now));
    if (ahead > 0) await skip(client, workflowId, ahead);
  }
}
