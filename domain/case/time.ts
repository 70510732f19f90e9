/** What the passing of time does to a case: rounds and reports come, duties become overdue, are reminded and escalated. */
import { duties, type Duty } from './agenda';
import { HOUR, minutes, outOfQuiet } from '../calendar/calendar';
import type { Command } from './commands';
import type { Instant } from '../programme/edition';
import type { Actor, Draft } from '../ledger/entry';
import { nextOperationEvent, nextOperationWake, passOperation } from './operation';
import { refuse } from '../ledger/rejection';
import { isClosed, type Act, type Reminders, type Reopening, type Rule } from './state';
import { NEVER } from '../testing/rounds';

/** Who acts when time passes or PostgreSQL tells. */
export const THE_CASE: Actor = { account: 'case', role: 'case' };
const UNTOLD: Reminders[string] = { reminded: 0, lastAt: null, overdue: false, escalated: false, urgedAt: null };

type Telling = 'overdue' | 'remind' | 'escalate';
interface Event {
  readonly at: Instant;
  /** Absent for what happens to the operation itself. */
  readonly duty?: Duty;
  readonly telling?: Telling;
}

/**
 * Lets everything happen that is due up to `now`, each thing at its own instant and in the order of time, so that one long
 * step and many short ones end in the same state with the same entries. Changes `state`.
 */
export function passTime(state: Reopening, now: Instant): Draft[] {
  const entries: Draft[] = [];
  if (isClosed(state.phase)) {
    state.clock = Math.max(state.clock, now);
    return entries;
  }
  let ahead = lookAhead(state);
  for (let event = nextEvent(state, ahead); event.at <= now; event = nextEvent(state, ahead)) {
    state.clock = Math.max(state.clock, event.at);
    const act: Act = {
      by: THE_CASE,
      at: state.clock,
      record: (type, details = {}) => entries.push({ at: state.clock, by: THE_CASE, type, details }),
    };
    if (event.duty && event.telling) {
      tell(state, event.duty, event.telling, act);
      continue;
    }
    // Only the operation's own events change who owes what; they never close the case.
    passOperation(state, act);
    ahead = lookAhead(state);
    forgetDone(state, ahead.owed);
  }
  state.clock = Math.max(state.clock, now);
  return entries;
}

/** When time next changes something that is told or shown, from which the case's one timer is derived; null for a closed case. */
export function nextChange(state: Reopening): Instant | null {
  if (isClosed(state.phase)) return null;
  const { at } = nextEvent(state, { owed: duties(state), operation: { at: nextOperationWake(state) } });
  return at >= NEVER ? null : at;
}

/** Drops what is kept about duties that are done: their reminders stop with them. */
export function forgetDone(state: Reopening, owed: readonly Duty[] = duties(state)): void {
  const told = Object.keys(state.reminders);
  if (told.length === 0) return;
  const open = new Set(owed.map((duty) => duty.id));
  for (const id of told) if (!open.has(id)) delete state.reminders[id];
}

/** What events come from; it stays as it is while duties are only told about. */
interface Ahead {
  readonly owed: readonly Duty[];
  readonly operation: Event;
}

function lookAhead(state: Reopening): Ahead {
  return { owed: duties(state), operation: { at: nextOperationEvent(state) } };
}

function nextEvent(state: Reopening, { owed, operation }: Ahead): Event {
  let next = operation;
  for (const duty of owed) {
    const event = nextTelling(state, duty);
    if (event.at < next.at) next = event;
  }
  return next;
}

/** What is told next about one duty; of what falls on the same instant, overdue before escalation before a reminder. */
function nextTelling(state: Reopening, duty: Duty): Event {
  if (duty.due === null) return { at: NEVER };
  const { edition } = state;
  const { leadHours, intervalHours, maximum, escalateAfterHours } = edition.reminders;
  // A duty may come to light late (results that turn out to be pending): nobody is told before that, nor at night.
  const soonest = (at: Instant): Instant => outOfQuiet(Math.max(at, state.clock), edition);
  const told = state.reminders[duty.id] ?? UNTOLD;
  const late = Math.max(duty.due, duty.opens);
  const again = told.reminded < maximum;
  if (!told.overdue) {
    const lead = late - leadHours * HOUR;
    const isOwed = again && told.lastAt === null && leadHours > 0 && lead > duty.opens;
    const reminder = isOwed ? soonest(lead) : NEVER;
    return reminder < late ? { at: reminder, duty, telling: 'remind' } : { at: late, duty, telling: 'overdue' };
  }
  const escalation = told.escalated ? NEVER : soonest(late + escalateAfterHours * HOUR);
  const reminder = again ? soonest(Math.max(late, told.lastAt ?? 0) + intervalHours * HOUR) : NEVER;
  return escalation <= reminder
    ? { at: escalation, duty, telling: 'escalate' }
    : { at: reminder, duty, telling: 'remind' };
}

function tell(state: Reopening, duty: Duty, telling: Telling, act: Act): void {
  const told = state.reminders[duty.id] ?? UNTOLD;
  const details = { duty: duty.id, owner: duty.owner, account: duty.account ?? null, due: duty.due };
  switch (telling) {
    case 'overdue':
      state.reminders[duty.id] = { ...told, overdue: true };
      act.record('duty-overdue', details);
      return;
    case 'escalate':
      state.reminders[duty.id] = { ...told, escalated: true };
      act.record('duty-escalated', { ...details, to: 'official' });
      return;
    case 'remind':
      state.reminders[duty.id] = { ...told, reminded: told.reminded + 1, lastAt: act.at };
      act.record('duty-reminded', { ...details, count: told.reminded + 1 });
  }
}

/** A person urges 催办 whoever owes a duty; the same duty only once in the programme's interval. */
export const urge: Rule<Command<'urge'>> = (state, command, act) => {
  const duty = duties(state).find((one) => one.id === command.duty && one.opens <= act.at);
  if (!duty || duty.due === null) refuse('unknown-duty', { duty: command.duty });
  const told = state.reminders[duty.id] ?? UNTOLD;
  const again = (told.urgedAt ?? -Infinity) + minutes(state.edition.urgeIntervalMinutes);
  if (act.at < again) refuse('too-soon', { again });
  state.reminders[duty.id] = { ...told, urgedAt: act.at };
  act.record('urged', { duty: duty.id, owner: duty.owner, account: duty.account ?? null });
};
