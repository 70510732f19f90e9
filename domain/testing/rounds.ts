/** Test rounds 检测轮次: they open and close by the dated schedule; sheets, corrections, and what PostgreSQL counted. */
import { addDays, dayOf, dueAfter, instantOf, localDate, localDay, minutes, onDay } from '../calendar/calendar';
import { RESULT_COUNTS, type Command, type TestCounts } from '../case/commands';
import { duty, epidemicControl, termed, type Duty } from '../case/duty';
import type { Edition, Instant, TestRule } from '../programme/edition';
import { openIncidents } from '../case/incident';
import { refuse } from '../ledger/rejection';
import { isRunning, type Act, type Reopening, type RoundStage, type Rule, type TestRound } from '../case/state';
import { requireOwnLiaison } from '../case/stationing';

/** Closed rounds stay in the state this long for corrections; what is older is in the ledger only. */
const KEPT_DAYS = 3;
/** A repeat comes within minutes; PostgreSQL knows all sheets for good. */
const SHEETS_KEPT = 20;
/** The longest pause that a test rule may make between two of its days (`everyDays`): a month. */
export const LONGEST_PAUSE_DAYS = 31;
/** Later than every instant that a case lives to see. */
export const NEVER = Number.MAX_SAFE_INTEGER;

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
    stage: 'open',
    countedStage: null,
    counts: null,
    sheetsCounted: 0,
    sheets: [],
  };
}

/** The rounds that open first after `after`, all at the same instant; none when no rule is in force any more. */
export function roundsAfter(edition: Edition, after: Instant): TestRound[] {
  const opens = edition.tests.map((rule) => opensNext(rule, after, edition));
  const first = Math.min(NEVER, ...opens);
  if (first === NEVER) return [];
  return edition.tests.filter((_, index) => opens[index] === first).map((rule) => roundAt(rule, first, edition));
}

/** The rounds that open next; none before operation. */
export function nextRounds(state: Reopening): TestRound[] {
  return isRunning(state) ? roundsAfter(state.edition, state.operation.openedTo) : [];
}

/** When the next rounds open, or one of the open ones is due or closes. */
export function nextRoundEvent(state: Reopening): Instant {
  const next = [nextRounds(state)[0]?.opensAt ?? NEVER];
  for (const round of state.operation.rounds) {
    if (round.stage === 'open') next.push(round.dueAt);
    if (round.stage === 'due') next.push(round.closesAt);
  }
  return Math.min(NEVER, ...next);
}

/**
 * When rounds next need the case to wake: that a round is due or closes of which everybody has a result tells nobody anything, and
 * happens with what comes next.
 */
export function nextRoundWake(state: Reopening): Instant {
  const { rounds } = state.operation;
  const open = rounds.filter(({ counts }) => counts === null || counts.untested > 0 || counts.pending > 0);
  return nextRoundEvent({ ...state, operation: { ...state.operation, rounds: open } });
}

/** Lets happen what happens to rounds at `act.at`, in this order: they are due, they close, others open. */
export function passRounds(state: Reopening, act: Act): void {
  const { operation, edition } = state;
  for (const { id, stage, dueAt, closesAt } of operation.rounds) {
    if (stage === 'open' && dueAt <= act.at) {
      changeRound(state, id, { stage: 'due' });
      act.record('round-due', { round: id });
    }
    if (stage !== 'closed' && closesAt <= act.at) {
      changeRound(state, id, { stage: 'closed' });
      act.record('round-closed', { round: id });
    }
  }
  const opening = nextRounds(state).filter((round) => round.opensAt <= act.at);
  for (const round of opening) {
    const date = localDate(round.opensAt, edition);
    act.record('round-opened', {
      round: round.id,
      date,
      test: round.test,
      kind: kindOf(state, round),
      dueAt: round.dueAt,
    });
  }
  if (opening.length > 0) {
    const keptFrom = addDays(localDate(act.at, edition), -KEPT_DAYS);
    const kept = operation.rounds.filter(
      (round) => isUnsettled(round) || localDate(round.opensAt, edition) >= keptFrom,
    );
    operation.rounds = [...kept, ...opening];
    operation.openedTo = Math.max(operation.openedTo, ...opening.map((round) => round.opensAt));
  }
}

