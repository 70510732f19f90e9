/** What a case shows of itself: the view that answers carry and the projection that PostgreSQL keeps. */
import type { Instant } from '../../domain/programme/edition';
import type { CaseView, Situation } from '../../domain/case/views';
import type { Entry, Head } from '../../domain/ledger/entry';
import type { Notice } from '../../domain/telling/outbox';

export type { CaseView, Situation };

/** What an Update answers: the state after it, or, for a repeat, the state now. */
export interface Answer {
  /** The last ledger entry the command caused. */
  readonly sequence: number;
  readonly replayed: boolean;
  readonly view: CaseView;
}

/** What the workflow hands to PostgreSQL behind its answers, in one activity at a time. */
export interface RecordBatch {
  /** The case number. */
  readonly stream: string;
  /** The public keys that the case trusts; the system refuses a case with others. */
  readonly keys: readonly string[];
  readonly entries: readonly Entry[];
  readonly view: CaseView;
  readonly situation: Situation;
  readonly notices: readonly Notice[];
  readonly closed: boolean;
}

/** What queries answer besides the view: the ledger's end and what is still on its way to PostgreSQL. */
export interface Status {
  readonly view: CaseView;
  readonly head: Head;
  readonly unrecorded: number;
  /** Set when PostgreSQL refused a batch for a reason that only a person can mend. */
  readonly needsAttention: string | null;
  /** When the case wakes by itself; null for a closed one. */
  readonly nextWake: Instant | null;
}
