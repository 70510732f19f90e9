/** Bulletins in PostgreSQL: written, scheduled, spread to their audience as it is then, urged, withdrawn, and what became of them. */
import type { BulletinKind, BulletinState, Part } from '../../contracts/telling/bulletins';
import type { ChannelId } from '../../contracts/telling/channel-ids';
import type { ChannelSettings } from '../../programme/channels';
import type { OutsideEntry } from '../../domain/ledger/outside-acts';
import { publishWhenDue, type Bulletin as RuledBulletin } from '../../domain/telling/bulletins';
import type { Client, Queryable } from '../sql/pool';

export interface Bulletin {
  readonly id: string;
  readonly kind: BulletinKind;
  readonly title: string;
  readonly body: string;
  readonly effectiveOn: string | null;
  readonly villages: readonly string[];
  readonly kinds: readonly string[];
  readonly phases: readonly string[];
  readonly channels: readonly ChannelId[];
  readonly cover: string | null;
  readonly attachments: readonly string[];
  readonly author: string;
  readonly state: BulletinState;
  readonly publishAt: Date | null;
  readonly publishedAt: Date | null;
  readonly withdrawnAt: Date | null;
  readonly withdrawal: string | null;
  readonly urgedAt: Date | null;
}

/** As the rules take it. */
export function stateOf({ state, channels, cover, publishAt, urgedAt }: Bulletin): RuledBulletin {
  return {
    ...{ state, channels, cover },
    publishAt: publishAt?.getTime() ?? null,
    urgedAt: urgedAt?.getTime() ?? null,
  };
}

export type NewBulletin = Pick<
  Bulletin,
  | 'id'
  | 'kind'
  | 'title'
  | 'body'
  | 'effectiveOn'
  | 'villages'
  | 'kinds'
  | 'phases'
  | 'channels'
  | 'cover'
  | 'attachments'
  | 'author'
>;

const SHOWN = `b.id, b.kind, b.title, b.body, b.effective_on AS "effectiveOn", b.villages, b.kinds, b.phases, b.channels, b.cover,
  b.attachments, b.author, b.state, b.publish_at AS "publishAt", b.published_at AS "publishedAt", b.withdrawn_at AS "withdrawnAt",
  b.withdrawal, b.urged_at AS "urgedAt"`;

