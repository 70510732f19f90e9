/** An account's own messages in the console, and how it wants to be told. */
import type { Language } from '../../contracts/words/languages';
import type { Queryable } from '../sql/pool';

export interface MyNotice {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly case: string | null;
  readonly bulletin: string | null;
  readonly urgent: boolean;
  readonly sentAt: Date;
  readonly readAt: Date | null;
  readonly position: string;
}

export interface MyNoticeFilter {
  readonly account: string;
  readonly unread: boolean;
  readonly after: readonly [createdAt: string, id: string] | null;
  readonly limit: number;
}

/** Newest first, one more than the limit when there are more. */
export async function listMyNotices(db: Queryable, filter: MyNoticeFilter): Promise<MyNotice[]> {
  const { account, unread, after, limit } = filter;
  const { rows } = await db.query<MyNotice>(
    `SELECT m.id, m.subject, m.body AS text, m.case_number AS case, m.urgent, m.settled_at AS "sentAt", m.read_at AS "readAt",
            (SELECT e.bulletin FROM deliveries e WHERE e.message = m.id LIMIT 1) AS bulletin, m.created_at::text AS position
     FROM messages m
     WHERE m.channel = 'console' AND m.destination = $1 AND m.state = 'sent' AND ($2 = false OR m.read_at IS NULL)
       AND ($3::text IS NULL OR (m.created_at, m.id) < ($3::timestamptz, $4))
     ORDER BY m.created_at DESC, m.id DESC LIMIT $5`,
    [account, unread, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
  return rows;
}

export async function countUnread(db: Queryable, account: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM messages
     WHERE channel = 'console' AND destination = $1 AND state = 'sent' AND read_at IS NULL`,
    [account],
  );
  return rows[0]?.count ?? 0;
}

/** Of these the ones that are the account's own and were unread. @returns how many */
export async function markRead(db: Queryable, account: string, ids: readonly string[], at: Date): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE messages SET read_at = $3
     WHERE channel = 'console' AND destination = $1 AND id = ANY ($2) AND state = 'sent' AND read_at IS NULL`,
    [account, ids, at],
  );
  return rowCount ?? 0;
}

export interface Preferences {
  readonly channels: readonly string[];
  readonly digest: boolean;
  readonly language: Language;
}

/** What the account has chosen, else what holds for everyone; and whether it has an address. */
export async function readPreferences(
  db: Queryable,
  account: string,
): Promise<Preferences & { readonly hasEmail: boolean }> {
  const { rows } = await db.query<Preferences & { hasEmail: boolean }>(
    `SELECT COALESCE(p.channels, '{email}') AS channels, COALESCE(p.digest, false) AS digest, COALESCE(p.language, 'zh') AS language,
            a.email IS NOT NULL AS "hasEmail"
     FROM accounts a LEFT JOIN notice_preferences p ON p.account = a.id WHERE a.id = $1`,
    [account],
  );
  const [found] = rows;
  if (!found) throw new Error(`no account ${account}`);
  return found;
}

export async function setPreferences(
  db: Queryable,
  account: string,
  { channels, digest, language }: Preferences,
): Promise<void> {
  await db.query(
    `INSERT INTO notice_preferences (account, channels, digest, language) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account) DO UPDATE SET channels = excluded.channels, digest = excluded.digest, language = excluded.language`,
    [account, [...new Set(channels)], digest, language],
  );
}

/** Everything of the bulletin that the account has in its console. @returns how many were unread */
export async function markBulletinRead(db: Queryable, account: string, bulletin: string, at: Date): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE messages SET read_at = $3
     WHERE channel = 'console' AND destination = $1 AND state = 'sent' AND read_at IS NULL
       AND id IN (SELECT message FROM deliveries WHERE bulletin = $2 AND channel = 'console' AND destination = $1)`,
    [account, bulletin, at],
  );
  return rowCount ?? 0;
}
