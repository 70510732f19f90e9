/** The daily seal: the heads of all streams, chained to the day before, so that a cut-off stream shows. */
import { hashOf } from '../contracts/canonical';
import { GENESIS } from '../contracts/ledger';
import type { Client } from './pool';

export interface Seal {
  readonly number: number;
  readonly day: string;
  readonly heads: readonly { readonly stream: string; readonly sequence: number; readonly hash: string }[];
  readonly previous: string;
  readonly hash: string;
}

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_221;

export function sealHash({ hash: _hash, ...seal }: Seal): string {
  return hashOf(seal);
}

/** Seals once a day, with the first batch that is recorded on it; a process that has seen today's seal asks no more. */
export function createSealer(): (client: Client) => Promise<void> {
  let sealed = '';
  return async (client) => {
    const today = new Date().toISOString().slice(0, 10);
    if (today === sealed) return;
    const { rowCount } = await client.query('SELECT FROM ledger_seals WHERE day = $1', [today]);
    // Remembered only when it is seen committed: the transaction that makes it may still fail.
    if (rowCount === 1) sealed = today;
    else await seal(client, today);
  };
}

/** Streams whose last transaction is not committed yet are sealed with the head before it: the next seal has them. */
async function seal(client: Client, day: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const last = await client.query<{ number: number; day: string; hash: string }>(
    'SELECT number, day, hash FROM ledger_seals ORDER BY number DESC LIMIT 1',
  );
  if (last.rows[0]?.day === day) return;
  const { rows: heads } = await client.query<Seal['heads'][number]>(
    'SELECT stream, sequence, hash FROM ledger_streams WHERE sequence > 0 ORDER BY stream COLLATE "C"',
  );
  const unhashed = { number: (last.rows[0]?.number ?? 0) + 1, day, heads, previous: last.rows[0]?.hash ?? GENESIS };
  await client.query(
    'INSERT INTO ledger_seals (number, day, heads, previous, hash) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    [unhashed.number, day, JSON.stringify(heads), unhashed.previous, hashOf(unhashed)],
  );
}
