/** Verifies the daily seals: each is what it was, follows the one before, and the ledger still has every end that it holds. */
import { GENESIS } from '../../proof/chain';
import type { Queryable } from '../../db/sql/pool';
import { sealHash, type Seal } from '../../db/ledger/seals';
import type { Found } from './finding';

/** The last seal: whoever has noted it down elsewhere sees that no seal was taken away or made anew. */
export type LastSeal = Pick<Seal, 'number' | 'day' | 'hash'>;

/** @returns how many seals there are, and the last */
export async function verifySeals(
  db: Queryable,
  found: Found,
): Promise<{ seals: number; lastSeal: LastSeal | undefined }> {
  let [seals, lastSeal]: [number, LastSeal | undefined] = [0, undefined];
  const torn = new Set<string>();
  for await (const seal of sealsOf(db)) {
    const before: number = lastSeal?.number ?? 0;
    if (seal.number !== before + 1) found(`seal ${before + 1}: missing 封存缺失`);
    else if (seal.previous !== (lastSeal?.hash ?? GENESIS))
      found(`seal ${seal.number}: does not follow seal ${before} 与上一封存不衔接`);
    if (sealHash(seal) !== seal.hash) found(`seal ${seal.number}: was changed 封存被改动`);
    else await compareHeads(db, seal, torn, found);
    seals += 1;
    lastSeal = { number: seal.number, day: seal.day, hash: seal.hash };
  }
  return { seals, lastSeal };
}

/** One at a time: a seal holds an end for every stream there is. */
async function* sealsOf(db: Queryable): AsyncGenerator<Seal> {
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const { rows } = await db.query<Seal>(
      'SELECT number, day, heads, previous, hash FROM ledger_seals WHERE number > $1 ORDER BY number LIMIT 1',
      [after],
    );
    const [seal] = rows;
    if (!seal) return;
    yield seal;
    after = seal.number;
  }
}

/** A stream that was torn is named by the first seal that shows it; every later one would name it again. */
async function compareHeads(db: Queryable, { number, heads }: Seal, torn: Set<string>, found: Found): Promise<void> {
  const { rows } = await db.query<{ stream: string; sequence: number }>(
    `SELECT h.stream, h.sequence FROM jsonb_to_recordset($1::jsonb) AS h (stream text, sequence bigint, hash text)
     LEFT JOIN ledger l USING (stream, sequence) WHERE l.hash IS DISTINCT FROM h.hash ORDER BY 1`,
    [JSON.stringify(heads)],
  );
  for (const { stream, sequence } of rows) {
    if (!torn.has(stream)) found(`${stream}#${sequence}: is not what seal ${number} holds 与封存不符`);
    torn.add(stream);
  }
}
