/** What a duty 待办 is: who owes what, since when, due when; the words of the agenda, shared by the steps that have duties. */
import { dueAfter } from '../calendar/calendar';
import type { Instant, Term } from '../programme/edition';
import type { Reopening } from './state';

export const DUTY_KINDS = [
  'survey',
  'commitment',
  'evidence',
  'recheck',
  'plan',
  'sign-off',
  'rectification',
  'consultation',
  'team',
  'liaison',
  'arrival',
  'test',
  'results',
  'untested',
  'certification',
  'visit',
  'incident-isolate',
  'incident-recheck',
  'incident-inform',
  'incident-suspend',
  'incident-transfer',
  'incident-disinfect',
  'incident-trace',
  'order-confirmation',
  'order-back-order',
  'order-dispatch',
  'order-delivery',
  'order-receipt',
  'deviation',
  'finding',
  'report',
  'suspension-review',
  'closing',
] as const;
export type DutyKind = (typeof DUTY_KINDS)[number];

/** Who may owe something; a department by its id. */
export const OWNERS = ['official', 'enterprise', 'liaison', 'storekeeper', 'health', 'volunteer'] as const;
export type Owner = (typeof OWNERS)[number] | `department/${string}`;

export interface Duty {
  /** Stable for one occurrence: `<kind>` or `<kind>/<which>`. */
  readonly id: string;
  readonly kind: DutyKind;
  readonly owner: Owner;
  /** The one account of the owner who must act, when it is known. */
  readonly account?: string;
  readonly since: Instant;
  /** It enters the inbox then; in the future for the next round and the next report. */
  readonly opens: Instant;
  /** Null for a standing duty: it may be done at any time, is never reminded and does not keep a case moving. */
  readonly due: Instant | null;
}

export function duty(
  kind: DutyKind,
  which: string | null,
  owner: Owner,
  since: Instant,
  due: Instant | null,
  account?: string,
): Duty {
  const id = which === null ? kind : `${kind}/${which}`;
  const owed = { id, kind, owner, since, opens: since, due };
  return account === undefined ? owed : { ...owed, account };
}

export function termed(
  state: Reopening,
  kind: DutyKind,
  which: string | null,
  owner: Owner,
  since: Instant,
  term: Term,
): Duty {
  return duty(kind, which, owner, since, dueAfter(since, term, state.edition));
}

export function epidemicControl(state: Reopening): Owner {
  return `department/${state.edition.epidemicControl}`;
}
