/** What a comparison of the proof gives, and how an act and its entries are named in a finding. */
import type { Entry } from '../../../contracts/ledger';
import type { LoggedAct } from '../act-log';
import type { Evidence } from '../evidence';

export interface Check {
  /** With its count, as it is said when nothing was found. */
  readonly holds: string;
  readonly findings: readonly string[];
}

export type Comparison = (evidence: Evidence) => Check;

/** Enough of an id to find it in ledger, history and log. */
export function nameOf({ act, answer }: LoggedAct): string {
  const caseNumber = act.caseNumber ?? (answer?.outcome === 'done' ? answer.caseNumber : 'start');
  return `${caseNumber} ${act.type} ${act.id.slice(0, 12)}`;
}

/** Every entry that an act caused, by the act's id. */
export function entriesByCommand({ tables }: Evidence): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const entry of tables.ledger) {
    if (entry.command === undefined) continue;
    const entries = found.get(entry.command);
    if (entries) entries.push(entry);
    else found.set(entry.command, [entry]);
  }
  return found;
}

/** `#12 approved, #13 phase-entered`. */
export function listed(entries: readonly Entry[]): string {
  return entries.map(({ sequence, type }) => `#${sequence} ${type}`).join(', ');
}
