/** Verifies the whole ledger in constant memory: every entry with its words and files, every chain and end, what is shown and counted, every seal. */
import { EMPTY_STREAM, entryHash } from '../../proof/chain';
import type { Entry, Head } from '../../domain/ledger/entry';
import { ofOneMoment, type Pool, type Queryable } from '../../db/sql/pool';
import { Contents } from './contents';
import type { Found } from './finding';
import { verifyAppendOnly } from './append-only';
import { verifyProjections } from './projections';
import { verifyRows } from './rows';
import { verifySeals, type LastSeal } from './seals';

/** Rows read at a time: some megabytes at most. */
const PAGE = 1000;

export interface Counts {
  readonly streams: number;
  readonly entries: number;
  readonly seals: number;
  readonly lastSeal: LastSeal | undefined;
}

/** As it is at one moment: what is recorded meanwhile would look broken. `progress` is told the number of entries read so far. */
export function verifyLedger(pool: Pool, found: Found, progress?: (entries: number) => void): Promise<Counts> {
  return ofOneMoment(pool, (client) => verifyWithin(client, found, progress));
}

/** As the transaction of `db` sees it, which should see one moment (`ofOneMoment`). */
export async function verifyWithin(
  db: Queryable,
  found: Found,
  progress: (entries: number) => void = () => undefined,
): Promise<Counts> {
  let [streams, entries] = [0, 0];
  for await (const { stream, ...end } of streamsOf(db)) {
    const seen = await verifyStream(db, stream, found, (read) => progress(entries + read));
    compareEnd(stream, end, seen.last, found);
    streams += 1;
    entries += seen.entries;
  }
  await compareProjections(db, found);
  await verifyProjections(db, found);
  await verifyRows(db, found);
  await verifyAppendOnly(db, found);
  return { streams, entries, ...(await verifySeals(db, found)) };
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
}

/** Reads one stream in order. After a gap the chain cannot be joined: the missing rows are the finding. */
async function verifyStream(
  db: Queryable,
  stream: string,
  found: Found,
  progress: (entries: number) => void,
): Promise<{ last: Head; entries: number }> {
  let [last, entries]: [Head, number] = [EMPTY_STREAM, 0];
  const contents = new Contents(db, stream, found);
  for (;;) {
    const { rows } = await db.query<Row>(
      `SELECT sequence, type, (extract(epoch FROM at) * 1000)::float8 AS at, account, role, command, previous, hash, entry
       FROM ledger WHERE stream = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
      [stream, last.sequence, PAGE],
    );
    for (const row of rows) {
      const where = `${stream}#${row.sequence}`;
      if (row.sequence > last.sequence + 1)
        found(`${stream}#${range(last.sequence + 1, row.sequence - 1)}: missing 缺失`);
      else if (row.previous !== last.hash) found(`${where}: does not follow #${last.sequence} 与上一条不衔接`);
      for (const wrong of wrongIn(stream, row)) found(`${where}: ${wrong}`);
      last = { sequence: row.sequence, hash: row.hash };
    }
    await contents.verify(rows.map(({ entry }) => entry));
    entries += rows.length;
    progress(entries);
    if (rows.length < PAGE) return { last, entries };
  }
}

/** What is wrong with one row by itself: the entry has not the hash it carries, or a column beside it says something else. */
function wrongIn(stream: string, { entry, ...columns }: Row): string[] {
  if (typeof entry !== 'object' || entry === null) return ['is no entry 内容被改动'];
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
