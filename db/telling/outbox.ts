/** The outbox: notices are put there in the transaction of the entries that they tell of. */
import type { Entry } from '../../domain/ledger/entry';
import type { NoticeKind } from '../../domain/telling/notices';
import type { Notice } from '../../domain/telling/outbox';
import type { Json } from '../../domain/ledger/entry';
import type { Queryable } from '../sql/pool';

/** SQL that puts the `notices` (JSON) of `stream` there, each once, where `condition` holds. */
export function putNotices(stream: string, notices: string, condition: string): string {
  return `INSERT INTO outbox (key, kind, stream, sequence, recipient, at, not_before, urgent, duty, details)
    SELECT key, kind, ${stream}, sequence, recipient, to_timestamp(at / 1000), to_timestamp("notBefore" / 1000), urgent, duty, details
    FROM jsonb_to_recordset(${notices}::jsonb)
      AS one (key text, kind text, sequence bigint, recipient text, at double precision, "notBefore" double precision,
              urgent boolean, duty text, details jsonb)
    WHERE ${condition}
    ON CONFLICT (key) DO NOTHING`;
}

/** Tells the operators that the entry stands but what should follow it in PostgreSQL could not. */
export async function tellOperator(db: Queryable, entry: Entry, kind: NoticeKind, details: Json): Promise<void> {
  const { stream, sequence, at } = entry;
  const recipient = 'operator';
  const notice: Notice = {
    key: `${stream}/${sequence}/${kind}/${recipient}`,
    ...{ kind, sequence, recipient, at, details: details as Notice['details'] },
    notBefore: at,
    urgent: true,
    duty: null,
  };
  await db.query(putNotices('$1', '$2', 'true'), [stream, JSON.stringify([notice])]);
}
