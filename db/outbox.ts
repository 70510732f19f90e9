/** The outbox: notices are put there in the transaction of the entry that they tell of. */
import type { Entry } from '../contracts/ledger';
import { noticesOf } from '../contracts/outbox';
import type { Json } from '../domain/ledger';
import type { Queryable } from './pool';

interface Row {
  readonly key: string;
  readonly kind: string;
  readonly stream: string;
  readonly sequence: number;
  readonly recipient: string;
  /** The case's time; reminders come out of the quiet hours already. */
  readonly at: number;
  readonly details: Json;
}

export function noticesIn(entries: readonly Entry[]): Row[] {
  return entries.flatMap((entry) => {
    const { stream, sequence, at, details } = entry;
    return noticesOf(entry).map((notice) => ({ ...notice, stream, sequence, at, details }));
  });
}

/** SQL that puts the `notices` (JSON), each once, where `condition` holds. */
export function putNotices(notices: string, condition: string): string {
  return `INSERT INTO outbox (key, kind, stream, sequence, recipient, not_before, details)
    SELECT key, kind, stream, sequence, recipient, to_timestamp(at / 1000), details
    FROM jsonb_to_recordset(${notices}::jsonb)
      AS one (key text, kind text, stream text, sequence bigint, recipient text, at double precision, details jsonb)
    WHERE ${condition}
    ON CONFLICT (key) DO NOTHING`;
}

/** Tells the operators that the entry stands but what should follow it in PostgreSQL could not. */
export async function tellOperator(db: Queryable, entry: Entry, kind: string, details: Json): Promise<void> {
  const { stream, sequence, at } = entry;
  const recipient = 'operator';
  const notice: Row = {
    key: `${stream}/${sequence}/${kind}/${recipient}`,
    kind,
    stream,
    sequence,
    recipient,
    at,
    details,
  };
  await db.query(putNotices('$1', 'true'), [JSON.stringify([notice])]);
}
