/** What the activities need from outside, as narrow as they need it. */
import type { Questions } from '../contracts/facts';
import type { OrderAllocation } from '../contracts/supply-order';
import type { RecordBatch } from '../contracts/views';
import type { Facts } from '../domain/reopening';

export interface Recorder {
  /**
   * Records a batch in one transaction: ledger, projections, texts, commands, claims, notices. Entries that are there already
   * are skipped. @throws LedgerConflict, ForeignCase for what no retry can mend
   */
  record(batch: RecordBatch): Promise<void>;
}

export interface FactReader {
  /** What PostgreSQL has of the rounds and orders asked for. @throws Error as long as one of them is not recorded yet */
  read(questions: Questions): Promise<Facts>;
}

export interface Stock {
  /** Promises what is free to whoever waits, first-come; undefined as long as the order is not recorded. */
  allocate(order: string): Promise<OrderAllocation | undefined>;
}

/** The ledger has another entry under the number, or lacks the one before it. */
export class LedgerConflict extends Error {}
/** The case is not registered, or trusts a key that is not the system's. */
export class ForeignCase extends Error {}
