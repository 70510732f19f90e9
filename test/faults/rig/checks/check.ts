/** What a comparison of the proof gives, and how an act and its entries are named in a finding. */
import type { Entry } from '../../../../domain/ledger/entry';
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
  return grouped(
    tables.ledger.filter(({ command }) => command !== undefined),
    ({ command }) => command ?? '',
  );
}

export function grouped<T>(many: readonly T[], keyOf: (one: T) => string): Map<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of many) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

/** `#12 approved, #13 phase-entered`. */
export function listed(entries: readonly Entry[]): string {
  return entries.map(({ sequence, type }) => `#${sequence} ${type}`).join(', ');
}
