/** Verifies the whole ledger in constant memory: every entry with its act, words and files, every chain, time and end, what is shown and counted, every key, bundle and seal. */
import { EMPTY_STREAM, entryHash } from '../../proof/chain';
import type { Entry, Head } from '../../domain/ledger/entry';
import { ofOneMoment, type Pool, type Queryable } from '../../db/sql/pool';
import { databaseTime } from '../../db/ledger/ring';
import type { Ring } from '../../proof/ring';
import { ActsOfStream } from './acts';
import { TOLERANCE_MS, type Found } from './finding';
import { compareKept, type KeptSeal } from './kept-seals';
import { verifyBundles } from './bundles';
import { verifyAppendOnly } from './append-only';
import { Contents } from './contents';
import { verifyProjections } from './projections';
import { verifyRows } from './rows';
import { verifyKeys } from './keys';
import { verifySeals, type SealsFound } from './seals';

/** Rows read at a time: some megabytes at most. */
const PAGE = 1000;

export interface Counts extends SealsFound {
  readonly streams: number;
  readonly entries: number;
}

export interface Checks {
  /** Is told the number of entries read so far. */
  readonly progress?: (entries: number) => unknown;
  /** From the file, never from the database. Undefined: no signature is checked. */
  readonly rootPublicKey?: string | undefined;
  /** Seals that were kept outside PostgreSQL. */
  readonly kept?: readonly KeptSeal[];
}

/** As it is at one moment: what is recorded meanwhile would look broken. */
export function verifyLedger(pool: Pool, found: Found, checks?: Checks): Promise<Counts> {
  return ofOneMoment(pool, (client) => verifyWithin(client, found, checks));
}

/** As the transaction of `db` sees it, which should see one moment (`ofOneMoment`). */
export async function verifyWithin(
  db: Queryable,
  found: Found,
  { progress = () => undefined, rootPublicKey, kept = [] }: Checks = {},
): Promise<Counts> {
  let [streams, entries] = [0, 0];
  const now = await databaseTime(db);
  const ring = rootPublicKey === undefined ? undefined : await verifyKeys(db, rootPublicKey, found);
  for await (const { stream, ...end } of streamsOf(db)) {
    const seen = await verifyStream(db, { stream, now, ring }, found, (read) => progress(entries + read));
    compareEnd(stream, end, seen.last, found);
    streams += 1;
    entries += seen.entries;
  }
  await compareProjections(db, found);
  await verifyProjections(db, found);
  await verifyRows(db, found);
  await verifyAppendOnly(db, found);
  if (ring) await verifyBundles(db, ring, found);
  const known = ring && rootPublicKey !== undefined ? { ring, rootPublicKey } : undefined;
  const seals = await verifySeals(db, known, found);
  for (const seal of kept) await compareKept(db, seal, known, found);
  return { streams, entries, ...seals };
}

