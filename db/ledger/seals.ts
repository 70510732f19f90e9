/** The daily seal: the heads of all streams, chained to the day before, so that a cut-off stream shows. */
import { hashOf } from '../../proof/canonical';
import { GENESIS } from '../../proof/chain';
import type { Head } from '../../domain/ledger/entry';
import { transaction, type Client, type Pool } from '../sql/pool';

export interface Seal {
  readonly number: number;
  readonly day: string;
  readonly heads: readonly ({ readonly stream: string } & Head)[];
  readonly previous: string;
  readonly hash: string;
}

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_221;

export function sealHash({ hash: _hash, ...seal }: Seal): string {
  return hashOf(seal);
}

/**
 * Seals once a day: with the first thing that is recorded on it, just after that is committed, so that the seal holds it. A
 * process that has seen the day's seal asks no more. What fails is tried with the next recording.
 */
export function createSealer(pool: Pool): (today: string) => Promise<void> {
  let sealed = '';
  let sealing: Promise<void> | undefined;
  return async (today) => {
    if (today <= sealed) return;
    // Everybody who records at midnight waits for one and the same.
    sealing ??= transaction(pool, (client) => seal(client, today))
      .then(() => void (sealed = today))
      .finally(() => (sealing = undefined));
    await sealing;
  };
}

/** Streams whose last transaction is not committed yet are sealed with the head before it: the next seal has them. */
async function seal(client: Client, day: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const last = await client.query<{ number: number; day: string; hash: string }>(
    'SELECT number, day, hash FROM ledger_seals ORDER BY number DESC LIMIT 1',
  );
  const [before] = last.rows;
  if (before && before.day >= day) return;
  const { rows: heads } = await client.query<Seal['heads'][number]>(
    'SELECT stream, sequence, hash FROM ledger_streams WHERE sequence > 0 ORDER BY stream COLLATE "C"',
  );
  const unhashed = { number: (before?.number ?? 0) + 1, day, heads, previous: before?.hash ?? GENESIS };
  await client.query('INSERT INTO ledger_seals (number, day, heads, previous, hash) VALUES ($1, $2, $3, $4, $5)', [
    unhashed.number,
    day,
    JSON.stringify(heads),
    unhashed.previous,
    hashOf(unhashed),
  ]);
}
