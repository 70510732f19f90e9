/** Movements between work and lodging 两点一线 as a case sees them: how many, and each deviation 违规外出 that the liaison follows up. */
import { localDate } from '../calendar/calendar';
import type { Command } from '../case/commands';
import { termed, type Duty } from '../case/duty';
import { refuse } from '../ledger/rejection';
import { isRunning, type Act, type Movements, type Reopening, type Rule } from '../case/state';
import { requireOnDuty, requireOwnLiaison } from '../case/stationing';

/** A repeat comes within minutes; PostgreSQL knows all lists for good. */
const LISTS_KEPT = 20;
/** Each is a duty of the liaison's; with so many open, what else a list brings is one duty. */
const MOST_OPEN = 200;
/** Lists that are one duty each; with so many open, the next one is added to the last. */
const MOST_FOLDED = 50;

export const reportMovements: Rule<Command<'reportMovements'>> = (state, command, act) => {
  const { list, moved } = command;
  requireOwnLiaison(state, act);
  const { movements } = state;
  if (movements.lists.includes(list)) refuse('already-done', { list });
  const known = new Set(movements.deviations.map((one) => one.id));
  const deviations = [...new Set(command.deviations)].filter((id) => !known.has(id));
  movements.lists = [...movements.lists, list].slice(-LISTS_KEPT);
  act.record('movements-reported', { list, moved, deviations: deviations.length });
  const single = deviations.slice(0, Math.max(0, MOST_OPEN - known.size));
  for (const id of single) act.record('deviation-found', { deviation: id, list });
  movements.deviations = [...movements.deviations, ...single.map((id) => ({ id, since: act.at }))];
  const others = deviations.length - single.length;
  if (others > 0) fold(movements, { id: list, since: act.at, count: others }, act);
};

function fold(movements: Movements, folded: Movements['deviations'][number] & { count: number }, act: Act): void {
  const { deviations } = movements;
  const last = deviations.at(-1);
  const isFull = deviations.length >= MOST_OPEN + MOST_FOLDED && last?.count !== undefined;
  const under = isFull ? { ...last, count: last.count + folded.count } : folded;
  movements.deviations = [...(isFull ? deviations.slice(0, -1) : deviations), under];
  act.record('deviation-found', { deviation: under.id, list: folded.id, count: folded.count });
}

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
