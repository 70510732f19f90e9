/** What a reopening workflow is started with, by the API once and by itself when it continues as new. */
import type { Rejection } from '../../domain/ledger/rejection';
import type { Opening } from '../../domain/case/reopening';
import type { Reopening } from '../../domain/case/state';
import type { Envelope } from '../../proof/envelope';
import type { OrderNews } from './facts';
import type { Entry, Head } from '../../domain/ledger/entry';

/** The last commands, so that a repeat is recognised across continue-as-new. */
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

/** Of what a run carries to the next: raised with every change of its shape. A release of a lower one does not start (workers/releases.ts). */
export const CARRIED_SCHEMA = 2;

export interface Carried {
  readonly kind: 'carried';
  readonly schema: typeof CARRIED_SCHEMA;
  readonly state: Reopening;
  readonly keys: readonly string[];
  readonly head: Head;
  readonly unrecorded: readonly Entry[];
  readonly recent: readonly RecentCommand[];
  /** What children have not been told yet. */
  readonly orderNews: readonly OrderNews[];
}

export type ReopeningInput = Start | Carried;

/** Memo of the workflow: a 409 and a repeated start are answered from it, without a worker. */
export interface CaseMemo {
  readonly caseNumber: string;
  readonly startCommand: string;
}
