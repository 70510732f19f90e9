/** The ledger in PostgreSQL: appending exactly once under the stream's lock, reading in pages, the end of a stream. */
import { LedgerConflict } from '../../activities/ports';
import { chain, EMPTY_STREAM, entryHash, GENESIS } from '../../proof/chain';
import type { Entry, Head } from '../../domain/ledger/entry';
import type { Draft, EntryType } from '../../domain/ledger/entry';
import type { Client, Queryable } from '../sql/pool';

/**
 * Requires that the entries belong to `stream`, follow each other without a gap, and carry their own hashes.
 * @throws LedgerConflict naming the entry that does not
 */
export function requireChain(stream: string, entries: readonly Entry[]): void {
  let before = entries[0] && { sequence: entries[0].sequence - 1, hash: entries[0].previous };
  for (const entry of entries) {
    const at = `${entry.stream}#${entry.sequence}`;
    if (entry.stream !== stream) throw new LedgerConflict(`${at}: in a batch of ${stream}`);
    if (entry.sequence !== (before?.sequence ?? 0) + 1)
      throw new LedgerConflict(`${at}: gap after ${before?.sequence}`);
    if (entry.previous !== before?.hash) throw new LedgerConflict(`${at}: does not follow ${before?.sequence}`);
    if (entryHash(entry) !== entry.hash) throw new LedgerConflict(`${at}: the hash is not the entry's`);
    before = { sequence: entry.sequence, hash: entry.hash };
  }
  const [first] = entries;
  if (first?.sequence === 1 && first.previous !== GENESIS)
    throw new LedgerConflict(`${stream}#1: follows something before the first`);
}

/** Locks the stream until the end of the transaction; a new stream begins empty. */
export async function lockStream(client: Client, stream: string): Promise<Head> {
  const locked = await client.query<Head>('SELECT sequence, hash FROM ledger_streams WHERE stream = $1 FOR UPDATE', [
    stream,
  ]);
  if (locked.rows[0]) return locked.rows[0];
  await client.query('INSERT INTO ledger_streams (stream, sequence, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING', [
    stream,
    EMPTY_STREAM.hash,
  ]);
  return lockStream(client, stream);
}

/**
 * Those of the entries, a chain by itself, that come after the end of their locked stream.
 * @throws LedgerConflict when another entry stands under a number, or one before them is missing
 */
export async function newEntries(client: Client, head: Head, entries: readonly Entry[]): Promise<Entry[]> {
  const repeated = entries.filter((entry) => entry.sequence <= head.sequence);
  if (repeated.length > 0) await requireSame(client, repeated);
  const fresh = entries.filter((entry) => entry.sequence > head.sequence);
  const [first] = fresh;
  if (!first) return fresh;
  const at = `${first.stream}#${first.sequence}`;
  if (first.sequence !== head.sequence + 1) throw new LedgerConflict(`${at}: gap after ${head.sequence}`);
  if (first.previous !== head.hash) throw new LedgerConflict(`${at}: does not follow ${head.sequence}`);
  return fresh;
}

async function requireSame(client: Client, entries: readonly Entry[]): Promise<void> {
  const { rows } = await client.query<Head>(
    'SELECT sequence, hash FROM ledger WHERE stream = $1 AND sequence = ANY ($2::bigint[])',
    [entries[0]?.stream, entries.map((entry) => entry.sequence)],
  );
  const present = new Map(rows.map((row) => [row.sequence, row.hash]));
  for (const { stream, sequence, hash } of entries) {
    if (present.get(sequence) !== hash)
      throw new LedgerConflict(`${stream}#${sequence}: another entry is recorded there`);
  }
}

/** SQL that inserts the entries of the JSON array `entries`; a condition may follow. Needs their stream's row in the same statement or before. */
export function insertEntries(entries: string): string {
  return `INSERT INTO ledger (stream, sequence, type, at, account, role, command, entry, previous, hash)
    SELECT e->>'stream', (e->>'sequence')::bigint, e->>'type', to_timestamp((e->>'at')::double precision / 1000),
           e->'by'->>'account', e->'by'->>'role', e->>'command', e, e->>'previous', e->>'hash'
    FROM jsonb_array_elements(${entries}::jsonb) AS e`;
}

/** Appends acts outside a case to a stream of their own, in the caller's transaction. */
export async function append(client: Client, stream: string, drafts: readonly Draft[]): Promise<Head> {
  const { entries, head } = chain(stream, await lockStream(client, stream), drafts);
  if (entries.length === 0) return head;
  await client.query(
    `WITH added AS (${insertEntries('$2')}) UPDATE ledger_streams SET sequence = $3, hash = $4 WHERE stream = $1`,
    [stream, JSON.stringify(entries), head.sequence, head.hash],
  );
  return head;
}

export interface Recorded {
  readonly entry: Entry;
  readonly recordedAt: Date;
}

interface Wanted {
  readonly stream: string;
  readonly after: number;
  readonly limit: number;
  /** Without: all. */
  readonly types?: readonly EntryType[] | undefined;
}

/** A page of one stream in its order, after the given number. */
export async function readEntries(db: Queryable, { stream, after, limit, types }: Wanted): Promise<Recorded[]> {
  const { rows } = await db.query<Recorded>(
    `SELECT entry, recorded_at AS "recordedAt" FROM ledger
     WHERE stream = $1 AND sequence > $2 AND ($4::text[] IS NULL OR type = ANY ($4)) ORDER BY sequence LIMIT $3`,
    [stream, after, limit, types ?? null],
  );
  return rows;
}

/** The entries of a stream that refer to the document: an evidence may be handed in as a material later. */
export async function entriesNaming(db: Queryable, stream: string, document: string): Promise<Entry[]> {
  const { rows } = await db.query<{ entry: Entry }>(
    `SELECT entry FROM ledger WHERE stream = $1
     AND jsonb_path_exists(entry->'details', '$.**.document ? (@ == $id)', jsonb_build_object('id', $2::text))`,
    [stream, document],
  );
  return rows.map(({ entry }) => entry);
}

export async function streamHead(db: Queryable, stream: string): Promise<Head> {
  const { rows } = await db.query<Head>({
    name: 'stream-head',
    text: 'SELECT sequence, hash FROM ledger_streams WHERE stream = $1',
    values: [stream],
  });
  return rows[0] ?? EMPTY_STREAM;
}
