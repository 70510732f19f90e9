/** One random history of a case: commands and waiting, every step watched. The numbers it is made of decide everything. */
import { duties } from '../../domain/case/agenda';
import { DAY, HOUR, minutes } from '../../domain/calendar/calendar';
import type { CommandType } from '../../domain/case/commands';
import type { Instant } from '../../domain/programme/edition';
import type { RejectionCode } from '../../domain/ledger/rejection';
import { decide, learn, type Facts, type Outcome } from '../../domain/case/reopening';
import { COMMAND_TYPES } from '../../domain/case/acts';
import { isClosed, type Phase, type Reopening } from '../../domain/case/state';
import { hintOrder, orderStarted } from '../../domain/supplies/supply';
import { roundsToCount } from '../../domain/testing/rounds';
import { nextChange } from '../../domain/case/time';
import { Dice } from './dice';
import { propose, type Proposal } from './proposals';
import { usual } from './usual-acts';
import { spoil } from './spoil';
import { COUNTS, freeze, type Sent, type Story } from './story';
import { EDITION } from './town';
import * as offered from './offered';
import * as watch from './invariants';

/** What all histories together have touched. */
export class Coverage {
  commands = 0;
  events = 0;
  largest = 0;
  readonly accepted = new Map<CommandType, number>();
  readonly rejected = new Map<RejectionCode, number>();
  readonly phases = new Map<Phase, number>();
  /** `<act> <entry type>`, of the entries that acts have caused. */
  readonly caused = new Map<string, number>();

  count<K>(counts: Map<K, number>, key: K): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}

/** Writing and reading a state takes as long as ten rules: one decision in four is also made on a state so treated. */
const THROUGH_JSON_PERCENT = 25;

/** Filling in a form and deciding on it costs as much as a step: in 20,000 histories one step in ten asks 50,000 times. */
const OFFERED_PERCENT = 10;

/** A closed case takes nothing more: after so many tries the history is told. */
const TRIES_AFTER_END = 3;

export class History {
  #state: Reopening;
  #now: Instant;
  #lastEntry: Instant;
  #sent = 0;
  #triesAfterEnd = 0;
  /** By command id, those of the beginning too; also what was refused. */
  readonly sent: Map<string, Sent>;
  readonly #earlier: Proposal[] = [];
  readonly #told: Facts[] = [];
  readonly #reminders: watch.Reminders;

