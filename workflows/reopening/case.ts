/** One case as its workflow holds it: the state, the ledger's end, which commands it knows, and what is on its way. */
import { allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';
import type { AttentionReason } from '../../contracts/case/attention';
import { FAILURES } from '../../contracts/case/failures';
import type { Questions } from '../../contracts/case/facts';
import type { Adopted, Carried, RecentCommand, ReopeningInput, Start } from '../../contracts/case/start';
import type { Answer, RecordBatch, Status } from '../../contracts/case/views';
import { ACTS } from '../../domain/case/acts';
import type { Command } from '../../domain/case/commands';
import { nextWake } from '../../domain/case/jitter';
import { advance, decide, learn, open, type Facts, type Outcome } from '../../domain/case/reopening';
import { isClosed, SCHEMA, type Phase, type Reopening } from '../../domain/case/state';
import { withParts } from '../../domain/case/parts';
import { THE_CASE } from '../../domain/case/time';
import { UnknownSchema, upgradeState, type KeptState } from '../../domain/case/upgrade';
import { viewOf } from '../../domain/case/views';
import type { Draft, EntryType, Head, Json } from '../../domain/ledger/entry';
import type { Rejection } from '../../domain/ledger/rejection';
import type { Instant } from '../../domain/programme/edition';
import { hintOrder, orderAsked, orderStarted, ordersWithNews } from '../../domain/supplies/supply';
import { roundsToCount } from '../../domain/testing/rounds';
import { chain, EMPTY_STREAM } from '../../proof/chain';
import { digestOf, isProven, type Envelope, type Message, type Unsigned } from '../../proof/envelope';
import { activationSettled } from '../activation-settled';
import { isNewRunDue } from '../continuing';
import { failure, rejected } from '../failures';
import { Recordings } from './recordings';

/** Commands are remembered until 200 more have come: far longer than any sender goes on repeating one (docs/ARCHITECTURE.md#the-life-of-a-command). */
const REMEMBERED = 200;
/** Unproven messages and requests to cancel get so many lines in the ledger per run, and no more: nobody floods a case. */
const NOTED = 20;

/** Why only a person can mend something, by what it is about. */
type Attention = 'ledger' | 'orders' | 'cancel';

export class Case {
  readonly recordings: Recordings;
  #stirred = true;
  #inFlight = 0;
  #answeredAt = 0;
  #noted = 0;
  /** When the case last looked at what has changed: one moment for all that is decided then. */
  now: Instant = Date.now();
  readonly #attention = new Map<Attention, AttentionReason>();

  private constructor(
    public state: Reopening,
    private keys: readonly string[],
    private head: Head,
    private recent: readonly RecentCommand[],
    recordings: Recordings,
  ) {
    this.recordings = recordings;
  }

  /** @throws ApplicationFailure `Unproven` for a start that the API did not sign, or that carries what no run before has made */
  static from(input: ReopeningInput): Case {
    switch (input.kind) {
      case 'open':
        return Case.opened(input, Date.now());
      case 'adopted':
        return Case.adopted(input, Date.now());
      case 'carried':
        if (workflowInfo().continuedFromExecutionRunId === undefined) {
          throw failure(FAILURES.unproven, 'carried state without a run before');
        }
        return Case.resumed(input);
    }
  }

  private static opened({ envelope, keys }: Start, now: Instant): Case {
    if (!isProven(envelope, keys)) throw failure(FAILURES.unproven, 'the start carries no valid proof');
    const { command, commandId, actor, caseNumber } = envelope;
    if (command.type !== 'open' || command.caseNumber !== caseNumber) {
      throw failure(FAILURES.unproven, 'the start is signed for something else');
    }
    const { state, entries } = open(command, { by: actor, command: commandId, act: envelope.signature }, now);
    const opened = new Case(state, keys, EMPTY_STREAM, [], new Recordings([], null, 0));
    opened.append(entries);
    return opened;
  }

  private static adopted({ envelope, carried }: Adopted, now: Instant): Case {
    if (!isProven(envelope, carried.keys)) throw failure(FAILURES.unproven, 'the adoption carries no valid proof');
    const { command, commandId, actor, caseNumber } = envelope;
    const isOfThis = caseNumber === carried.state.caseNumber && command.digest === digestOf(carried);
    if (command.type !== 'adopt' || !isOfThis) {
      throw failure(FAILURES.unproven, 'the adoption is signed for something else');
    }
    const adopted = Case.resumed(carried);
    adopted.note('adopted', { from: command.from }, { now, by: actor, command: commandId, act: envelope.signature });
    return adopted;
  }

  private static resumed(carried: Carried): Case {
    const { keys, head, unrecorded, recent, recordings, recorded } = carried;
    const state = upgraded(carried.state);
    const has = recorded && withParts(state, recorded);
    return new Case(state, keys, head, recent.map(shortened), new Recordings(unrecorded, has, recordings));
  }

  carried(): Carried {
    const { state, keys, head, recent, recordings } = this;
    const { unrecorded, count } = recordings;
    const recorded = recordings.recordedSince(state);
    return { kind: 'carried', schema: SCHEMA, state, keys, head, unrecorded, recent, recordings: count, recorded };
  }

  get phase(): Phase {
    return this.state.phase;
  }

  get closed(): boolean {
    return isClosed(this.state.phase);
  }

  get nextWake(): Instant | null {
    return nextWake(this.state);
  }

  get needsAttention(): AttentionReason | null {
    return [...this.#attention.values()][0] ?? null;
  }

  /** Over, and PostgreSQL has all of it. */
  get isSettled(): boolean {
    return this.closed && this.recordings.unrecorded.length === 0 && this.isQuiet;
  }

  /** What is not recorded yet is carried on; what is on its way must come back to this run. */
  get mayContinueAsNew(): boolean {
    // Never in the activation in which a handler answered: its caller might not hear the answer (docs/temporal-facts.md#answers-at-the-end-of-a-run).
    return isNewRunDue() && !this.closed && this.isQuiet && workflowInfo().historyLength > this.#answeredAt;
  }

  private get isQuiet(): boolean {
    return this.#inFlight === 0 && allHandlersFinished();
  }

  /** Waits until something has changed and everything that came with it is taken in. */
  async changed(): Promise<void> {
    await condition(() => this.#stirred);
    await activationSettled();
    this.#stirred = false;
    this.now = Date.now();
  }

  /** Something is another than when the parts last looked. */
  stir(): void {
    this.#stirred = true;
  }

  /** Follows what was asked of Temporal: until it has come back the run does not end. */
  follow<T>(asked: Promise<T>, then: (result: T) => void, failed: (error: unknown) => void): void {
    this.#inFlight += 1;
    const back = () => {
      this.#inFlight -= 1;
      this.stir();
    };
    void asked.then(then, failed).then(back);
  }

  /** What only a person can mend; null when it is mended. */
  attend(about: Attention, reason: AttentionReason | null): void {
    if (reason === null) this.#attention.delete(about);
    else this.#attention.set(about, reason);
  }

  passTime(now: Instant): void {
    this.take(advance(this.state, now));
  }

  learn(facts: Facts, now: Instant): void {
    this.take(learn(this.state, facts, now));
  }

  orderStarted(id: number): void {
    this.changeOrders((state) => orderStarted(state, id));
  }

  /** A signal without proof: it can only make the case look, and PostgreSQL says what is so. */
  hintOrder(hint: { readonly caseNumber?: unknown; readonly order?: unknown } | undefined): void {
    const order = hint?.order;
    if (hint?.caseNumber !== this.state.caseNumber || typeof order !== 'number') return;
    this.changeOrders((state) => hintOrder(state, order));
    this.stir();
  }

  /** Somebody with Temporal's port or UI asked the run to end: it is written down for a person, and the case goes on. */
  cancelRequested(now: Instant): void {
    this.attend('cancel', 'CancelRequested');
    this.noteBounded('cancel-requested', {}, now);
  }

  /** Validator of every command's Update: refuses without changing anything. @throws ApplicationFailure with the reason */
  check(type: Command['type'], envelope: Envelope, now: Instant): void {
    this.requireProof(envelope);
    if (envelope.command.type !== type)
      throw failure(FAILURES.unproven, `the envelope carries ${envelope.command.type}`);
    const known = this.knownAs(envelope);
    if (known?.rejection) throw rejected(known.rejection);
    if (known) return;
    const decision = this.decide(envelope, now);
    if ('rejection' in decision) throw rejected(decision.rejection);
  }

  /** Handler of every command's Update; by now the validator has accepted it in the same activation. */
  accept(envelope: Envelope, now: Instant): Answer {
    const command = envelope.commandId;
    const known = this.knownAs(envelope);
    if (known) return { command, sequence: known.sequence, phase: this.phase, replayed: true };
    const decision = this.decide(envelope, now);
    if ('rejection' in decision) throw rejected(decision.rejection);
    this.take(decision);
    this.remember({ id: command, bodyHash: envelope.bodyHash, sequence: this.head.sequence });
    return { command, sequence: this.head.sequence, phase: this.phase };
  }

  /**
   * A command that comes as a signal: there is nobody to answer, so the ledger takes the outcome, a refusal too. A refusal is
   * remembered, so that the Update that timed out cannot succeed after its sender was told no. Never throws.
   */
  acceptLater(envelope: Envelope, now: Instant): void {
    if (!this.isMine(envelope) || !isCommand(envelope.command)) {
      return this.noteBounded('message-ignored', { reason: 'unproven' }, now);
    }
    const { commandId: id, bodyHash, actor: by, command, signature: act } = envelope;
    if (this.recent.some((one) => one.id === half(id))) return;
    const decision = this.decide(envelope, now);
    if (!('rejection' in decision)) {
      this.take(decision);
      this.remember({ id, bodyHash, sequence: this.head.sequence });
      return;
    }
    const { rejection } = decision;
    const details = { refused: command.type, code: rejection.code, about: rejection.about };
    this.note('command-refused', details, { now, by, command: id, act });
    this.remember({ id, bodyHash, sequence: this.head.sequence, rejection });
  }

  /** Another key of the API, announced under an old one. */
  checkKey(envelope: Envelope): void {
    this.requireProof(envelope);
    if (envelope.command.type !== 'announceKey') throw failure(FAILURES.unproven, 'the envelope announces no key');
  }

  acceptKey(envelope: Envelope, now: Instant): Head {
    const { command, actor: by, commandId, signature: act } = envelope;
    if (command.type !== 'announceKey') throw failure(FAILURES.unproven, 'the envelope announces no key');
    if (!this.keys.includes(command.key)) {
      this.keys = [...this.keys, command.key];
      this.note('key-announced', { key: command.key }, { now, by, command: commandId, act });
    }
    return this.head;
  }

  /** A handler answers: the run does not end in the same activation. */
  answered<T>(answer: T): T {
    this.#answeredAt = workflowInfo().historyLength;
    this.stir();
    return answer;
  }

  /** Whether something is to be recorded or asked now. */
  get isRecordingDue(): boolean {
    return this.recordings.isDue(this.state) || (!this.closed && isWorthAsking(questionsOf(this.state)));
  }

  /** What PostgreSQL is told next, and asked: a hint that comes from now on is of something newer, and is asked about again. */
  nextBatch(): RecordBatch {
    const questions = this.closed ? NO_QUESTIONS : questionsOf(this.state);
    if (questions.orders.length > 0) {
      this.changeOrders((state) => questions.orders.forEach((order) => orderAsked(state, order)));
    }
    const { state, head, keys } = this;
    const batch = this.recordings.next({
      state,
      head: head.sequence,
      keys,
      questions: isWorthAsking(questions) ? questions : null,
    });
    return { ...batch, firstRun: workflowInfo().firstExecutionRunId };
  }

  /** What was asked and not answered is asked again. */
  askAgain({ orders }: Questions): void {
    if (orders.length === 0) return;
    this.changeOrders((state) => orders.forEach((order) => hintOrder(state, order)));
  }

  status(): Status {
    return {
      view: viewOf(this.state, this.head.sequence),
      head: this.head,
      unrecorded: this.recordings.unrecorded.length,
      needsAttention: this.needsAttention,
      nextWake: this.nextWake,
    };
  }

  private requireProof(envelope: Envelope): void {
    if (!isProven(envelope, this.keys)) throw failure(FAILURES.unproven, 'the message carries no valid proof');
    if (envelope.caseNumber !== this.state.caseNumber) {
      throw failure(FAILURES.otherCase, `this is case ${this.state.caseNumber}`);
    }
  }

  private isMine(envelope: Envelope): boolean {
    return isProven(envelope, this.keys) && envelope.caseNumber === this.state.caseNumber;
  }

  private knownAs(envelope: Unsigned): RecentCommand | undefined {
    const known = this.recent.find((one) => one.id === half(envelope.commandId));
    if (known && known.bodyHash !== half(envelope.bodyHash)) {
      throw failure(FAILURES.keyReused, 'the same Idempotency-Key came with another body');
    }
    return known;
  }

  private decide(envelope: Envelope, now: Instant): Outcome | { rejection: Rejection } {
    const { command, actor, commandId, signature } = envelope;
    if (!isCommand(command)) throw failure(FAILURES.unproven, `no command ${command.type}`);
    return decide(this.state, command, { by: actor, command: commandId, act: signature }, now);
  }

  private take({ state, entries }: Outcome): void {
    this.state = state;
    this.append(entries);
  }

  private changeOrders(change: (state: Reopening) => void): void {
    this.state = { ...this.state, supply: { ...this.state.supply } };
    change(this.state);
  }

  /** An entry that no rule makes. */
  private note(
    type: EntryType,
    details: { readonly [key: string]: Json },
    { now, ...who }: { readonly now: Instant } & Pick<Draft, 'by' | 'command' | 'act'>,
  ): void {
    const at = Math.max(now, this.state.clock);
    this.append([{ at, ...who, type, details }]);
  }

  private noteBounded(type: EntryType, details: { readonly [key: string]: Json }, now: Instant): void {
    if (this.#noted >= NOTED) return;
    this.#noted += 1;
    this.note(type, details, { now, by: THE_CASE });
    this.stir();
  }

  private append(drafts: readonly Draft[]): void {
    const { entries, head } = chain(this.state.caseNumber, this.head, drafts);
    this.recordings.add(entries);
    this.head = head;
  }

  private remember(command: RecentCommand): void {
    this.recent = [...this.recent, shortened(command)].slice(-REMEMBERED);
  }
}

/** Half of a SHA-256 tells commands and bodies apart as well, and is carried two hundred times. */
function half(hash: string): string {
  return hash.slice(0, 32);
}

function shortened({ id, bodyHash, ...command }: RecentCommand): RecentCommand {
  return { id: half(id), bodyHash: half(bodyHash), ...command };
}

/** @throws ApplicationFailure that names a schema which this release does not know */
function upgraded(kept: KeptState): Reopening {
  try {
    return upgradeState(kept);
  } catch (error) {
    if (!(error instanceof UnknownSchema)) throw error;
    throw failure(FAILURES.unproven, error.message);
  }
}

const NO_QUESTIONS: Questions = { rounds: [], orders: [] };

/** What PostgreSQL has to tell once everything is recorded. */
function questionsOf(state: Reopening): Questions {
  return { rounds: roundsToCount(state), orders: ordersWithNews(state) };
}

function isWorthAsking({ rounds, orders }: Questions): boolean {
  return rounds.length > 0 || orders.length > 0;
}

function isCommand(message: Message): message is Command {
  return Object.hasOwn(ACTS, message.type);
}
