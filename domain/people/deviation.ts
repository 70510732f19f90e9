/** Movements between work and lodging 两点一线 as a case sees them: how many, and each deviation 违规外出 that the liaison follows up. */
import { localDate } from '../calendar/calendar';
import type { Command } from '../case/commands';
import { termed, type Duty } from '../case/duty';
import { refuse } from '../ledger/rejection';
import { isRunning, type Reopening, type Rule } from '../case/state';
import { requireOnDuty, requireOwnLiaison } from '../case/stationing';

/** A repeat comes within minutes; PostgreSQL knows all lists for good. */
const LISTS_KEPT = 20;
/** Each is a duty of the liaison's: with so many open, the next list waits until some are followed up. */
const MOST_OPEN = 200;

export const reportMovements: Rule<Command<'reportMovements'>> = (state, command, act) => {
  const { list, moved } = command;
  requireOwnLiaison(state, act);
  const { movements } = state;
  if (movements.lists.includes(list)) refuse('already-done', { list });
  const known = new Set(movements.deviations.map((one) => one.id));
  const deviations = [...new Set(command.deviations)].filter((id) => !known.has(id));
  if (known.size + deviations.length > MOST_OPEN) refuse('too-many', { most: MOST_OPEN });
  movements.lists = [...movements.lists, list].slice(-LISTS_KEPT);
  act.record('movements-reported', { list, moved, deviations: deviations.length });
  for (const id of deviations) act.record('deviation-found', { deviation: id, list });
  movements.deviations = [...movements.deviations, ...deviations.map((id) => ({ id, since: act.at }))];
};

export const followUpDeviation: Rule<Command<'followUpDeviation'>> = (state, command, act) => {
  requireOnDuty(state, act.by, localDate(act.at, state.edition));
  const { movements } = state;
  if (!movements.deviations.some((one) => one.id === command.deviation)) {
    refuse('unknown-deviation', { deviation: command.deviation, known: movements.deviations.map((one) => one.id) });
  }
  movements.deviations = movements.deviations.filter((one) => one.id !== command.deviation);
  const { deviation, outcome, note } = command;
  act.record('deviation-followed', { deviation, outcome, note: { ...note } });
};

export function deviationDuties(state: Reopening): Duty[] {
  if (!isRunning(state)) return [];
  // Whose day it is decides when it is followed up, not when it was found: no account is named.
  return state.movements.deviations.map(({ id, since }) =>
    termed(state, 'deviation', id, 'liaison', since, state.edition.lodging.followUp),
  );
}
