/** Messages on their way: claimed by one sender at a time within the channel's rate, and settled with what became of them. */
import type { Claim, Mailroom, Settlement } from '../../activities/ports';
import { compose } from './composing';
import { transaction, type Client, type Pool } from '../sql/pool';
import { spread, type SpreadingOptions } from './fan-out';

/** A sender that died is known to be dead after this: four times what one attempt may take. */
const LEASE_MS = 60_000;
/** Any constant that no other advisory lock of two numbers uses. */
const LOCK = 7_020_224;

/** None: no limit. */
type Rate = Parameters<Mailroom['claim']>[1];

export interface MailroomOptions extends SpreadingOptions {
  readonly leaseMs?: number;
}

export function createMailroom(pool: Pool, { leaseMs = LEASE_MS, ...spreading }: MailroomOptions): Mailroom {
  return {
    spread: () => spread(pool, spreading),
    compose: async (channel, together) => void (await compose(pool, channel, together)),
    claim: (channel, rate) => claim(pool, channel, rate, leaseMs),
    settle: (attempted, settlement) => settle(pool, attempted, settlement),
  };
}

/**
 * The next message of the channel that may be sent now: urgent ones first, then the oldest. The attempt is counted before it is
 * made, so that a crash may waste one and never exceeds the rate.
 * @returns what to send; when there is something and it may not go yet, in how many milliseconds; null when nothing is open
 */
async function claim(
  pool: Pool,
  channel: string,
  rate: Rate,
  leaseMs: number,
): Promise<Claim | { readonly waitMs: number } | null> {
  return transaction(pool, async (client) => {
    // One claim of a channel at a time: two could both be the last that the rate allows.
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK}, hashtext($1))`, [channel]);
    const found = await nextOf(client, channel, rate);
    if (!found) return waitOf(client, channel, rate);
    const { rows } = await client.query<Claim>(
      `UPDATE messages SET state = 'sending', attempts = attempts + 1, lease = clock_timestamp() + make_interval(secs => $2)
       WHERE id = $1
       RETURNING id, destination, attempts, receipt`,
      [found, leaseMs / 1000],
    );
    await client.query(
      'INSERT INTO send_attempts (channel, destination) SELECT channel, destination FROM messages WHERE id = $1',
      [found],
    );
    return rows[0] ?? null;
  });
}

/** SQL: attempts for the destination of `m` within the window, $2 its count and $3 its milliseconds. */
const ATTEMPTS = `(SELECT count(*) FROM send_attempts s WHERE s.channel = m.channel AND s.destination = m.destination
  AND s.at > clock_timestamp() - make_interval(secs => $3::double precision / 1000))`;
/** Open, or in the hands of somebody who has lost it. */
const CLAIMABLE = `m.channel = $1 AND ((m.state IN ('waiting', 'pending') AND m.next_at <= clock_timestamp())
  OR (m.state = 'sending' AND m.lease < clock_timestamp()))`;

async function nextOf(client: Client, channel: string, rate: Rate): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT m.id FROM messages m WHERE ${CLAIMABLE} AND ($2::integer IS NULL OR ${ATTEMPTS} < $2)
     ORDER BY m.urgent DESC, m.created_at, m.id LIMIT 1`,
    [channel, rate?.count ?? null, rate?.windowMs ?? 0],
  );
  return rows[0]?.id;
}

/** Until the soonest of what is open may be tried: its own time, the end of a lease, or room in the rate. */
async function waitOf(client: Client, channel: string, rate: Rate): Promise<{ waitMs: number } | null> {
  const { rows } = await client.query<{ wait: number | null }>(
    `SELECT (extract(epoch FROM min(GREATEST(
         CASE WHEN m.state = 'sending' THEN m.lease ELSE m.next_at END,
         (SELECT s.at + make_interval(secs => $3::double precision / 1000) FROM send_attempts s
          WHERE $2::integer IS NOT NULL AND s.channel = m.channel AND s.destination = m.destination
          ORDER BY s.at DESC OFFSET $2 - 1 LIMIT 1))) - clock_timestamp()) * 1000)::float8 AS wait
     FROM messages m WHERE m.channel = $1 AND m.state IN ('waiting', 'pending', 'sending')`,
    [channel, rate?.count ?? null, rate?.windowMs ?? 0],
  );
  const wait = rows[0]?.wait;
  return wait === null || wait === undefined ? null : { waitMs: Math.max(1, Math.ceil(wait)) };
}

/** Writes down what became of an attempt, unless somebody else has the message by now. @returns whether it was written down */
async function settle(pool: Pool, attempted: Pick<Claim, 'id' | 'attempts'>, settlement: Settlement): Promise<boolean> {
  const {
    state,
    reason = null,
    receipt = null,
    subject = null,
    body = null,
    afterMs = 0,
    uncounted = false,
  } = settlement;
  const { rowCount } = await pool.query(
    `UPDATE messages SET state = $3, reason = $4, receipt = COALESCE($5, receipt), subject = COALESCE($6, subject),
            body = COALESCE($7, body), next_at = clock_timestamp() + make_interval(secs => $8::double precision / 1000),
            attempts = attempts - CASE WHEN $9 THEN 1 ELSE 0 END, lease = NULL,
            settled_at = CASE WHEN $3 IN ('waiting', 'pending') THEN NULL ELSE clock_timestamp() END
     WHERE id = $1 AND state = 'sending' AND attempts = $2`,
    [attempted.id, attempted.attempts, state, reason, receipt, subject, body, afterMs, uncounted],
  );
  return rowCount === 1;
}