async function* streamsOf(db: Queryable): AsyncGenerator<{ readonly stream: string } & Head> {
  for (let after = ''; ;) {
    const { rows } = await db.query<{ stream: string } & Head>(
      'SELECT stream, sequence, hash FROM ledger_streams WHERE stream > $1 ORDER BY stream LIMIT $2',
      [after, PAGE],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.stream;
  }
}

interface Row extends Head {
  readonly type: string;
  readonly at: number;
  readonly account: string;
  readonly role: string;
  readonly command: string | null;
  readonly previous: string;
  readonly entry: Entry;
  /** Milliseconds by PostgreSQL's clock, as `at` is by the case's. */
  readonly recordedAt: number;
}

/** Reads one stream in order. After a gap the chain cannot be joined: the missing rows are the finding. */
async function verifyStream(
  db: Queryable,
  { stream, now, ring }: { readonly stream: string; readonly now: number; readonly ring: Ring | undefined },
  found: Found,
  progress: (entries: number) => unknown,
): Promise<{ last: Head; entries: number }> {
  let [last, entries]: [Head & { readonly recordedAt: number }, number] = [{ ...EMPTY_STREAM, recordedAt: 0 }, 0];
  const acts = await ActsOfStream.of(db, { stream, ring }, found);
  const contents = new Contents(db, stream, found);
  for (;;) {
    const { rows } = await db.query<Row>(
      `SELECT sequence, type, (extract(epoch FROM at) * 1000)::float8 AS at, account, role, command, previous, hash, entry,
              (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAt"
       FROM ledger WHERE stream = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
      [stream, last.sequence, PAGE],
    );
    for (const row of rows) {
      const where = `${stream}#${row.sequence}`;
      if (row.sequence > last.sequence + 1)
        found(`${stream}#${range(last.sequence + 1, row.sequence - 1)}: missing 缺失`);
      else if (row.previous !== last.hash) found(`${where}: does not follow #${last.sequence} 与上一条不衔接`);
      for (const wrong of wrongIn(stream, row)) found(`${where}: ${wrong}`);
      if (row.recordedAt < last.recordedAt - TOLERANCE_MS)
        found(`${where}: recorded_at lies before that of #${last.sequence} 记录时间早于上一条`);
      if (row.recordedAt > now + TOLERANCE_MS) found(`${where}: recorded_at has not come yet 记录时间在未来`);
      last = { sequence: row.sequence, hash: row.hash, recordedAt: row.recordedAt };
    }
    await acts.verify(rows.map(({ entry }) => entry).filter(isEntry));
    await contents.verify(rows.map(({ entry }) => entry));
    entries += rows.length;
    progress(entries);
    if (rows.length < PAGE) return { last, entries };
  }
}

function isEntry(entry: unknown): entry is Entry {
  return typeof entry === 'object' && entry !== null && 'by' in entry && 'details' in entry;
}

/** What is wrong with one row by itself: the entry has not the hash it carries, or a column beside it says something else. */
function wrongIn(stream: string, { entry, recordedAt: _recordedAt, ...columns }: Row): string[] {
  if (!isEntry(entry)) return ['is no entry 内容被改动'];
  if (entryHash(entry) !== entry.hash) return ['was changed: it has not the hash that it carries 内容被改动'];
  const says: { readonly [column in keyof typeof columns | 'stream']: unknown } = {
    stream: entry.stream,
    sequence: entry.sequence,
    type: entry.type,
    at: entry.at,
    account: entry.by?.account,
    role: entry.by?.role,
    command: entry.command ?? null,
    previous: entry.previous,
    hash: entry.hash,
  };
  return Object.entries({ stream, ...columns })
    .filter(([column, value]) => says[column as keyof typeof says] !== value)
    .map(([column]) => `column ${column} was changed: the entry says otherwise 列被改动`);
}

/** The end that `ledger_streams` keeps, against the last row that is there. */
function compareEnd(stream: string, end: Head, last: Head, found: Found): void {
  if (last.sequence < end.sequence)
    found(`${stream}#${range(last.sequence + 1, end.sequence)}: missing at the end of the stream 末尾缺失`);
  else if (last.sequence > end.sequence)
    found(`${stream}#${range(end.sequence + 1, last.sequence)}: after the end of the stream 超出流的末尾`);
  else if (last.hash !== end.hash)
    found(`${stream}#${last.sequence}: the end of the stream is kept with another hash 末条哈希不符`);
}

/** A case shows no more than its stream holds; where it does, the stream was cut off together with its end. */
async function compareProjections(db: Queryable, found: Found): Promise<void> {
  const { rows } = await db.query<{ stream: string; shown: number; end: number }>(
    `SELECT case_number AS stream, version AS shown, COALESCE(s.sequence, 0) AS "end"
     FROM reopenings LEFT JOIN ledger_streams s ON s.stream = case_number
     WHERE version > COALESCE(s.sequence, 0) ORDER BY case_number LIMIT $1`,
    [PAGE],
  );
  for (const { stream, shown, end } of rows)
    found(`${stream}#${range(end + 1, shown)}: cut off, the case shows what they did 台账被截断`);
}

function range(first: number, last: number): string {
  return first === last ? `${first}` : `${first}–#${last}`;
}
