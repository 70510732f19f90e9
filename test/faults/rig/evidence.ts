/** What PostgreSQL and Temporal hold after a run, read past the API: the material of every comparison of the proof. */
import type { Entry, Head } from '../../../domain/ledger/entry';
import type { Status } from '../../../contracts/case/views';
import type { Reopening } from '../../../domain/case/state';
import type { AgendaItem } from '../../../domain/case/agenda';
import type { TestCounts } from '../../../domain/case/commands';
import type { LoggedAct } from './act-log';

export interface Evidence {
  /** What the run's people sent and were answered. */
  readonly acts: readonly LoggedAct[];
  readonly tables: Tables;
  /** By case number. */
  readonly workflows: ReadonlyMap<string, CaseWorkflow>;
}

/** One snapshot of PostgreSQL. */
export interface Tables {
  /** Of every stream, in the order of stream and sequence. */
  readonly ledger: readonly Entry[];
  /** The end that is kept of each stream. */
  readonly ends: ReadonlyMap<string, Head>;
  readonly cases: readonly {
    readonly caseNumber: string;
    readonly enterprise: string;
    readonly startCommand: string;
  }[];
  readonly projections: readonly Projection[];
  readonly duties: readonly DutyRow[];
  readonly commands: readonly CommandRow[];
  readonly notices: readonly { readonly key: string; readonly stream: string; readonly sequence: number }[];
  readonly claims: readonly Claim[];
  /** Texts and documents that belong to an entry. */
  readonly attached: readonly Attached[];
  readonly sheets: readonly SheetRow[];
  readonly rounds: readonly RoundRow[];
  readonly stock: readonly StockRow[];
  readonly movements: readonly MovementRow[];
  readonly orders: readonly OrderRow[];
}

/** A sheet of results with how many of them stand in its table. */
export interface SheetRow {
  readonly command: string;
  readonly caseNumber: string;
  readonly round: string;
  readonly sheet: string;
  readonly rows: number;
  readonly results: number;
}

export interface RoundRow {
  readonly caseNumber: string;
  readonly round: string;
  readonly counts: TestCounts;
}

export interface StockRow {
  readonly item: string;
  readonly onHand: number;
  readonly promised: number;
}

export interface MovementRow {
  readonly item: string;
  readonly kind: string;
  readonly quantity: number;
  readonly order: string | null;
  /** The entry `<stream>/<sequence>` or the command that moved it. */
  readonly cause: string;
}

/** One line of an order. */
export interface OrderRow {
  readonly order: string;
  readonly caseNumber: string;
  readonly closed: boolean;
  readonly item: string;
  readonly requested: number;
  readonly allocated: number;
  readonly dispatched: number;
  readonly received: number;
}

export interface Projection {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly phase: string;
  readonly closed: boolean;
  readonly version: number;
  readonly state: Reopening;
}

export interface DutyRow {
  readonly caseNumber: string;
  readonly id: string;
  readonly owner: string;
  readonly account: string | null;
  /** Milliseconds since 1970. */
  readonly due: number | null;
  readonly overdue: boolean;
  readonly reminded: number;
}

export interface CommandRow {
  readonly id: string;
  readonly status: 'pending' | 'done' | 'refused';
  readonly sequence: number | null;
}

export interface Claim {
  readonly command: string;
  readonly caseNumber: string;
  readonly account: string;
  readonly confirmed: boolean;
}

export interface Attached {
  readonly kind: 'text' | 'document';
  readonly id: string;
  readonly hmac: string;
  readonly stream: string;
  readonly sequence: number;
}

/** What Temporal has of a case, over all its runs. */
export interface CaseWorkflow {
  readonly open: boolean;
  readonly effects: ReadonlyMap<string, Effect>;
  /** What its queries answer; undefined for a closed one, and for one that does not answer. */
  readonly held: { readonly status: Status; readonly agenda: readonly AgendaItem[] } | undefined;
}

/** How often the history has one command. */
export interface Effect {
  /** Updates (for the first act, starts) that were accepted as new. */
  accepted: number;
  /** Updates that were accepted as repeats. */
  replayed: number;
  /** Handed over as a signal; the history does not say which of those took effect. */
  signalled: number;
  /** The ledger's last sequence as each Update was answered. */
  readonly sequences: number[];
}
