/** Verifies the seals: each is what it was and who may seal signed it, follows the one before, and the ledger still has every head it holds. */
import { databaseTime } from '../../db/ledger/ring';
import { allSeals } from '../../db/ledger/seals';
import type { Queryable } from '../../db/sql/pool';
import { orderFaults, sealHash, signerFault, type Known, type Seal, type SealLine } from '../../proof/seal';
import { TOLERANCE_MS, type Found } from './finding';

/** 25 h: a day, and an hour in which a worker that was away comes back. */
const UNSEALED_MS = 25 * 3_600_000;

export interface SealsFound {
  readonly seals: number;
  /** Noted down elsewhere, it shows that no seal was taken away or made anew. */
  readonly lastSeal: SealLine | undefined;
}

/** `known`: undefined when there is no public root key to check signatures with. */
export async function verifySeals(db: Queryable, known: Known | undefined, found: Found): Promise<SealsFound> {
  let [seals, lastSeal]: [number, SealLine | undefined] = [0, undefined];
  const ledger = new HeldLedger(db, found);
  for await (const { heads, ...seal } of allSeals(db)) {
    const name = `seal ${seal.number}`;
    const before: SealLine | undefined = lastSeal;
    if (seal.number > (before?.number ?? 0) + 1) {
      found(`seal ${(before?.number ?? 0) + 1}: missing 封存缺失`);
      ledger.lose();
    }
    for (const fault of orderFaults(seal, before)) found(`${name}: ${fault}`);
    const unsigned = known && signerFault(seal, known);
    if (unsigned) found(`${name}: ${unsigned}`);
    if (known && seal.ring && seal.ring.number > 0 && !known.ring.hasRow(seal.ring.hash))
      found(`key row ${seal.ring.number}: is not what ${name} holds 密钥记录与封存不符`);
    if (sealHash({ ...seal, heads }) !== seal.hash) {
      found(`${name}: was changed 封存被改动`);
      ledger.lose();
    } else await ledger.compare({ ...seal, heads }, before);
    seals += 1;
    lastSeal = seal;
  }
  await ledger.compareRest(lastSeal, known !== undefined);
  return { seals, lastSeal };
}

interface HeldRow {
  readonly stream: string;
  readonly sequence: number;
  readonly torn: boolean;
  readonly late: number | null;
  readonly early: number | null;
}

/** What the seals up to now hold of each stream, against the ledger. */
class HeldLedger {
  readonly #held = new Map<string, number>();
  /** A stream that was torn is named by the first seal that shows it; every later one would name it again. */
  readonly #torn = new Set<string>();
  /** False when a seal is lost: of an entry that no other one holds nothing can be said then. */
  #whole = true;

  constructor(
    private readonly db: Queryable,
    private readonly found: Found,
  ) {}

  lose(): void {
    this.#whole = false;
  }

  /** Also when its entries were recorded: not after the seal that holds them, and not before the one that does not. */
  async compare({ number, heads, at }: Seal, before: SealLine | undefined): Promise<void> {
    const asked = heads.map((head) => ({ ...head, after: this.#held.get(head.stream) ?? 0 }));
    const { rows } = await this.db.query<HeldRow>(
      `SELECT h.stream, h.sequence, l.hash IS DISTINCT FROM h.hash AS torn,
              (SELECT min(e.sequence) FROM ledger e WHERE e.stream = h.stream AND e.sequence > h.after
                 AND e.sequence <= h.sequence AND e.recorded_at > $2) AS late,
              (SELECT min(e.sequence) FROM ledger e WHERE e.stream = h.stream AND e.sequence > h.after
                 AND e.sequence <= h.sequence AND e.recorded_at < $3) AS early
       FROM jsonb_to_recordset($1::jsonb) AS h (stream text, sequence bigint, hash text, after bigint)
       LEFT JOIN ledger l USING (stream, sequence) ORDER BY 1`,
      [
        JSON.stringify(asked),
        new Date(at + TOLERANCE_MS),
        before && this.#whole ? new Date(before.at - TOLERANCE_MS) : null,
      ],
    );
    for (const { stream, sequence, torn, late, early } of rows) {
      if (torn) this.#name(stream, sequence, `is not what seal ${number} holds 与封存不符`);
      else if (sequence < (this.#held.get(stream) ?? 0))
        this.#name(stream, sequence, `seal ${number} holds less than one before it 封存倒退`);
      if (late !== null)
        this.found(`${stream}#${late}: recorded_at lies after seal ${number}, which holds it 记录时间不符`);
      if (early !== null)
        this.found(
          `${stream}#${early}: recorded_at lies before seal ${before?.number}, which does not hold it 记录时间不符`,
        );
      this.#held.set(stream, Math.max(sequence, this.#held.get(stream) ?? 0));
    }
  }

  /** What no seal holds: younger than the last seal, and not older than the worker takes to seal a day. */
  async compareRest(last: SealLine | undefined, sealed: boolean): Promise<void> {
    if (!this.#whole) return;
    const now = await databaseTime(this.db);
    const { rows } = await this.db.query<{ stream: string; early: number | null; old: number | null }>(
      `SELECT stream, min(sequence) FILTER (WHERE recorded_at < $2) AS early,
              min(sequence) FILTER (WHERE recorded_at < $3) AS old
       FROM ledger LEFT JOIN jsonb_to_recordset($1::jsonb) AS h (stream text, held bigint) USING (stream)
       WHERE sequence > COALESCE(held, 0) GROUP BY stream ORDER BY 1`,
      [
        JSON.stringify([...this.#held].map(([stream, held]) => ({ stream, held }))),
        last ? new Date(last.at - TOLERANCE_MS) : null,
        new Date(now - UNSEALED_MS),
      ],
    );
    for (const { stream, early, old } of rows) {
      if (early !== null)
        this.found(
          `${stream}#${early}: recorded_at lies before seal ${last?.number}, which does not hold it 记录时间不符`,
        );
      else if (sealed && old !== null)
        this.found(`${stream}#${old}: recorded more than 25 hours ago, and no seal holds it 逾期未封存`);
    }
  }

  #name(stream: string, sequence: number, wrong: string): void {
    if (!this.#torn.has(stream)) this.found(`${stream}#${sequence}: ${wrong}`);
    this.#torn.add(stream);
  }
}