function kindOf(state: Reopening, round: TestRound): TestRule['kind'] {
  return state.edition.tests.find((rule) => rule.id === round.test)?.kind ?? 'antigen';
}

/** PostgreSQL has not told its end yet, or results are still to come. */
function isUnsettled({ stage, countedStage, counts }: TestRound): boolean {
  return stage !== 'closed' || countedStage !== 'closed' || (counts?.pending ?? 0) > 0;
}

function changeRound(state: Reopening, id: string, change: Partial<TestRound>): void {
  state.operation.rounds = state.operation.rounds.map((one) => (one.id === id ? { ...one, ...change } : one));
}

/** What PostgreSQL counted of a round at a stage of it: the truth, whatever became of the sheets' Updates. */
export interface RoundFacts {
  readonly round: string;
  readonly stage: RoundStage;
  readonly counts: TestCounts;
  /** How many sheets the counts know of. */
  readonly sheets: number;
  /** Incidents of the round of which the case may not have heard. */
  readonly positives: Command<'reportTests'>['positives'];
}

/** The rounds of whose stage the case does not know the counts yet. */
export function roundsToCount(state: Reopening): { round: string; stage: RoundStage }[] {
  return state.operation.rounds
    .filter(({ stage, countedStage }) => stage !== countedStage)
    .map(({ id, stage }) => ({ round: id, stage }));
}

/** Takes the counts in; of a stage that is told already, or of a round that is gone, nothing. */
export function takeRoundFacts(state: Reopening, facts: RoundFacts, act: Act): void {
  const round = state.operation.rounds.find((one) => one.id === facts.round);
  if (!round || !isLater(facts.stage, round.countedStage)) return;
  const { stage } = facts;
  const { counts, sheetsCounted } = newer(round, facts);
  changeRound(state, round.id, { countedStage: stage, counts, sheetsCounted });
  state.operation.headcount = counts.owed;
  openIncidents(state, round.id, facts.positives, act);
  const { owed, untested } = counts;
  if (stage === 'open') act.record('round-frozen', { round: round.id, owed });
  if (stage === 'due' && untested > 0) act.record('untested-listed', { round: round.id, owed, untested });
  if (stage === 'closed') settleRound(state, round.id, counts, act);
}

function isLater(stage: RoundStage, than: RoundStage | null): boolean {
  const order: readonly (RoundStage | null)[] = [null, 'open', 'due', 'closed'];
  return order.indexOf(stage) > order.indexOf(than);
}

/** Past the grace period whoever is untested is told to epidemic control, which accounts for it. */
function settleRound(state: Reopening, id: string, counts: TestCounts, act: Act): void {
  const missed = counts.untested > 0;
  if (missed) {
    state.operation.untested = [...state.operation.untested, { round: id, untested: counts.untested, since: act.at }];
  } else state.operation.roundsComplete += 1;
  act.record('round-counted', {
    round: id,
    counts: { ...counts },
    missed,
    ...(missed && { escalatedTo: epidemicControl(state) }),
  });
}

export const reportTests: Rule<Command<'reportTests'>> = (state, command, act) => {
  const round = roundOf(state, command.round);
  requireOwnLiaison(state, act);
  if (round.sheets.includes(command.sheet)) refuse('already-done', { round: round.id, sheet: command.sheet });
  requireSum(command.counts);
  requireSampling(state, round, command);
  const late = act.at > round.dueAt;
  const counts = takeSheet(state, round, command, act);
  const { sheet, rows, sampling, sampler, document } = command;
  act.record('tests-reported', {
    round: round.id,
    sheet,
    rows,
    counts: { ...counts },
    late,
    ...(sampling && { sampling }),
    ...(sampler && { sampler }),
    ...(document && { document: { ...document } }),
  });
  openIncidents(state, round.id, command.positives, act);
};

/** A closed round takes corrections too; what they correct, and that it stands, is decided where the rows are. */
export const correctTests: Rule<Command<'correctTests'>> = (state, command, act) => {
  const round = roundOf(state, command.round);
  requireOwnLiaison(state, act);
  if (round.sheets.includes(command.sheet)) refuse('already-done', { round: round.id, sheet: command.sheet });
  requireSum(command.counts);
  const counts = takeSheet(state, round, command, act);
  const { sheet, rows, reason } = command;
  act.record('tests-corrected', { round: round.id, sheet, rows, counts: { ...counts }, reason: { ...reason } });
  openIncidents(state, round.id, command.positives, act);
};

