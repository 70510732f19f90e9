/** Requests to cancel workflows that belong to no case: in a stream of the ledger, once for each run. */
import type { CancelRequest } from '../../activities/ports';
import { MACHINE, outsideAct, STREAMS } from '../../domain/ledger/outside-acts';
import type { Client } from '../sql/pool';
import { append, lockStream } from './ledger';

export async function noteCancelRequest(client: Client, { workflow, run, at }: CancelRequest): Promise<void> {
  await lockStream(client, STREAMS.operations);
  const { rowCount } = await client.query(
    `SELECT FROM ledger WHERE stream = $1 AND type = 'workflow-cancel-requested' AND entry->'details'->>'run' = $2`,
    [STREAMS.operations, run],
  );
  if (rowCount) return;
  await append(client, STREAMS.operations, [
    outsideAct({ type: 'workflow-cancel-requested', details: { workflow, run }, by: MACHINE, at }),
  ]);
}
