/** What a claimed message is about and who gets it, as PostgreSQL has both now. */
import type { MessageReader } from '../../activities/ports';
import type { ChannelId } from '../../contracts/telling/channel-ids';
import type { DailySummary } from '../../contracts/telling/daily-summary';
import type {
  BulletinContent,
  Content,
  Destination,
  FileContent,
  NoticeContent,
} from '../../contracts/telling/message-content';
import type { Language } from '../../contracts/words/languages';
import { documentsById, piecesOfDocument } from '../documents/documents';
import type { Queryable } from '../sql/pool';
import { STILL_OWED } from './fan-out';

export function createMessageReader(db: Queryable): MessageReader {
  return {
    contentOf: (message, channel) => readContent(db, message, channel),
    accountDestination: (account) => readAccountDestination(db, account),
    groupDestination: (message) => readGroupDestination(db, message),
    personalNames: (without) => readPersonalNames(db, without),
  };
}

/** @returns undefined when nothing is joined in the message: a defect, or a row that a person has deleted */
async function readContent(db: Queryable, message: string, channel: ChannelId): Promise<Content | undefined> {
  const { rows } = await db.query<{ notice: string | null; bulletin: string | null; summary: DailySummary | null }>(
    `SELECT e.notice, e.bulletin, s.summary FROM deliveries e LEFT JOIN daily_summaries s ON s.id = e.summary
     WHERE e.message = $1 ORDER BY e.created_at, e.key LIMIT 1`,
    [message],
  );
  const [first] = rows;
  if (!first) return undefined;
  if (first.summary !== null) return { of: 'summary', summary: first.summary };
  if (first.notice !== null) return { of: 'notices', notices: await readNotices(db, message) };
  const bulletin = await readBulletinContent(db, message, channel);
  return bulletin && { of: 'bulletin', bulletin };
}

async function readNotices(db: Queryable, message: string): Promise<NoticeContent[]> {
  const { rows } = await db.query<NoticeContent>(
    `SELECT n.kind, n.stream AS "caseNumber", n.sequence, (extract(epoch FROM n.at) * 1000)::float8 AS at, n.duty, n.details, r.enterprise_name AS enterprise, r.village, r.phase,
            r.state->'edition'->>'id' AS edition, x.body::json AS rules, ${STILL_OWED} AS owed,
            COALESCE((SELECT jsonb_object_agg(d.id, (extract(epoch FROM d.due) * 1000)::float8) FROM duties d
                      WHERE d.case_number = n.stream), '{}') AS dues
     FROM deliveries e JOIN outbox n ON n.key = e.notice JOIN reopenings r ON r.case_number = n.stream
       JOIN cases c ON c.case_number = n.stream LEFT JOIN rules x ON x.hash = c.rules
     WHERE e.message = $1 ORDER BY n.at, n.sequence, e.key`,
    [message],
  );
  return rows;
}

/** Of the files only what the channel can carry is read: they may be large. */
async function readBulletinContent(
  db: Queryable,
  message: string,
  channel: ChannelId,
): Promise<BulletinContent | undefined> {
  const { rows } = await db.query<
    Omit<BulletinContent, 'cover' | 'attachments'> & { cover: string | null; attachments: readonly string[] }
  >(
    `SELECT b.id, b.kind, b.title, b.body, b.effective_on AS "effectiveOn", e.part, b.withdrawal, b.cover, b.attachments
     FROM deliveries e JOIN bulletins b ON b.id = e.bulletin WHERE e.message = $1 LIMIT 1`,
    [message],
  );
  const [found] = rows;
  if (!found) return undefined;
  const covers = channel === 'official-account' && found.cover !== null ? [found.cover] : [];
  const attached = channel === 'email' && found.part === 'publication' ? found.attachments : [];
  const [cover = null] = await readFiles(db, covers);
  return { ...found, cover, attachments: await readFiles(db, attached) };
}

async function readFiles(db: Queryable, ids: readonly string[]): Promise<FileContent[]> {
  const files: FileContent[] = [];
  for (const { id, name, mediaType } of await documentsById(db, ids)) {
    const pieces: Buffer[] = [];
    for await (const piece of piecesOfDocument(db, id)) pieces.push(piece);
    files.push({ name, mediaType, bytes: Buffer.concat(pieces) });
  }
  return files;
}

/** Where a message of an account goes, and in which language. An account that was disabled gets nothing by mail any more. */
async function readAccountDestination(db: Queryable, account: string): Promise<Destination> {
  const { rows } = await db.query<{ email: string | null; language: Language | null }>(
    `SELECT a.email, p.language FROM accounts a LEFT JOIN notice_preferences p ON p.account = a.id
     WHERE a.id = $1 AND a.disabled_at IS NULL`,
    [account],
  );
  return { language: rows[0]?.language ?? 'zh', email: rows[0]?.email ?? null, mentions: [] };
}

/** Whoever is told the same by themselves is mentioned in the group, where their WeCom user is known. */
async function readGroupDestination(db: Queryable, message: string): Promise<Destination> {
  const { rows } = await db.query<{ user: string }>(
    `SELECT DISTINCT a.wecom_user AS user
     FROM deliveries e JOIN outbox n ON n.key = e.notice
       JOIN outbox same ON same.stream = n.stream AND same.sequence = n.sequence AND same.kind = n.kind
       JOIN deliveries own ON own.notice = same.key AND own.channel = 'console'
       JOIN accounts a ON a.id = own.destination
     WHERE e.message = $1 AND a.wecom_user IS NOT NULL AND a.disabled_at IS NULL ORDER BY 1`,
    [message],
  );
  return { language: 'zh', email: null, mentions: rows.map(({ user }) => user) };
}

/** The names of people as they stand now; roles' names, such as an office's account, are among them unless `without` names them. */
export async function readPersonalNames(db: Queryable, without: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT name FROM people WHERE name IS NOT NULL
     UNION SELECT name FROM emergency_contacts
     UNION SELECT display_name FROM accounts
     EXCEPT SELECT unnest($1::text[])`,
    [without],
  );
  return rows.map(({ name }) => name);
}
