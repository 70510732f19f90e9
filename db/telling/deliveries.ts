/** What went where: deliveries with what became of their messages, for operators and officials; and what a person's hand on one of them writes. */
import type { ChannelId } from '../../contracts/telling/channel-ids';
import type { DeliveryState } from '../../contracts/telling/notices';
import type { Handled } from '../../domain/telling/deliveries';
import type { Client, Queryable } from '../sql/pool';

export interface DeliveryRow {
  readonly key: string;
  readonly channel: ChannelId;
  readonly destination: string;
  /** Of the account, where the destination is one. */
  readonly email: string | null;
  readonly name: string | null;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly subject: string | null;
  readonly text: string | null;
  readonly case: string | null;
  readonly message: string | null;
  readonly attempts: number;
  readonly receipt: string | null;
  readonly dueAt: Date;
  readonly settledAt: Date | null;
  /** As it was put down, to microseconds: for the next page. */
  readonly position: string;
}

export interface DeliveryFilter {
  readonly channel?: string | undefined;
  readonly state?: string | undefined;
  readonly caseNumber?: string | undefined;
  readonly bulletin?: string | undefined;
  readonly after: readonly [createdAt: string, key: string] | null;
  readonly limit: number;
}

/** SQL: the state of delivery `e` with its message `m`. */
export const STATE = `COALESCE(m.state, e.state)`;

/** Newest first, one more than the limit when there are more. */
export async function listDeliveries(db: Queryable, filter: DeliveryFilter): Promise<DeliveryRow[]> {
  const { channel, state, caseNumber, bulletin, after, limit } = filter;
  const { rows } = await db.query<DeliveryRow>(
    `SELECT e.key, e.channel, e.destination, a.email, a.display_name AS name, ${STATE} AS state,
            COALESCE(m.reason, e.reason) AS reason, m.subject, m.body AS text, e.stream AS case, e.message,
            COALESCE(m.attempts, 0) AS attempts, m.receipt, e.send_at AS "dueAt", m.settled_at AS "settledAt",
            e.created_at::text AS position
     FROM deliveries e LEFT JOIN messages m ON m.id = e.message
       LEFT JOIN accounts a ON e.channel IN ('email', 'console') AND a.id = e.destination
     WHERE ($1::text IS NULL OR e.channel = $1) AND ($2::text IS NULL OR ${STATE} = $2) AND ($3::text IS NULL OR e.stream = $3)
       AND ($4::text IS NULL OR e.bulletin = $4)
       AND ($5::text IS NULL OR (e.created_at, e.key) < ($5::timestamptz, $6))
     ORDER BY e.created_at DESC, e.key DESC LIMIT $7`,
    [channel, state, caseNumber, bulletin, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
  return rows;
}

/** It stays as it is until the end of the transaction. */
export async function lockMessage(
  client: Client,
  id: string,
): Promise<{ readonly id: string; readonly state: DeliveryState } | undefined> {
  const { rows } = await client.query<{ id: string; state: DeliveryState }>(
    'SELECT id, state FROM messages WHERE id = $1 FOR UPDATE',
    [id],
  );
  return rows[0];
}

/** A person's hand on it: its channel sends it as if for the first time, or has nothing to do with it any more. */
export async function writeHandled(
  client: Client,
  id: string,
  { state, afresh }: Pick<Handled, 'state' | 'afresh'>,
): Promise<void> {
  await client.query(
    `UPDATE messages SET state = $2, next_at = now(), attempts = CASE WHEN $3 THEN 0 ELSE attempts END,
            receipt = CASE WHEN $3 THEN NULL ELSE receipt END, settled_at = CASE WHEN $3 THEN NULL ELSE now() END
     WHERE id = $1`,
    [id, state, afresh],
  );
}
