/** Operating days 复工运行: what time alone brings about, the liaison's daily report, suspension 停工 and lifting 解除. */
import { addDays, instantOf, localDate } from '../calendar/calendar';
import type { Command, ReportAlarm } from './commands';
import { duty, epidemicControl, termed, type Duty } from './duty';
import type { Instant, LocalDate } from '../programme/edition';
import { liftedFor, suspendedFor } from './incident';
import { refuse } from '../ledger/rejection';
import { enterPhase, isRunning, openRequirements, type Act, type Reopening, type Rule } from './state';
import { liaisonOn, requireOnDuty } from './stationing';
import { checkSupplies, nextSupplyCheck } from '../supplies/supply';
import { NEVER, nextRoundEvent, nextRoundWake, passRounds, roundsAfter } from '../testing/rounds';

/** Operation begins as soon as team, liaison and everything that blocks it are settled; called after every command. */
export function beginOperationWhenReady(state: Reopening, act: Act): void {
  if (state.phase !== 'stationing' || !state.stationing.team || state.stationing.arrivedAt === null) return;
  if (openRequirements(state, 'operation').length > 0) return;
  enterPhase(state, 'operating', act);
  beginOperation(state, act.at);
}

function beginOperation(state: Reopening, at: Instant): void {
  const today = localDate(at, state.edition);
  const midnight = instantOf(today, '00:00', state.edition);
  const first = Math.min(
    reportOpens(state, today),
    ...roundsAfter(state.edition, midnight - 1).map((one) => one.opensAt),
  );
  const startsOn = at <= first ? today : addDays(today, 1);
  state.operation.startsOn = startsOn;
  state.operation.openedTo = instantOf(startsOn, '00:00', state.edition) - 1;
  state.operation.reportedTo = addDays(startsOn, -1);
}

/** When the next rounds open, are due or close, the next daily report becomes owed, supplies are looked at. */
export function nextOperationEvent(state: Reopening): Instant {
  if (!isRunning(state)) return NEVER;
  return Math.min(nextRoundEvent(state), reportOpens(state, nextReportDate(state)), nextSupplyCheck(state, NEVER));
}

/** When the operation next needs the case to wake. */
export function nextOperationWake(state: Reopening): Instant {
  if (!isRunning(state)) return NEVER;
  return Math.min(nextRoundWake(state), reportOpens(state, nextReportDate(state)), nextSupplyCheck(state, NEVER));
}

/** Lets happen what happens at `act.at`, in this order: rounds, a report that becomes owed, the look at supplies. */
export function passOperation(state: Reopening, act: Act): void {
  passRounds(state, act);
  const { operation } = state;
  const date = nextReportDate(state);
  if (reportOpens(state, date) <= act.at) {
    operation.reportedTo = date;
    operation.owedReports = [...operation.owedReports, date];
  }
  if (nextSupplyCheck(state, NEVER) <= act.at) checkSupplies(state, act);
}

export function nextReportDate(state: Reopening): LocalDate {
  const { reportedTo } = state.operation;
  return reportedTo === null ? localDate(state.clock, state.edition) : addDays(reportedTo, 1);
}

export function reportOpens(state: Reopening, date: LocalDate): Instant {
  return instantOf(date, state.edition.report.opens, state.edition);
}

export const reportDay: Rule<Command<'reportDay'>> = (state, command, act) => {
  requireOnDuty(state, act.by, command.date);
  const { operation } = state;
  if (!operation.owedReports.includes(command.date)) {
    const past =
      operation.startsOn !== null && command.date >= operation.startsOn && command.date < nextReportDate(state);
    refuse(past ? 'already-done' : 'wrong-date', { date: command.date, owed: operation.owedReports });
  }
  operation.owedReports = operation.owedReports.filter((date) => date !== command.date);
  operation.daysReported += 1;
  act.record('day-reported', {
    date: command.date,
    production: command.production,
    present: command.present,
    epidemic: command.epidemic,
    late: act.at > reportDue(state, command.date),
    ...(command.remarks && { remarks: { ...command.remarks } }),
  });
  const alarms = alarmsOf(command);
  if (alarms.length > 0) {
    act.record('alarm-raised', { date: command.date, alarms, tell: alarmed(state, alarms) });
  }
};