export async function insertBulletin(client: Client, one: NewBulletin): Promise<void> {
  await client.query(
    `INSERT INTO bulletins (id, kind, title, body, effective_on, villages, kinds, phases, channels, cover, attachments, author)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[one.id, one.kind, one.title, one.body, one.effectiveOn, one.villages, one.kinds, one.phases, one.channels],
      ...[one.cover, one.attachments, one.author],
    ],
  );
}

export async function findBulletin(db: Queryable, id: string): Promise<Bulletin | undefined> {
  const { rows } = await db.query<Bulletin>(`SELECT ${SHOWN} FROM bulletins b WHERE b.id = $1`, [id]);
  return rows[0];
}

/** It stays as it is until the end of the transaction. */
export async function lockBulletin(client: Client, id: string): Promise<Bulletin | undefined> {
  const { rows } = await client.query<Bulletin>(`SELECT ${SHOWN} FROM bulletins b WHERE b.id = $1 FOR UPDATE`, [id]);
  return rows[0];
}

export interface BulletinFilter {
  /** Only what was published to this account; null: all. */
  readonly recipient: string | null;
  readonly state?: string | undefined;
  readonly after: readonly [createdAt: string, id: string] | null;
  readonly limit: number;
}

/** Newest first, one more than the limit when there are more. */
export async function listBulletins(
  db: Queryable,
  { recipient, state, after, limit }: BulletinFilter,
): Promise<(Bulletin & { readonly position: string })[]> {
  const { rows } = await db.query<Bulletin & { position: string }>(
    `SELECT ${SHOWN}, b.created_at::text AS position FROM bulletins b
     WHERE ($1::text IS NULL OR EXISTS (SELECT FROM bulletin_recipients r WHERE r.bulletin = b.id AND r.account = $1))
       AND ($2::text IS NULL OR b.state = $2)
       AND ($3::text IS NULL OR (b.created_at, b.id) < ($3::timestamptz, $4))
     ORDER BY b.created_at DESC, b.id DESC LIMIT $5`,
    [recipient, state, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
  return rows;
}

export async function isRecipient(db: Queryable, bulletin: string, account: string): Promise<boolean> {
  const { rowCount } = await db.query('SELECT FROM bulletin_recipients WHERE bulletin = $1 AND account = $2', [
    bulletin,
    account,
  ]);
  return rowCount !== 0;
}

export async function writeSchedule(client: Client, id: string, at: Date): Promise<void> {
  await client.query(`UPDATE bulletins SET state = 'scheduled', publish_at = $2 WHERE id = $1`, [id, at]);
}

/** SQL: enterprise `x` is of the audience of bulletin `b`; its phase is that of its newest case. */
const OF_AUDIENCE = `(cardinality(b.villages) = 0 OR x.village = ANY (b.villages))
  AND (cardinality(b.kinds) = 0 OR x.kind = ANY (b.kinds))
  AND (cardinality(b.phases) = 0 OR (SELECT r.phase FROM reopenings r WHERE r.enterprise = x.id
                                     ORDER BY r.opened_at DESC LIMIT 1) = ANY (b.phases))`;

export interface Audience {
  readonly enterprises: number;
  /** Of them without an account that could be told. */
  readonly unreachable: number;
}

/** As it would be now. */
export async function audienceOf(db: Queryable, id: string): Promise<Audience> {
  const { rows } = await db.query<Audience>(
    `SELECT count(*) AS enterprises,
            count(*) FILTER (WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.enterprise = x.id AND a.disabled_at IS NULL))
              AS unreachable
     FROM bulletins b JOIN enterprises x ON ${OF_AUDIENCE} WHERE b.id = $1`,
    [id],
  );
  return rows[0] ?? { enterprises: 0, unreachable: 0 };
}

/**
 * Publishes a scheduled bulletin that is due: freezes its audience and makes its deliveries. Done once, however often it is asked.
 * @returns what the ledger has of it; undefined when it is not scheduled (any more) or not due
 */
export async function publishBulletin(
  client: Client,
  id: string,
  at: Date,
  groups: ChannelSettings['groups'],
): Promise<OutsideEntry | undefined> {
  const found = await lockBulletin(client, id);
  const due = found && publishWhenDue(stateOf(found), at.getTime());
  if (!due) return undefined;
  await client.query(
    `INSERT INTO bulletin_recipients (bulletin, enterprise, account)
     SELECT b.id, x.id, a.id FROM bulletins b JOIN enterprises x ON ${OF_AUDIENCE}
       LEFT JOIN accounts a ON a.enterprise = x.id AND a.disabled_at IS NULL
     WHERE b.id = $1`,
    [id],
  );
  await client.query(`UPDATE bulletins SET state = 'published', published_at = $2 WHERE id = $1`, [id, at]);
  const recipients = await tellAccounts(client, found, 'publication', at, 'true');
  const elsewhere = await tellElsewhere(client, found, 'publication', at, groups);
  return due.entryOf({ recipients, elsewhere });
}

/** Whoever has not read it in the console is reminded, there and by mail. @returns how many accounts */
export async function tellUnread(client: Client, bulletin: Bulletin, at: Date): Promise<number> {
  await client.query('UPDATE bulletins SET urged_at = $2 WHERE id = $1', [bulletin.id, at]);
  return tellAccounts(
    client,
    bulletin,
    'urge',
    at,
    `NOT EXISTS (SELECT FROM deliveries e JOIN messages m ON m.id = e.message
                 WHERE e.bulletin = r.bulletin AND e.channel = 'console' AND e.destination = r.account AND m.read_at IS NOT NULL)`,
  );
}

/** What has not gone out does not go any more; whoever has it, or may have it, is told that it no longer holds. */
export async function writeWithdrawal(
  client: Client,
  bulletin: Bulletin,
  { at, reason, tells, groups }: { at: Date; reason: string; tells: boolean; groups: ChannelSettings['groups'] },
): Promise<number> {
  const { id } = bulletin;
  await client.query(`UPDATE bulletins SET state = 'withdrawn', withdrawn_at = $2, withdrawal = $3 WHERE id = $1`, [
    id,
    at,
    reason,
  ]);
  await client.query(
    `UPDATE deliveries SET state = 'dropped', reason = '已撤回 withdrawn' WHERE bulletin = $1 AND state = 'waiting'`,
    [id],
  );
  await client.query(
    `UPDATE messages SET state = 'dropped', reason = '已撤回 withdrawn', settled_at = now()
     WHERE state = 'waiting' AND id IN (SELECT message FROM deliveries WHERE bulletin = $1)`,
    [id],
  );
  if (!tells) return 0;
  const has = (channel: string, destination: string) =>
    `EXISTS (SELECT FROM deliveries e JOIN messages m ON m.id = e.message
             WHERE e.bulletin = $1 AND e.channel = ${channel} AND e.destination = ${destination}
               AND m.state IN ('sent', 'by-hand', 'sending', 'pending', 'closed'))`;
  const told = await tellAccounts(client, bulletin, 'withdrawal', at, has('c.channel', 'r.account'));
  await tellElsewhere(client, bulletin, 'withdrawal', at, groups, has('c.channel', 'c.destination'));
  return told;
}

/** Deliveries to the accounts `r` of the audience by those channels `c` that reach accounts. */
async function tellAccounts(
  client: Client,
  { id, channels }: Pick<Bulletin, 'id' | 'channels'>,
  part: Part,
  at: Date,
  condition: string,
): Promise<number> {
  const { rows } = await client.query<{ destination: string }>(
    `INSERT INTO deliveries (key, bulletin, part, channel, destination, at, send_at, state, reason)
     SELECT 'bulletin/' || r.bulletin || '/' || $2::text || CASE WHEN $2 = 'urge' THEN '@' || (extract(epoch FROM $3::timestamptz) * 1000)::bigint ELSE '' END
              || '/' || c.channel || '/' || r.account,
            r.bulletin, $2, c.channel, r.account, $3, $3,
            CASE WHEN c.channel = 'email' AND a.email IS NULL THEN 'dead' ELSE 'waiting' END,
            CASE WHEN c.channel = 'email' AND a.email IS NULL THEN '没有邮箱 no mail address' END
     FROM bulletin_recipients r JOIN accounts a ON a.id = r.account
       CROSS JOIN (SELECT unnest($4::text[]) AS channel) c
     WHERE r.bulletin = $1 AND c.channel IN ('console', 'email') AND ${condition}
     ON CONFLICT (key) DO NOTHING RETURNING destination`,
    [id, part, at, channels],
  );
  return new Set(rows.map(({ destination }) => destination)).size;
}

/** Deliveries to groups and to everybody. */
async function tellElsewhere(
  client: Client,
  { id, channels }: Pick<Bulletin, 'id' | 'channels'>,
  part: Part,
  at: Date,
  groups: ChannelSettings['groups'],
  condition = 'true',
): Promise<number> {
  const places = [
    ...groups.filter(({ channel }) => channels.includes(channel)).map((one) => [one.channel, one.id] as const),
    ...(channels.includes('official-account') ? [['official-account', ''] as const] : []),
  ];
  const { rowCount } = await client.query(
    `INSERT INTO deliveries (key, bulletin, part, channel, destination, at, send_at)
     SELECT 'bulletin/' || $1::text || '/' || $2::text || '/' || c.channel || '/' || c.destination, $1, $2, c.channel, c.destination, $3, $3
     FROM unnest($4::text[], $5::text[]) AS c (channel, destination)
     WHERE ${condition}
     ON CONFLICT (key) DO NOTHING`,
    [id, part, at, places.map(([channel]) => channel), places.map(([, destination]) => destination)],
  );
  return rowCount ?? 0;
}

/** Scheduled ones that are not published yet: each needs its workflow. */
export async function scheduledBulletins(db: Queryable): Promise<{ id: string; publishAt: Date }[]> {
  const { rows } = await db.query<{ id: string; publishAt: Date }>(
    `SELECT id, publish_at AS "publishAt" FROM bulletins WHERE state = 'scheduled' ORDER BY publish_at, id LIMIT 1000`,
  );
  return rows;
}
