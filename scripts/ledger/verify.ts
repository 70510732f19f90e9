/** Verifies the whole ledger in constant memory: every entry, every chain, every end of a stream, every seal. */
import { GENESIS, EMPTY_STREAM, entryHash, type Entry, type Head } from '../../contracts/ledger';
import type { Queryable } from '../../db/pool';
import { sealHash, type Seal } from '../../db/seals';

/** Rows read at a time: some megabytes at most. */
const PAGE = 1000;

export interface Verdict {
  readonly streams: number;
  readonly entries: number;
  readonly seals: number;
  /** One line each, naming the row; none when the ledger holds. */
  readonly findings: readonly string[];
}

interface Row {
  readonly sequence: number;
  readonly type: string;
  readonly at: number;
  readonly account: string;
  readonly role: string;
  readonly command: string | null;
  readonly previous: string;
  readonly hash: string;
  readonly entry: Entry;
}

/** `progress` is told the number of entries read so far. */
export async function verifyLedger(
  db: Queryable,
  progress: (entries: number) => void = () => undefined,
): Promise<Verdict> {
  const findings: string[] = [];
  let entries = 0;
  const { rows: streams } = await db.query<{ stream: string } & Head>(
    'SELECT stream, sequence, hash FROM ledger_streams ORDER BY stream',
  );
  for (const { stream, ...head } of streams) {
    const seen = await verifyStream(db, stream, findings);
    entries += seen.sequence;
    progress(entries);
    for (let missing = seen.sequence + 1; missing <= head.sequence; missing += 1) {
      findings.push(`${stream}#${missing}: missing at the end of the stream 末尾缺失`);
    }
    if (seen.sequence >= head.sequence && seen.hash !== head.hash) {
      findings.push(`${stream}#${seen.sequence}: the end of the stream is recorded with another hash 末条哈希不符`);
    }
  }
  const seals = await verifySeals(db, findings);
  return { streams: streams.length, entries, seals, findings };
}

/** Reads one stream in order. @returns the number and hash of its last row */
async function verifyStream(db: Queryable, stream: string, findings: string[]): Promise<Head> {
  let last: Head = EMPTY_STREAM;
  for (;;) {
    const { rows } = await db.query<Row>(
      `SELECT sequence, type, (extract(epoch FROM at) * 1000)::bigint AS at, account, role, command, previous, hash, entry
       FROM ledger WHERE stream = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
      [stream, last.sequence, PAGE],
    );
    for (const row of rows) {
      for (let missing = last.sequence + 1; missing < row.sequence; missing += 1) {
        findings.push(`${stream}#${missing}: missing 缺失`);
      }
      // After a gap the chain cannot be joined: the missing row is the finding.
      const follows = row.sequence !== last.sequence + 1 || row.previous === last.hash;
      if (!follows) findings.push(`${stream}#${row.sequence}: does not follow the row before 与上一条不衔接`);
      if (!agrees(stream, row)) findings.push(`${stream}#${row.sequence}: was changed 内容被改动`);
      last = { sequence: row.sequence, hash: row.hash };
    }
    if (rows.length < PAGE) return last;
  }
}

/** The entry has the hash it carries, and the columns beside it say the same. */
function agrees(stream: string, { entry, ...row }: Row): boolean {
  return (
    entryHash(entry) === row.hash &&
    entry.hash === row.hash &&
    entry.stream === stream &&
    entry.sequence === row.sequence &&
    entry.previous === row.previous &&
    entry.type === row.type &&
    entry.at === row.at &&
    entry.by.account === row.account &&
    entry.by.role === row.role &&
    (entry.command ?? null) === row.command
  );
}

async function verifySeals(db: Queryable, findings: string[]): Promise<number> {
  const { rows: seals } = await db.query<Seal>(
    'SELECT number, day, heads, previous, hash FROM ledger_seals ORDER BY number',
  );
  let previous = GENESIS;
  for (const [index, seal] of seals.entries()) {
    if (seal.number !== index + 1) findings.push(`seal ${index + 1}: missing 封存缺失`);
    if (seal.previous !== previous)
      findings.push(`seal ${seal.number}: does not follow the seal before 与上一封存不衔接`);
    if (sealHash(seal) !== seal.hash) findings.push(`seal ${seal.number}: was changed 封存被改动`);
    previous = seal.hash;
    const { rows: torn } = await db.query<{ stream: string; sequence: number }>(
      `SELECT h.stream, h.sequence FROM jsonb_to_recordset($1::jsonb) AS h (stream text, sequence bigint, hash text)
       LEFT JOIN ledger l USING (stream, sequence) WHERE l.hash IS DISTINCT FROM h.hash ORDER BY 1`,
      [JSON.stringify(seal.heads)],
    );
    for (const { stream, sequence } of torn)
      findings.push(`${stream}#${sequence}: is not what seal ${seal.number} holds 与封存不符`);
  }
  return seals.length;
}
