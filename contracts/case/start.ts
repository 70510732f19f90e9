/** What a reopening workflow is started with, by the API once and by itself when it continues as new. */
import type { Rejection } from '../../domain/ledger/rejection';
import type { Opening } from '../../domain/case/reopening';
import type { Parts } from '../../domain/case/parts';
import type { Reopening, SCHEMA } from '../../domain/case/state';
import type { Adopt, Envelope } from '../../proof/envelope';
import type { Entry, Head } from '../../domain/ledger/entry';

/** The last commands, so that a repeat is recognised across continue-as-new; of ids and hashes the first half (workflows/reopening/case.ts). */
export interface RecentCommand {
  readonly id: string;
  readonly bodyHash: string;
  readonly sequence: number;
  /** Set when it came by signal and was refused: the Update that timed out before must be refused as well. */
  readonly rejection?: Rejection;
}

export interface Start {
  readonly kind: 'open';
  /** The act that opens the case, signed like every other; its command carries enterprise and edition. */
  readonly envelope: Envelope<{ readonly type: 'open' } & Opening>;
  /** The API's public keys at the start; more are announced later. */
  readonly keys: readonly string[];
}

export interface Carried {
  readonly kind: 'carried';
  readonly schema: typeof SCHEMA;
  readonly state: Reopening;
  readonly keys: readonly string[];
  readonly head: Head;
  readonly unrecorded: readonly Entry[];
  readonly recent: readonly RecentCommand[];
  /** How often the case has recorded: PostgreSQL takes no older state for a newer one. */
  readonly recordings: number;
  /** The state that PostgreSQL has, by what of it is another than in `state`; null when that is not known. */
  readonly recorded: Parts | null;
}

/** A case goes on where a run ended that was ended from outside, by an act that the API has signed. */
export interface Adopted {
  readonly kind: 'adopted';
  /** Names the run that ended and the digest of what is carried (`digestOf`). */
  readonly envelope: Envelope<Adopt>;
  readonly carried: Carried;
}

export type ReopeningInput = Start | Carried | Adopted;

/** Memo of the workflow: a 409 and a repeated start are answered from it, without a worker. */
export interface CaseMemo {
  readonly caseNumber: string;
  readonly startCommand: string;
}