/** Epidemic control and the official hear of both, the health centre of what concerns people's health. */
function alarmed(state: Reopening, alarms: readonly ReportAlarm[]): string[] {
  return [epidemicControl(state), 'official', ...(alarms.includes('epidemic-abnormal') ? ['health'] : [])];
}

/** What a report tells that nobody may learn of only by looking for it. */
function alarmsOf({ epidemic, production }: Command<'reportDay'>): ReportAlarm[] {
  return [
    ...(epidemic === 'abnormal' ? (['epidemic-abnormal'] as const) : []),
    ...(production === 'stopped' ? (['production-stopped'] as const) : []),
  ];
}

export function reportDue(state: Reopening, date: LocalDate): Instant {
  return instantOf(date, state.edition.report.due, state.edition);
}

/**
 * Epidemic control stops a team, a workshop or the whole site. Testing and reporting go on while production stands still: people
 * are still in the loop.
 */
export const suspend: Rule<Command<'suspend'>> = (state, command, act) => {
  const { operation } = state;
  const { scope = 'site', of = null, incident = null, reason, opinion } = command;
  // Another incident may need what is stopped already: its own lifting must not wait for somebody else's.
  const same = operation.suspensions.some(
    (one) => one.scope === scope && one.of?.text === of?.text && one.incident === incident,
  );
  if (same) refuse('already-done');
  if (!opinion || (scope !== 'site' && !of)) refuse('opinion-required', { verb: 'suspend' });
  if (incident !== null) suspendedFor(state, incident, act);
  operation.suspended += 1;
  const id = `s${operation.suspended}`;
  operation.suspensions = [...operation.suspensions, { id, scope, of, since: act.at, reason, incident }];
  act.record('suspended', {
    suspension: id,
    scope,
    reason,
    ...(of && { of: { ...of } }),
    ...(incident !== null && { incident }),
    opinion: { ...opinion },
  });
  if (scope === 'site' && state.phase === 'operating') enterPhase(state, 'suspended', act);
};

/** Only epidemic control lifts a suspension, in writing (docs/domain.md#suspension), and not before the emergency plan is done. */
export const lift: Rule<Command<'lift'>> = (state, command, act) => {
  const { operation } = state;
  const [only, another] = operation.suspensions;
  const named = command.suspension ?? (another ? undefined : only?.id);
  const found = operation.suspensions.find((one) => one.id === named);
  if (!found) {
    refuse('unknown-suspension', { suspension: named ?? null, known: operation.suspensions.map((one) => one.id) });
  }
  if (!command.opinion) refuse('opinion-required', { verb: 'lift' });
  if (found.incident !== null) liftedFor(state, found.incident, act);
  operation.suspensions = operation.suspensions.filter((one) => one !== found);
  act.record('lifted', { suspension: found.id, scope: found.scope, opinion: { ...command.opinion } });
  if (found.scope === 'site' && !operation.suspensions.some((one) => one.scope === 'site')) {
    enterPhase(state, 'operating', act);
  }
};

export function operationDuties(state: Reopening): Duty[] {
  if (!isRunning(state)) return [];
  const { operation, edition } = state;
  const reports = [...operation.owedReports, nextReportDate(state)].map((date) =>
    duty('report', date, 'liaison', reportOpens(state, date), reportDue(state, date), liaisonOn(state, date)),
  );
  const reviews = operation.suspensions.map(({ id, since }) =>
    termed(state, 'suspension-review', id, epidemicControl(state), since, edition.terms.suspensionReview),
  );
  return [...reports, ...reviews];
}
