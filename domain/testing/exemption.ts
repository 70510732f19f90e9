/** Exemption from tests 免检: epidemic control's act alone, for dated days ahead of somebody on the roster. */
import { addDays, daysBetween, localDate } from '../calendar/calendar';
import type { Account } from '../ledger/entry';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';
import { mayExempt } from './acts';
import type { Edition, Instant, LocalDate } from '../programme/edition';

/** Two weeks, as the rules of isolation had it; who needs longer is looked at again. */
export const MOST_EXEMPT_DAYS = 14;

type Rules = Pick<Edition, 'epidemicControl'>;

/** @throws Refused `not-epidemic-control` */
export function requireEpidemicControl(rules: Rules, by: Account): void {
  if (!mayExempt(rules, by)) refuseOutside('not-epidemic-control', { department: rules.epidemicControl });
}

export interface Testable {
  readonly rules: Rules;
  readonly town: Pick<Edition, 'utcOffsetMinutes'>;
  /** Whether the person is on the enterprise's roster and has not left. */
  readonly active: boolean;
  /** What the clock of the enterprise's open case says: trial mode may have moved it ahead. */
  readonly clock: Instant | undefined;
}

export interface Exemption {
  readonly person: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly reason: string;
}

export interface Exempted extends OutsideEntry {
  readonly days: Exemption;
}

export function exempt(state: Testable, { person, from, to, reason }: Exemption, by: Account, now: Instant): Exempted {
  requireEpidemicControl(state.rules, by);
  if (!state.active) refuseOutside('unknown-person', { people: [person] });
  // Tomorrow: whose round has begun is counted in it already.
  const earliest = addDays(localDate(Math.max(now, state.clock ?? 0), state.town), 1);
  if (from < earliest || to < from || daysBetween(from, to) >= MOST_EXEMPT_DAYS) {
    refuseOutside('wrong-exemption', { from, to, earliest, most: MOST_EXEMPT_DAYS });
  }
  const days = { person, from, to, reason };
  return { days, type: 'person-exempted', details: days };
}
