/** What a case shows of itself: the view that answers carry and the projection that PostgreSQL keeps. */
import { agenda, type AgendaItem } from '../../domain/case/agenda';
import { outstanding } from '../../domain/case/completion';
import type { Instant } from '../../domain/programme/edition';
import { isClosed, type Reopening } from '../../domain/case/state';
import type { Entry, Head } from '../../domain/ledger/entry';
import type { Notice } from '../../domain/telling/outbox';

export interface CaseView extends Omit<Reopening, 'edition' | 'nagging' | 'schema'> {
  readonly edition: { readonly programme: string; readonly edition: string };
  readonly agenda: readonly AgendaItem[];
  /** What would have to be settled or waived if the case were closed now. */
  readonly outstanding: readonly string[];
  /** The ledger's last sequence number in this state. */
  readonly sequence: number;
}

export function viewOf(state: Reopening, sequence: number): CaseView {
  const { edition, nagging: _nagging, schema: _schema, ...shown } = state;
  return {
    ...shown,
    edition: { programme: edition.programme, edition: edition.edition },
    agenda: agenda(state),
    outstanding: outstanding(state),
    sequence,
  };
}

/** A case in one line: for lists, search attributes and the Temporal UI. */
export interface Situation {
  readonly phase: Reopening['phase'];
  /** Owners of open duties, each once, sorted. */
  readonly waitingOn: readonly string[];
  readonly nextDue: Instant | null;
  readonly overdue: number;
}

/** Duties that open later do not count yet, except for the next due time. */
export function situationOf(state: Reopening): Situation {
  const items = agenda(state);
  const open = items.filter((item) => item.opens <= state.clock);
  const dues = items.flatMap((item) => (item.due === null || item.overdue ? [] : [item.due]));
  return {
    phase: state.phase,
    waitingOn: [...new Set(open.map((item) => item.owner))].sort(),
    nextDue: dues.length > 0 ? Math.min(...dues) : null,
    overdue: items.filter((item) => item.overdue).length,
  };
}

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

export function isClosedView(view: Pick<CaseView, 'phase'>): boolean {
  return isClosed(view.phase);
}
