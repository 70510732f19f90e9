/** Records what a case has answered, in one transaction: ledger, projections, texts, commands, claims, notices, the day's seal. */
import { ForeignCase, type Recorder } from '../activities/ports';
import type { RecordBatch } from '../contracts/views';
import { settleClaims } from './claims';
import { addEntries, lockStream } from './ledger';
import { putNotices } from './outbox';
import { transaction, type Client, type Pool } from './pool';
import { project } from './projections';
import { attach, settleCommands } from './references';
import { createSealer } from './seals';

export function createRecorder(pool: Pool): Recorder {
  const sealToday = createSealer();
  return {
    record: (batch) =>
      transaction(pool, async (client) => {
        await requireOwnCase(client, batch);
        const head = await lockStream(client, batch.stream);
        const fresh = await addEntries(client, batch.stream, head, batch.entries);
        if (fresh.length > 0) {
          await attach(client, fresh);
          await settleCommands(client, fresh);
          await settleClaims(client, batch, fresh);
          await putNotices(client, fresh);
        }
        await project(client, batch);
        await sealToday(client);
      }),
  };
}

/** Whoever reaches Temporal can start a workflow with keys of their own: it gets no line in the ledger. */
async function requireOwnCase(client: Client, { stream, keys }: RecordBatch): Promise<void> {
  const { rows } = await client.query<{ registered: boolean; own: number }>(
    `SELECT EXISTS (SELECT FROM cases WHERE case_number = $1) AS registered,
            (SELECT count(*)::int FROM signing_keys WHERE public_key = ANY ($2)) AS own`,
    [stream, keys],
  );
  const [found] = rows;
  if (!found?.registered) throw new ForeignCase(`case ${stream} is not registered`);
  if (keys.length === 0 || found.own !== new Set(keys).size)
    throw new ForeignCase(`case ${stream} trusts a foreign key`);
}
