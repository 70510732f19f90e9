/** What the activities need from outside, as narrow as they need it. */
import type { RecordBatch } from '../contracts/views';

export interface Recorder {
  /**
   * Records a batch in one transaction: ledger, projections, texts, commands, claims, notices. Entries that are there already
   * are skipped. @throws LedgerConflict, ForeignCase for what no retry can mend
   */
  record(batch: RecordBatch): Promise<void>;
}

/** The ledger has another entry under the number, or lacks the one before it. */
export class LedgerConflict extends Error {}
/** The case is not registered, or trusts a key that is not the system's. */
export class ForeignCase extends Error {}