  constructor(
    beginning: Story,
    private readonly coverage: Coverage,
    /** Sees every step's outcome, in order. */
    private readonly watched: (outcome: Outcome) => void = () => undefined,
  ) {
    this.#state = beginning.state;
    this.sent = new Map(beginning.sent);
    this.#now = beginning.now;
    this.#lastEntry = beginning.state.clock;
    this.#reminders = new watch.Reminders(beginning.state);
    coverage.count(coverage.phases, this.#state.phase);
  }

  /** As it stands. */
  get state(): Reopening {
    return this.#state;
  }

  step(seed: number): void {
    const dice = new Dice(seed);
    if (isClosed(this.#state.phase) && (this.#triesAfterEnd += 1) > TRIES_AFTER_END) return;
    if (dice.chance(15)) {
      this.#now = later(this.#state, this.#now, dice);
      this.#follow(watch.pass(this.#state, this.#now, this.#reminders));
      return;
    }
    if (dice.chance(20)) this.#learn(dice);
    if (dice.chance(40)) this.#now += minutes(dice.below(180)); // an office's pace: up to three hours between two acts
    this.#send(this.#proposal(dice), dice);
    if (dice.chance(OFFERED_PERCENT)) offered.isNotRefused(this.#state, dice, this.#now);
  }

  /** (m) the state without its edition stays small enough to be carried through every continue-as-new. */
  end(): void {
    const size = watch.written(this.#state).length;
    this.coverage.largest = Math.max(this.coverage.largest, size);
    watch.must(size < 200 * 1024, () => `the state has ${size} bytes`);
  }

  /**
   * What PostgreSQL would tell; (q) told twice, or of rounds that nobody knows, it changes nothing; what was told long ago
   * may come again at any time.
   */
  #learn(dice: Dice): void {
    if (this.#now > this.#state.clock) this.#follow(watch.walk(this.#state, this.#now, this.#reminders));
    this.#state = watch.settled(hinted(this.#state, dice));
    const facts = factsOf(this.#state, dice);
    const told = learn(this.#state, facts, this.#now);
    if (isClosed(this.#state.phase)) watch.sameOutcome(told, { state: this.#state, entries: [] }, 'a closed case');
    this.#follow(told);
    this.#reminders.forget(duties(told.state));
    const unknown = { rounds: facts.rounds.map((one) => ({ ...one, round: '2022-01-01/morning' })), orders: [] };
    const again = dice.chance(70) ? facts : unknown;
    watch.sameOutcome(learn(told.state, again, this.#now), { state: told.state, entries: [] }, 'told again');
    const stale = dice.chance(20) ? dice.ofOr(this.#told, null) : null;
    if (stale) this.#follow(learn(told.state, stale, this.#now));
    this.#told.push(facts);
  }

  #proposal(dice: Dice): Proposal {
    if (this.#earlier.length > 0 && dice.chance(8)) return dice.of(this.#earlier);
    const type = dice.chance(85) ? usual(this.#state, dice) : dice.of(COMMAND_TYPES);
    const proposal = propose(type, this.#state, dice, this.#now);
    return freeze(dice.chance(22) ? spoil(proposal, this.#state, dice) : proposal);
  }

  /** Time passes up to the act, then the act; (g) and (j): decided again, often on a state that went through JSON, it is the same. */
  #send({ by, command }: Proposal, dice: Dice): void {
    this.coverage.commands += 1;
    const earlier = dice.chance(THROUGH_JSON_PERCENT) ? this.#throughJson() : this.#state;
    const waited = this.#now > this.#state.clock ? watch.walk(this.#state, this.#now, this.#reminders) : null;
    if (waited) this.#follow(waited);
    const sender = { by, command: `act-${(this.#sent += 1)}` };
    this.sent.set(sender.command, { by, command });
    const outcome = decide(this.#state, command, sender, this.#now);
    const again = earlier === this.#state ? outcome : decide(earlier, command, sender, this.#now);
    const before = waited?.state ?? this.#state;
    watch.answersChecklist(before, command, 'rejection' in outcome ? outcome.rejection.code : null);
    if ('rejection' in outcome) {
      watch.must(watch.same(outcome, again), () => `${command.type} is refused differently the second time`);
      this.coverage.count(this.coverage.rejected, outcome.rejection.code);
      return;
    }
    watch.must('state' in again, () => `${command.type} is refused the second time`);
    const entries = [...(waited?.entries ?? []), ...outcome.entries];
    watch.sameOutcome({ state: outcome.state, entries }, again, `${command.type} decided twice`);
    offered.wasOffered(before, by, command);
    offered.causesOnly(command, by, outcome.entries, sender.command);
    for (const entry of outcome.entries) {
      if (entry.command === sender.command) this.coverage.count(this.coverage.caused, `${command.type} ${entry.type}`);
    }
    this.coverage.count(this.coverage.accepted, command.type);
    this.#earlier.push({ by, command });
    this.#check(outcome, { by, command }, sender.command);
  }

  /** The state as Temporal would give it back. */
  #throughJson(): Reopening {
    return { ...(JSON.parse(watch.written(this.#state)) as Reopening), edition: this.#state.edition };
  }

  #check(outcome: Outcome, { by, command }: Proposal, id: string): void {
    const before = this.#state;
    const { state: after, entries } = outcome;
    watch.must(
      entries.some((one) => one.command === id),
      () => `${command.type} left no entry`,
    );
    const owed = duties(after);
    for (const entry of entries) this.#reminders.take(entry, owed, after);
    watch.movesAlongEdges(before, after, entries);
    watch.endsOverNothing(before, after);
    for (const entry of entries) watch.alarmsWhereDue(after, entry, entries);
    watch.actsRightly(before, after, by, command);
    watch.sealsStand(before, after, command);
    this.#follow(outcome);
    this.#reminders.forget(owed);
    // (h) The same act under a new key is refused; guidance may be given twice, it changes nothing but the ledger.
    const repeat = decide(this.#state, command, { by, command: `${id}-again` }, this.#now);
    const idle = command.type === 'guide' && 'state' in repeat && watch.same(repeat.state, this.#state);
    watch.must('rejection' in repeat || idle, () => `${command.type} was accepted twice`);
  }

  #follow({ state, entries }: Outcome): void {
    if (state.phase !== this.#state.phase) this.coverage.count(this.coverage.phases, state.phase);
    this.coverage.events += entries.length;
    watch.must(state.edition === EDITION, () => 'the edition is another');
    watch.settle(state);
    this.#state = state;
    watch.operatesWell(state, watch.standsWell(state));
    watch.tellsNothing(entries);
    this.#lastEntry = watch.inOrder(entries, this.#lastEntry);
    this.watched({ state, entries });
  }
}

/** Children are started and hint that PostgreSQL has something new, of orders that are gone, too. */
function hinted(state: Reopening, dice: Dice): Reopening {
  const draft = { ...state, supply: { ...state.supply } };
  const order = dice.below(state.supply.ordersMade + 1) + 1;
  if (dice.chance(60)) orderStarted(draft, order);
  if (dice.chance(60)) hintOrder(draft, order);
  return draft;
}

/** The counts of the rounds that were asked for, sometimes of too early a stage or with a positive; more or less of each order. */
function factsOf(state: Reopening, dice: Dice): Facts {
  const rounds = roundsToCount(state).map(({ round, stage }) => {
    const known = state.operation.rounds.find((one) => one.id === round);
    const counts = known?.counts ?? { ...COUNTS, negative: 0, untested: COUNTS.owed };
    const positives = dice.chance(3) ? [{ incident: dice.name('i'), cause: 'antigen' as const, people: 1 }] : [];
    return {
      round,
      stage: dice.chance(90) ? stage : ('open' as const),
      counts,
      sheets: known?.sheetsCounted ?? 0,
      positives,
    };
  });
  const orders = state.supply.orders.map(({ id, lines }) => ({
    order: id,
    lines: lines.map(({ item, requested }) => ({ item, allocated: dice.below(requested + 1) })),
  }));
  return { rounds, orders };
}

/** Minutes, hours, days, weeks, or exactly to when something happens, or to just before it. */
function later(state: Reopening, now: Instant, dice: Dice): Instant {
  const kind = dice.below(100);
  if (kind < 25) return now + minutes(1 + dice.below(90));
  if (kind < 65) return now + (1 + dice.below(18)) * HOUR;
  if (kind < 76) return now + (1 + dice.below(3)) * DAY;
  if (kind < 78) return now + (1 + dice.below(3)) * 7 * DAY;
  return Math.max(now, (nextChange(state) ?? now) - dice.below(2));
}
