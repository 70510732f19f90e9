/** Operating days 复工运行: test rounds by the dated schedule, the liaison's daily report, suspension 停工 and lifting 解除. */
import { authoriseDepartment } from './authorisation';
import { addDays, dayOf, instantOf, localDate, localDay, minutes, onDay } from './calendar';
import type { Command, TestCounts } from './commands';
import type { Edition, Instant, LocalDate, TestRule } from './edition';
import { refuse } from './rejection';
import {
  enterPhase,
  openRequirements,
  requirePhase,
  type Act,
  type Reopening,
  type Rule,
  type TestRound,
} from './state';
import { requireOnDuty } from './stationing';

/** Closed rounds stay in the state this long for corrections; what is older is in the ledger only. */
const KEPT_DAYS = 3;
/** The longest pause that a test rule may make between two of its days (`everyDays`): a month. */
export const LONGEST_PAUSE_DAYS = 31;
/** Later than every instant that a case lives to see. */
export const NEVER = Number.MAX_SAFE_INTEGER;

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

/** When the rule's first round after `after` opens; NEVER when none is left. */
function opensNext(rule: TestRule, after: Instant, edition: Edition): Instant {
  const first = dayOf(rule.from);
  const today = localDay(after, edition);
  const from = onDay(today, rule.opens, edition) > after ? today : today + 1;
  const day = first + Math.ceil(Math.max(0, from - first) / rule.everyDays) * rule.everyDays;
  return rule.until === undefined || day <= dayOf(rule.until) ? onDay(day, rule.opens, edition) : NEVER;
}

function roundAt(rule: TestRule, opensAt: Instant, edition: Edition): TestRound {
  const date = localDate(opensAt, edition);
  const dueAt = instantOf(date, rule.due, edition);
  return {
    id: `${date}/${rule.id}`,
    test: rule.id,
    opensAt,
    dueAt,
    closesAt: dueAt + minutes(rule.graceMinutes),
    closed: false,
    report: null,
  };
}

/** The rounds that open first after `after`, all at the same instant; none when no rule is in force any more. */
function roundsAfter(edition: Edition, after: Instant): TestRound[] {
  const opens = edition.tests.map((rule) => opensNext(rule, after, edition));
  const first = Math.min(NEVER, ...opens);
  if (first === NEVER) return [];
  return edition.tests.filter((_, index) => opens[index] === first).map((rule) => roundAt(rule, first, edition));
}

/** The rounds that open next; none before operation. */
export function nextRounds(state: Reopening): TestRound[] {
  return isRunning(state) ? roundsAfter(state.edition, state.operation.openedTo) : [];
}

export function isRunning(state: Reopening): boolean {
  return state.phase === 'operating' || state.phase === 'suspended';
}

/** When the next rounds open, the next one closes, the next daily report becomes owed: what time alone brings about. */
export function nextOperationEvent(state: Reopening): Instant {
  if (!isRunning(state)) return NEVER;
  const opens = nextRounds(state)[0]?.opensAt ?? NEVER;
  const closes = Math.min(
    NEVER,
    ...state.operation.rounds.filter((round) => !round.closed).map((round) => round.closesAt),
  );
  return Math.min(opens, closes, reportOpens(state, nextReportDate(state)));
}

/** Lets happen what happens at `act.at`, in this order: rounds close, rounds open, a report becomes owed. */
export function passOperation(state: Reopening, act: Act): void {
  const { operation } = state;
  for (const round of operation.rounds) if (!round.closed && round.closesAt <= act.at) closeRound(state, round, act);
  const opening = nextRounds(state).filter((round) => round.opensAt <= act.at);
  for (const round of opening) act.record('round-opened', { round: round.id, dueAt: round.dueAt });
  const keptFrom = addDays(localDate(act.at, state.edition), -KEPT_DAYS);
  const kept = operation.rounds.filter((round) => !round.closed || localDate(round.opensAt, state.edition) >= keptFrom);
  operation.rounds = [...kept, ...opening];
  operation.openedTo = Math.max(operation.openedTo, ...opening.map((round) => round.opensAt));
  const date = nextReportDate(state);
  if (reportOpens(state, date) <= act.at) {
    operation.reportedTo = date;
    operation.owedReports = [...operation.owedReports, date];
  }
}

function changeRound(state: Reopening, id: string, change: Partial<Pick<TestRound, 'closed' | 'report'>>): void {
  state.operation.rounds = state.operation.rounds.map((one) => (one.id === id ? { ...one, ...change } : one));
}

