/** PostgreSQL as a case sees it, in memory: keeps what cases record, and answers what they ask from that. */
import { word } from '../../proof/chain';
import type { OrderAllocation } from '../../contracts/supplies/supply-order';
import type { Questions } from '../../contracts/case/facts';
import { withParts } from '../../domain/case/parts';
import type { Facts } from '../../domain/case/reopening';
import type { Reopening } from '../../domain/case/state';
import type { RecordBatch } from '../../contracts/case/views';
import type { Positive, Quantity, TestCounts } from '../../domain/case/commands';
import type { RoundFacts } from '../../domain/testing/rounds';
import { countsOf, LOOP } from './driven-case';
import type { Activities } from './temporal';

type Entry = RecordBatch['entries'][number];
interface Stored {
  readonly counts: TestCounts;
  readonly positives: readonly Positive[];
}

/** Checks what PostgreSQL would: no gap in a stream, no second entry under a number. */
export class MemoryLedger {
  readonly streams = new Map<string, Entry[]>();
  readonly batches: RecordBatch[] = [];
  /** The state of each case as PostgreSQL would have it. */
  readonly states = new Map<string, Reopening>();
  /** Workflows without a case that were asked to end. */
  readonly cancelRequests: string[] = [];
  /** How many people a case's loop has when the round opens; everybody of the article's factory unless a test says otherwise. */
  readonly rosters = new Map<string, (round: string) => number>();
  /** What is given of an order's line; everything unless a test says otherwise. */
  stock: (item: string, requested: number) => number = (_item, requested) => requested;
  /** By case and round: whom the round's opening froze, and sheets of which no Update ever told. */
  readonly #owed = new Map<string, number>();
  readonly #stored = new Map<string, Stored>();

  readonly activities: Activities = {
    record: async (batch) => {
      this.batches.push(batch);
      const stream = this.streams.get(batch.stream) ?? [];
      this.streams.set(batch.stream, stream);
      for (const entry of batch.entries) {
        const present = stream[entry.sequence - 1];
        if (present && present.hash !== entry.hash) throw new Error(`another entry under ${entry.sequence}`);
        if (!present && entry.sequence !== stream.length + 1) throw new Error(`gap before ${entry.sequence}`);
        stream[entry.sequence - 1] = entry;
        if (entry.type === 'round-opened') this.freeze(batch.stream, word(entry, 'round'));
      }
      const { change, questions, recording } = batch;
      if (change) {
        const state = withParts(this.states.get(batch.stream) ?? null, change.parts);
        if (state) this.states.set(batch.stream, state);
      }
      return { recording, facts: questions && (await this.tell(batch.stream, questions)) };
    },
    noteCancelRequest: async (workflow) => void this.cancelRequests.push(workflow),
    deliverNotices: () => Promise.reject(new Error('nothing is sent here')),
    publishBulletin: () => Promise.reject(new Error('nothing is published here')),
    makeSummary: () => Promise.reject(new Error('nothing is summed up here')),
    bulletinProgress: () => Promise.reject(new Error('nothing is published here')),
    allocateOrder: async (order) => {
      const allocation = this.allocation(order);
      if (!allocation) throw new Error(`order ${order} is not recorded yet`);
      return allocation;
    },
  };

  /** What a case is told that asks; a test may put something before it. */
  tell = async (caseNumber: string, { rounds, orders }: Questions): Promise<Facts> => ({
    rounds: rounds.map(({ round, stage }) => ({ round, stage, ...this.count(caseNumber, round) })),
    orders: orders.map((order) => ({ order, lines: this.allocation(`${caseNumber}/${order}`)?.lines ?? [] })),
  });

  types(caseNumber: string): string[] {
    return this.of(caseNumber).map((entry) => entry.type);
  }

  /** All entries of a case, or those of some types. */
  of(caseNumber: string, ...types: Entry['type'][]): Entry[] {
    const entries = this.streams.get(caseNumber) ?? [];
    return types.length === 0 ? entries : entries.filter(({ type }) => types.includes(type));
  }

  /** A sheet is stored, and its Update never comes: the case must learn of it all the same. */
  store(caseNumber: string, round: string, counts: TestCounts, positives: readonly Positive[] = []): void {
    this.#stored.set(`${caseNumber}/${round}`, { counts, positives });
  }

  private freeze(caseNumber: string, round: string): void {
    const key = `${caseNumber}/${round}`;
    if (!this.#owed.has(key)) this.#owed.set(key, this.rosters.get(caseNumber)?.(round) ?? LOOP);
  }

  private count(caseNumber: string, round: string): Omit<RoundFacts, 'round' | 'stage'> {
    const key = `${caseNumber}/${round}`;
    const owed = this.#owed.get(key);
    if (owed === undefined) throw new Error(`round ${round} of ${caseNumber} is not recorded yet`);
    const told = this.of(caseNumber, 'tests-reported', 'tests-corrected').filter(
      ({ details }) => details['round'] === round,
    );
    const stored = this.#stored.get(key);
    const last = told.at(-1)?.details['counts'] as TestCounts | undefined;
    return {
      counts: stored?.counts ?? last ?? countsOf({ owed, untested: owed }),
      sheets: told.length + (stored ? 1 : 0),
      positives: stored?.positives ?? [],
    };
  }

  private allocation(order: string): OrderAllocation | undefined {
    const [caseNumber = '', number] = order.split('/');
    const entries = this.of(caseNumber).filter(({ details }) => details['order'] === Number(number));
    const placed = entries.find(({ type }) => type === 'order-placed');
    if (!placed) return undefined;
    const lines = placed.details['lines'] as unknown as readonly Quantity[];
    return {
      closed: entries.some(({ type }) => type === 'order-cancelled'),
      lines: lines.map(({ item, quantity }) => ({ item, requested: quantity, allocated: this.stock(item, quantity) })),
    };
  }
}