function takeSheet(
  state: Reopening,
  round: TestRound,
  command: Command<'reportTests' | 'correctTests'>,
  act: Act,
): TestCounts {
  const { counts, sheetsCounted } = newer(round, command);
  changeRound(state, round.id, { counts, sheetsCounted, sheets: [...round.sheets, command.sheet].slice(-SHEETS_KEPT) });
  // Somebody who was untested when the round closed was accounted for by a correction.
  if (counts.untested === 0 && state.operation.untested.some((one) => one.round === round.id)) {
    state.operation.untested = state.operation.untested.filter((one) => one.round !== round.id);
    act.record('untested-accounted', { round: round.id, by: 'correction' });
  } else {
    state.operation.untested = state.operation.untested.map((one) =>
      one.round === round.id ? { ...one, untested: counts.untested } : one,
    );
  }
  return counts;
}

/** Sheets are stored in one order and may be told in another, and an answer may be overtaken by a sheet: the counts that know of more count. */
function newer(
  { counts, sheetsCounted }: TestRound,
  told: { readonly counts: TestCounts; readonly sheets: number },
): { counts: TestCounts; sheetsCounted: number } {
  return counts && told.sheets < sheetsCounted
    ? { counts, sheetsCounted }
    : { counts: told.counts, sheetsCounted: told.sheets };
}

/** In-house sampling for nucleic acid needs a sampler whom the health centre has certified (docs/domain.md#tests). */
function requireSampling(state: Reopening, round: TestRound, { sampling, sampler }: Command<'reportTests'>): void {
  if (kindOf(state, round) !== 'nucleic-acid') return;
  if (sampling === undefined) refuse('sampling-missing', { round: round.id });
  if (sampling === 'mobile') return;
  const certified = state.sampling.samplers.filter((one) => one.certifiedAt !== null).map((one) => one.person);
  if (sampler === undefined || !certified.includes(sampler)) refuse('no-certified-sampler', { round: round.id });
}

/** Epidemic control has looked into those who stayed untested. */
export const accountForUntested: Rule<Command<'accountForUntested'>> = (state, command, act) => {
  const found = state.operation.untested.find((one) => one.round === command.round);
  if (!found)
    refuse('unknown-round', { round: command.round, known: state.operation.untested.map((one) => one.round) });
  if (!command.opinion) refuse('opinion-required', { verb: 'accountForUntested' });
  state.operation.untested = state.operation.untested.filter((one) => one !== found);
  act.record('untested-accounted', { round: found.round, untested: found.untested, opinion: { ...command.opinion } });
};

function roundOf(state: Reopening, id: string): TestRound {
  const round = state.operation.rounds.find((one) => one.id === id);
  if (round) return round;
  if (nextRounds(state).some((one) => one.id === id)) refuse('round-not-open', { round: id });
  return refuse('unknown-round', { round: id, known: state.operation.rounds.map((one) => one.id) });
}

function requireSum(counts: TestCounts): void {
  const sum = RESULT_COUNTS.reduce((all, name) => all + counts[name], 0);
  if (sum !== counts.owed) refuse('counts-do-not-add-up', { owed: counts.owed, sum });
}

/** A round is owed until everyone has a row; then its pending results; then, if somebody is untested, an explanation. */
export function testingDuties(state: Reopening): Duty[] {
  if (!isRunning(state)) return [];
  const { operation, edition } = state;
  const open = operation.rounds.filter(({ stage, counts }) => stage !== 'closed' && (counts?.untested ?? 1) > 0);
  return [
    ...[...open, ...nextRounds(state)].map(({ id, opensAt, dueAt }) => duty('test', id, 'enterprise', opensAt, dueAt)),
    ...operation.rounds
      .filter(({ stage, counts }) => stage === 'closed' && (counts?.pending ?? 0) > 0)
      .map(({ id, closesAt }) =>
        duty('results', id, 'health', closesAt, dueAfter(closesAt, edition.testing.results, edition)),
      ),
    ...operation.untested.map(({ round, since }) =>
      termed(state, 'untested', round, epidemicControl(state), since, edition.testing.untested),
    ),
  ];
}
