/** The outbox: notices are put there in the transaction of the entry that they tell of. */
import type { Entry } from '../contracts/ledger';
import { noticesOf } from '../contracts/outbox';
import type { Client } from './pool';

export async function putNotices(client: Client, entries: readonly Entry[]): Promise<void> {
  const notices = entries.flatMap((entry) =>
    noticesOf(entry).map((notice) => ({
      ...notice,
      stream: entry.stream,
      sequence: entry.sequence,
      at: entry.at,
      details: entry.details,
    })),
  );
  if (notices.length === 0) return;
  await client.query(
    `INSERT INTO outbox (key, kind, stream, sequence, recipient, not_before, details)
     SELECT key, kind, stream, sequence, recipient, to_timestamp(at / 1000), details
     FROM jsonb_to_recordset($1::jsonb)
       AS one (key text, kind text, stream text, sequence bigint, recipient text, at double precision, details jsonb)
     ON CONFLICT (key) DO NOTHING`,
    [JSON.stringify(notices)],
  );
}
