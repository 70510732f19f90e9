/** Spreads the outbox: every notice that is due becomes deliveries, one for each channel and destination that is to have it. */
import { mailTime } from '../../domain/telling/delivery-times';
import type { NoticeKind } from '../../domain/telling/notices';
import type { ChannelSettings } from '../../programme/channels';
import { DAY } from '../../domain/calendar/calendar';
import type { Instant } from '../../domain/programme/edition';
import { transaction, type Client, type Pool } from '../sql/pool';
import { accountsFor, readRecipients, type CaseOfNotice, type Recipient } from './recipients';

/** Notices of one transaction: some milliseconds of work, and few to do again after a crash. */
const AT_ONCE = 200;
/** Whatever an account has chosen, it finds everything there; it disturbs nobody. */
const ALWAYS = 'console';
const MAIL = 'email';

export interface SpreadingOptions {
  readonly settings: ChannelSettings;
  /** The town's time, in which digests stand. */
  readonly utcOffsetMinutes: number;
}

interface Row {
  readonly key: string;
  readonly kind: NoticeKind;
  readonly stream: string;
  readonly recipient: string;
  readonly at: Instant;
  readonly notBefore: Instant;
  readonly urgent: boolean;
  readonly createdAt: Date;
  readonly case: CaseOfNotice;
}

interface Delivery {
  readonly key: string;
  readonly notice: string;
  readonly channel: string;
  readonly destination: string;
  readonly stream: string;
  readonly at: Instant;
  readonly sendAt: Instant;
  readonly urgent: boolean;
  readonly createdAt: Date;
  readonly state?: 'dead';
  readonly reason?: string;
}

/**
 * SQL: what was told at `at` (columns of `row`) and is to go at `moment` may go now. By the clock of its case `r`, or, for a case
 * that sleeps, when as much real time has passed; so that a rehearsal shows it at once and nothing waits for ever.
 */
export function isDue(row: string, moment: string): string {
  return `(${moment} <= ${row}.at OR r.clock >= ${moment} OR now() >= ${row}.created_at + (${moment} - ${row}.at))`;
}

/** SQL: the duty `duty` of the notice `n`, if it has one, is still owed as it was. */
export const STILL_OWED = `(n.duty IS NULL OR EXISTS (
  SELECT FROM duties d WHERE d.case_number = n.stream AND d.id = n.duty AND d.since <= n.at))`;

/** @returns the channels that have got deliveries; notices that are not due stay */
export async function spread(pool: Pool, options: SpreadingOptions): Promise<string[]> {
  const channels = new Set<string>();
  for (;;) {
    const taken = await transaction(pool, (client) => spreadSome(client, options, channels));
    if (taken < AT_ONCE) return [...channels];
  }
}

/** @returns how many notices it took in hand */
async function spreadSome(client: Client, options: SpreadingOptions, channels: Set<string>): Promise<number> {
  const dropped = await client.query<{ key: string }>(
    `UPDATE outbox AS o SET state = 'dropped', reason = '已办结 done meanwhile'
     FROM (SELECT n.key FROM outbox n JOIN reopenings r ON r.case_number = n.stream
           WHERE n.state = 'waiting' AND r.version >= n.sequence AND NOT ${STILL_OWED}
           ORDER BY n.created_at LIMIT ${AT_ONCE} FOR UPDATE OF n SKIP LOCKED) AS gone
     WHERE o.key = gone.key`,
  );
  const { rows } = await client.query<Row>(
    `SELECT n.key, n.kind, n.stream, n.recipient, (extract(epoch FROM n.at) * 1000)::float8 AS at,
            (extract(epoch FROM n.not_before) * 1000)::float8 AS "notBefore", n.urgent, n.created_at AS "createdAt",
            jsonb_build_object('enterprise', r.enterprise, 'village', r.village, 'startedBy', c.started_by,
                               'stationing', r.state->'stationing') AS case
     FROM outbox n JOIN reopenings r ON r.case_number = n.stream JOIN cases c ON c.case_number = n.stream
     WHERE n.state = 'waiting' AND r.version >= n.sequence AND ${isDue('n', 'n.not_before')}
     ORDER BY n.created_at, n.key LIMIT ${AT_ONCE} FOR UPDATE OF n SKIP LOCKED`,
  );
  if (rows.length > 0) {
    const made = await spreadRows(client, rows, options);
    for (const { channel, state } of made) if (state !== 'dead') channels.add(channel);
  }
  return Math.max(rows.length, dropped.rowCount ?? 0);
}

