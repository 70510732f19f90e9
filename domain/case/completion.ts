/** How a case ends: completion 办结 with everything outstanding settled or waived with a reason, and withdrawal. */
import { addDays, daysBetween, instantOf, localDate } from '../calendar/calendar';
import type { Command } from './commands';
import type { Instant } from '../programme/edition';
import { isOver } from './incident';
import { refuse } from '../ledger/rejection';
import { cancelOpenOrders } from '../supplies/supply';
import { enterPhase, openRequirements, type Reopening, type Rule } from './state';

/** Whole operating days that lie behind the case. */
export function operatingDays(state: Reopening): number {
  const { startsOn } = state.operation;
  return startsOn === null ? 0 : Math.max(0, daysBetween(startsOn, localDate(state.clock, state.edition)));
}

/** Since when the programme's rule for closing holds, apart from what is outstanding; null when it does not. */
export function closableSince(state: Reopening): Instant | null {
  const { startsOn } = state.operation;
  if (state.phase !== 'operating' || startsOn === null) return null;
  const since = instantOf(addDays(startsOn, state.edition.completion.operatingDays), '00:00', state.edition);
  return since <= state.clock ? Math.max(since, state.phaseSince) : null;
}

/**
 * What must be settled or waived before the case is closed: `requirement/…`, `round/…` (not closed), `untested/…`, `results/…`,
 * `report/…`, `consultation/…`, `incident/…`, `suspension/…`, `order/…`, `visit/…`, `deviation/…`, `finding/…`.
 */
export function outstanding(state: Reopening): string[] {
  const { operation, review, incidents, supply, sampling, movements, inspection } = state;
  const pending = operation.rounds.filter((one) => one.stage === 'closed' && (one.counts?.pending ?? 0) > 0);
  // A round whose every row is there is done, though its time is not over; a closed one is told by PostgreSQL.
  const open = operation.rounds.filter(
    (one) => (one.stage !== 'closed' || one.countedStage !== 'closed') && (one.counts?.untested ?? 1) > 0,
  );
  return [
    ...openRequirements(state, 'completion').map((one) => `requirement/${one.id}`),
    ...operation.untested.map((one) => `untested/${one.round}`),
    ...open.map((one) => `round/${one.id}`),
    ...pending.map((one) => `results/${one.id}`),
    ...operation.owedReports.map((date) => `report/${date}`),
    ...review.consultations.filter((one) => one.answeredAt === null).map((one) => `consultation/${one.id}`),
    ...incidents.filter((one) => !isOver(one)).map((one) => `incident/${one.id}`),
    ...operation.suspensions.map((one) => `suspension/${one.id}`),
    ...supply.orders.map((one) => `order/${one.id}`),
    ...sampling.visits.filter((one) => one.completedAt === null).map((one) => `visit/${one.id}`),
    ...movements.deviations.map((one) => `deviation/${one.id}`),
    ...inspection.findings.map((one) => `finding/${one.id}`),
  ];
}

/** What must be over before any end: an incident needs its case, and only who may lift a suspension ends it. */
function requireNothingHeld(state: Reopening): void {
  const incidents = state.incidents.filter((one) => !isOver(one)).map((one) => one.id);
  const suspensions = state.operation.suspensions.map((one) => one.id);
  if (incidents.length + suspensions.length > 0) refuse('end-held', { incidents, suspensions });
}

export const complete: Rule<Command<'complete'>> = (state, command, act) => {
  if (closableSince(state) === null) {
    refuse('too-early', { needed: state.edition.completion.operatingDays, operatingDays: operatingDays(state) });
  }
  requireNothingHeld(state);
  const items = outstanding(state);
  for (const { item } of command.waivers)
    if (!items.includes(item)) refuse('unknown-waiver', { item, outstanding: items });
  const left = items.filter((item) => !command.waivers.some((waiver) => waiver.item === item));
  if (left.length > 0) refuse('outstanding', { items: left });
  act.record('completed', {
    operatingDays: operatingDays(state),
    roundsComplete: state.operation.roundsComplete,
    daysReported: state.operation.daysReported,
    waivers: command.waivers.map(({ item, reason }) => ({ item, reason: { ...reason } })),
  });
  cancelOpenOrders(state, act);
  enterPhase(state, 'completed', act);
};

export const withdraw: Rule<Command<'withdraw'>> = (state, command, act) => {
  requireNothingHeld(state);
  if (!command.reason) refuse('opinion-required', { verb: 'withdraw' });
  act.record('withdrawn', { reason: { ...command.reason } });
  cancelOpenOrders(state, act);
  enterPhase(state, 'withdrawn', act);
};
