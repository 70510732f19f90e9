/** What a case tells of itself: the answer to an act, what it hands to PostgreSQL behind its answers, and what queries show. */
import type { AgendaItem } from '../../domain/case/agenda';
import type { Parts } from '../../domain/case/parts';
import type { Facts } from '../../domain/case/reopening';
import type { EnterpriseRef, Phase } from '../../domain/case/state';
import type { CaseView, Situation } from '../../domain/case/views';
import type { Entry, Head } from '../../domain/ledger/entry';
import type { Instant } from '../../domain/programme/edition';
import type { Notice } from '../../domain/telling/outbox';
import type { Questions } from './facts';

export type { CaseView, Situation };

/** What an Update answers. */
export interface Answer {
  /** The command's id. */
  readonly command: string;
  /** The last ledger entry the command caused. */
  readonly sequence: number;
  /** The case's phase by now. */
  readonly phase: Phase;
  /** Set for a repeat: the command was done before, and caused nothing now. */
  readonly replayed?: true;
}

/** What is another in the case than at the recording before. */
export interface Change {
  /** The ledger's last number in this state: PostgreSQL takes what is later by it and by the number of the recording. */
  readonly sequence: number;
  /** What has changed of the state; all of it where PostgreSQL may have another. */
  readonly parts: Parts;
  readonly situation: Situation;
  /** Liaisons of the case, accounts to which it was copied, volunteers as long as they deliver: they may see it. */
  readonly accounts: readonly string[];
  readonly duties: {
    /** Those that are new or another. */
    readonly changed: readonly AgendaItem[];
    /** Ids of those that are done; null: all that are not in `changed`. */
    readonly gone: readonly string[] | null;
  };
}

/** What the workflow hands to PostgreSQL behind its answers, in one activity at a time. */
export interface RecordBatch {
  /** The case number. */
  readonly stream: string;
  /** The case's recordings are counted: the answer repeats the number, and of two states the later one stands. */
  readonly recording: number;
  /** The first run of the chain that hands it over; builds from before it was said do not say it. */
  readonly firstRun?: string;
  /** The public keys that the case trusts; the system refuses a case with others. */
  readonly keys: readonly string[];
  readonly enterprise: Readonly<EnterpriseRef>;
  readonly openedAt: Instant;
  /** The case's time. */
  readonly clock: Instant;
  readonly closed: boolean;
  /** None when only something is asked, or when what changed makes no entry. */
  readonly entries: readonly Entry[];
  readonly notices: readonly Notice[];
  /** Null while more entries wait than one batch takes: the last of them brings the state. */
  readonly change: Change | null;
  /** What the case wants to know once this is recorded. */
  readonly questions: Questions | null;
}

/** What PostgreSQL answers to a recording. */
export interface Recorded {
  readonly recording: number;
  /** What was asked; null when nothing was. */
  readonly facts: Facts | null;
}

/** What queries answer besides the view: the ledger's end and what is still on its way to PostgreSQL. */
export interface Status {
  readonly view: CaseView;
  readonly head: Head;
  readonly unrecorded: number;
  /** Set when only a person can mend something. */
  readonly needsAttention: string | null;
  /** When the case wakes by itself; null for a closed one. */
  readonly nextWake: Instant | null;
}