function closeRound(state: Reopening, round: TestRound, act: Act): void {
  changeRound(state, round.id, { closed: true });
  const missed = round.report === null;
  if (missed) state.operation.missed = [...state.operation.missed, round.id];
  act.record('round-closed', {
    round: round.id,
    missed,
    ...(round.report && { counts: { ...round.report.counts } }),
    ...(missed && { escalatedTo: `department/${state.edition.epidemicControl}` }),
  });
}

export function nextReportDate(state: Reopening): LocalDate {
  const { reportedTo } = state.operation;
  return reportedTo === null ? localDate(state.clock, state.edition) : addDays(reportedTo, 1);
}

export function reportOpens(state: Reopening, date: LocalDate): Instant {
  return instantOf(date, state.edition.report.opens, state.edition);
}

export const reportTests: Rule<Command<'reportTests'>> = (state, command, act) => {
  requirePhase(state, 'operating', 'suspended');
  const round = roundOf(state, command.round);
  if (act.by.role === 'liaison') requireOnDuty(state, act.by, localDate(act.at, state.edition));
  if (round.report) refuse('already-done', { round: round.id, revision: round.report.revision });
  if (round.closed) refuse('round-closed', { round: round.id, closedAt: round.closesAt });
  requireSum(command.counts);
  const late = act.at > round.dueAt;
  changeRound(state, round.id, { report: { revision: 1, counts: command.counts, at: act.at, late } });
  state.operation.roundsReported += 1;
  act.record('tests-reported', { round: round.id, revision: 1, counts: { ...command.counts }, late });
};

/** A correction names the revision it corrects; a closed round takes it too (results that were pending). */
export const correctTests: Rule<Command<'correctTests'>> = (state, command, act) => {
  requirePhase(state, 'operating', 'suspended');
  const round = roundOf(state, command.round);
  if (act.by.role === 'liaison') requireOnDuty(state, act.by, localDate(act.at, state.edition));
  const { report } = round;
  if (!report) refuse('round-not-open', { round: round.id, reason: 'nothing-to-correct' });
  if (report.revision !== command.corrects) {
    refuse('stale-version', { round: round.id, seen: command.corrects, current: report.revision });
  }
  requireSum(command.counts);
  changeRound(state, round.id, { report: { ...report, revision: report.revision + 1, counts: command.counts } });
  act.record('tests-corrected', {
    round: round.id,
    corrects: command.corrects,
    revision: report.revision + 1,
    counts: { ...command.counts },
    reason: { ...command.reason },
  });
};

export const reportDay: Rule<Command<'reportDay'>> = (state, command, act) => {
  requirePhase(state, 'operating', 'suspended');
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
};

export function reportDue(state: Reopening, date: LocalDate): Instant {
  return instantOf(date, state.edition.report.due, state.edition);
}

/** Testing and reporting go on while production stands still: people are still in the loop. */
export const suspend: Rule<Command<'suspend'>> = (state, command, act) => {
  authoriseDepartment(act.by, state.edition.epidemicControl);
  if (state.phase === 'suspended') refuse('already-done');
  requirePhase(state, 'operating');
  if (!command.opinion) refuse('opinion-required', { verb: 'suspend' });
  state.operation.suspension = { since: act.at, reason: command.reason };
  act.record('suspended', { scope: 'site', reason: command.reason, opinion: { ...command.opinion } });
  enterPhase(state, 'suspended', act);
};

/** Only epidemic control lifts a suspension, in writing (DOMAIN §2.5). */
export const lift: Rule<Command<'lift'>> = (state, command, act) => {
  authoriseDepartment(act.by, state.edition.epidemicControl);
  requirePhase(state, 'suspended');
  if (!command.opinion) refuse('opinion-required', { verb: 'lift' });
  state.operation.suspension = null;
  act.record('lifted', { opinion: { ...command.opinion } });
  enterPhase(state, 'operating', act);
};

function roundOf(state: Reopening, id: string): TestRound {
  const round = state.operation.rounds.find((one) => one.id === id);
  if (round) return round;
  if (nextRounds(state).some((one) => one.id === id)) refuse('round-not-open', { round: id });
  return refuse('unknown-round', { round: id, known: state.operation.rounds.map((one) => one.id) });
}

function requireSum(counts: TestCounts): void {
  const sum = counts.negative + counts.pending + counts.invalid + counts.notTested;
  if (sum !== counts.owed) refuse('counts-do-not-add-up', { owed: counts.owed, sum });
}
