/** The ledger in PostgreSQL: appending exactly once under the stream's lock, reading in pages, the end of a stream. */
import { ForeignCase, LedgerConflict } from '../activities/ports';
import { chain, EMPTY_STREAM, entryHash, type Entry, type Head } from '../contracts/ledger';
import type { Draft } from '../domain/ledger';
import type { Client, Queryable } from './pool';

export { ForeignCase, LedgerConflict };

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
 * Adds entries of one stream that is locked with `head`. Entries up to the head must be the ones that are there.
 * @returns the entries that were new
 * @throws LedgerConflict on another entry under a number, a gap, or a hash that is not the entry's
 */
export async function addEntries(
  client: Client,
  stream: string,
  head: Head,
  entries: readonly Entry[],
): Promise<Entry[]> {
  const repeated = entries.filter((entry) => entry.sequence <= head.sequence);
  if (repeated.length > 0) await requireSame(client, stream, repeated);
  const fresh = entries.filter((entry) => entry.sequence > head.sequence);
  let last = head;
  for (const entry of fresh) {
    const at = `${stream}#${entry.sequence}`;
    if (entry.stream !== stream || entry.sequence !== last.sequence + 1)
      throw new LedgerConflict(`${at}: gap after ${last.sequence}`);
    if (entry.previous !== last.hash) throw new LedgerConflict(`${at}: does not follow ${last.sequence}`);
    if (entryHash(entry) !== entry.hash) throw new LedgerConflict(`${at}: the hash is not the entry's`);
    last = { sequence: entry.sequence, hash: entry.hash };
  }
  if (fresh.length === 0) return fresh;
  await client.query(
    `WITH added AS (
       INSERT INTO ledger (stream, sequence, type, at, account, role, command, entry, previous, hash)
       SELECT $1, (e->>'sequence')::bigint, e->>'type', to_timestamp((e->>'at')::double precision / 1000),
              e->'by'->>'account', e->'by'->>'role', e->>'command', e, e->>'previous', e->>'hash'
       FROM jsonb_array_elements($2::jsonb) AS e)
     UPDATE ledger_streams SET sequence = $3, hash = $4 WHERE stream = $1`,
    [stream, JSON.stringify(fresh), last.sequence, last.hash],
  );
  return fresh;
}

async function requireSame(client: Client, stream: string, entries: readonly Entry[]): Promise<void> {
  const { rows } = await client.query<Head>(
    'SELECT sequence, hash FROM ledger WHERE stream = $1 AND sequence = ANY ($2::bigint[])',
    [stream, entries.map((entry) => entry.sequence)],
  );
  const present = new Map(rows.map((row) => [row.sequence, row.hash]));
  for (const { sequence, hash } of entries) {
    if (present.get(sequence) !== hash)
      throw new LedgerConflict(`${stream}#${sequence}: another entry is recorded there`);
  }
}

/** Appends acts outside a case to a stream of their own, in the caller's transaction. */
export async function append(client: Client, stream: string, drafts: readonly Draft[]): Promise<Head> {
  const head = await lockStream(client, stream);
  const { entries, head: next } = chain(stream, head, drafts);
  await addEntries(client, stream, head, entries);
  return next;
}

export interface Recorded {
  readonly entry: Entry;
  readonly recordedAt: Date;
}

/** A page of one stream in its order, after the given number. */
export async function readEntries(
  db: Queryable,
  { stream, after, limit }: { stream: string; after: number; limit: number },
): Promise<Recorded[]> {
  const { rows } = await db.query<Recorded>(
    `SELECT entry, recorded_at AS "recordedAt" FROM ledger WHERE stream = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
    [stream, after, limit],
  );
  return rows;
}

export async function streamHead(db: Queryable, stream: string): Promise<Head> {
  const { rows } = await db.query<Head>('SELECT sequence, hash FROM ledger_streams WHERE stream = $1', [stream]);
  return rows[0] ?? EMPTY_STREAM;
}

/** Soon enough not to be felt, seldom enough not to load PostgreSQL with waiting readers. */
const POLL_MS = 25;

/** Waits until the stream has been recorded up to `sequence`, at most `timeoutMs`; gives whether it has. */
export async function waitForSequence(
  db: Queryable,
  stream: string,
  sequence: number,
  timeoutMs: number,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if ((await streamHead(db, stream)).sequence >= sequence) return true;
    if (Date.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