async function spreadRows(
  client: Client,
  rows: readonly Row[],
  { settings, utcOffsetMinutes }: SpreadingOptions,
): Promise<Delivery[]> {
  const zone = { utcOffsetMinutes };
  const addressed = rows.map((row) => ({ ...row, toAll: row.urgent || row.kind === 'duty-escalated' }));
  const known = await readRecipients(client, addressed, zone);
  const mails = await mailsOfDays(client, known, rows, utcOffsetMinutes);
  const deliveries: Delivery[] = [];
  const nobody: string[] = [];
  for (const row of addressed) {
    const accounts = accountsFor(row, known, zone);
    const groups = settings.groups.filter(({ told }) => told.includes(row.kind));
    if (accounts.length === 0) {
      nobody.push(row.key);
      deliveries.push({ ...deliveryOf(row, ALWAYS, row.recipient, row.notBefore), state: 'dead', reason: NOBODY });
    }
    for (const one of accounts) {
      deliveries.push(deliveryOf(row, ALWAYS, one.account, row.notBefore));
      if (!wantsMail(one)) continue;
      const gathered = one.digest || mails.count(one.account, row.notBefore) >= settings.mostPerDay;
      const sendAt = mailTime(row, gathered, one.account, settings, zone);
      if (!gathered && !row.urgent) mails.add(one.account, sendAt);
      deliveries.push(deliveryOf(row, MAIL, one.account, sendAt));
    }
    for (const { channel, id } of groups) deliveries.push(deliveryOf(row, channel, id, row.notBefore));
  }
  await client.query(INSERT, [JSON.stringify(deliveries)]);
  await client.query(
    `UPDATE outbox SET state = CASE WHEN key = ANY ($2) THEN 'dead' ELSE 'spread' END,
            reason = CASE WHEN key = ANY ($2) THEN $3 END
     WHERE key = ANY ($1)`,
    [rows.map(({ key }) => key), nobody, NOBODY],
  );
  return deliveries;
}

/** Where an operator sees it: in the list of what was sent. */
const NOBODY = '无人可通知 nobody has this part';

const INSERT = `INSERT INTO deliveries (key, notice, channel, destination, stream, at, send_at, urgent, created_at, state, reason)
  SELECT key, notice, channel, destination, stream, to_timestamp(at / 1000), to_timestamp("sendAt" / 1000), urgent, "createdAt",
         COALESCE(state, 'waiting'), reason
  FROM jsonb_to_recordset($1::jsonb) AS one (key text, notice text, channel text, destination text, stream text,
    at double precision, "sendAt" double precision, urgent boolean, "createdAt" timestamptz, state text, reason text)
  ON CONFLICT (key) DO NOTHING`;

function wantsMail({ hasEmail, channels }: Recipient): boolean {
  return hasEmail && (channels === null || channels.includes(MAIL));
}

/** Whoever is meant in two ways, or a group to which several are told the same, gets it once: the recipient is not in the key. */
function deliveryOf(row: Row, channel: string, destination: string, sendAt: Instant): Delivery {
  const { key, recipient, stream, at, urgent, createdAt } = row;
  const what = key.slice(0, -recipient.length);
  return {
    key: `${what}${channel}/${destination}`,
    notice: key,
    ...{ channel, destination, stream, at, sendAt, urgent, createdAt },
  };
}

/** How many mails an account has on a day that were not gathered; what is spread now is added. */
async function mailsOfDays(
  client: Client,
  known: readonly Recipient[],
  rows: readonly Row[],
  utcOffsetMinutes: number,
) {
  const dayOf = (at: Instant) => Math.floor((at + utcOffsetMinutes * 60_000) / DAY);
  const counts = new Map<string, number>();
  const keyOf = (account: string, at: Instant) => `${account}@${dayOf(at)}`;
  const days = [...new Set(rows.map(({ notBefore }) => dayOf(notBefore)))];
  const { rows: sent } = await client.query<{ account: string; day: number; count: number }>(
    `SELECT destination AS account, floor(extract(epoch FROM send_at) * 1000 + $3)::bigint / ${DAY} AS day, count(*) AS count
     FROM deliveries
     WHERE channel = '${MAIL}' AND destination = ANY ($1) AND NOT urgent
       AND send_at >= to_timestamp($2::double precision / 1000) AND send_at < to_timestamp($4::double precision / 1000)
     GROUP BY 1, 2`,
    [
      known.map(({ account }) => account),
      Math.min(...days) * DAY - utcOffsetMinutes * 60_000,
      utcOffsetMinutes * 60_000,
      (Math.max(...days) + 1) * DAY - utcOffsetMinutes * 60_000,
    ],
  );
  for (const { account, day, count } of sent) counts.set(`${account}@${day}`, count);
  return {
    count: (account: string, at: Instant) => counts.get(keyOf(account, at)) ?? 0,
    add: (account: string, at: Instant) => {
      const key = keyOf(account, at);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  };
}
