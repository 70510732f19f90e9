/** How a case is seen from outside: the view that is read, its situation in one line, and the accounts that may see it. */
import { agenda, type AgendaItem } from './agenda';
import { outstanding } from './completion';
import type { Instant } from '../programme/edition';
import { isClosed, type Reopening } from './state';

export interface CaseView extends Omit<Reopening, 'edition' | 'reminders' | 'schema'> {
  readonly edition: { readonly programme: string; readonly edition: string };
  readonly agenda: readonly AgendaItem[];
  /** What would have to be settled or waived if the case were closed now. */
  readonly outstanding: readonly string[];
  /** The ledger's last sequence number in this state. */
  readonly sequence: number;
}

export function viewOf(state: Reopening, sequence: number): CaseView {
  const { edition, reminders: _reminders, schema: _schema, ...shown } = state;
  return {
    ...shown,
    edition: { programme: edition.programme, edition: edition.id },
    agenda: agenda(state),
    outstanding: outstanding(state),
    sequence,
  };
}

export function isClosedView(view: Pick<CaseView, 'phase'>): boolean {
  return isClosed(view.phase);
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

/** Liaisons of the case, accounts to which it was copied, and volunteers as long as they deliver: they may see it. */
export function accountsOf({ stationing, copies, supply }: Reopening): string[] {
  const liaisons = [...stationing.postings, ...stationing.standIns].map((one) => one.liaison);
  const volunteers = supply.orders.flatMap((order) => order.consignments.map((one) => one.volunteer));
  return [...new Set([...liaisons, ...copies, ...volunteers])];
}
