/** One case as its workflow holds it: the state, the ledger's end, what is not recorded yet, and which commands it knows. */
import { patched, workflowInfo } from '@temporalio/workflow';
import { isProven, type Envelope, type Message, type Unsigned } from '../../proof/envelope';
import type { OrderNews, Questions } from '../../contracts/case/facts';
import { FAILURES } from '../../contracts/case/failures';
import { chain, EMPTY_STREAM } from '../../proof/chain';
import type { Entry, Head } from '../../domain/ledger/entry';
import { noticesOf } from '../../domain/telling/outbox';
import type { Carried, RecentCommand, Start } from '../../contracts/case/start';
import type { Answer, RecordBatch, Status } from '../../contracts/case/views';
import { situationOf, viewOf } from '../../domain/case/views';
import { ALL_CHANGES, type Changes } from '../../domain/case/changes';
import type { Command } from '../../domain/case/commands';
import type { Instant } from '../../domain/programme/edition';
import type { Draft } from '../../domain/ledger/entry';
import type { Rejection } from '../../domain/ledger/rejection';
import { ACTS } from '../../domain/case/acts';
import { advance, decide, learn, open, type Facts, type Outcome } from '../../domain/case/reopening';
import { isClosed, type Order, type Reopening } from '../../domain/case/state';
import { hintOrder, orderAsked, orderStarted } from '../../domain/supplies/supply';
import { roundsToCount } from '../../domain/testing/rounds';
import { nextChange } from '../../domain/case/time';
import { failure, rejected } from './failures';

/** Commands are remembered until 200 more have come: far longer than any sender goes on repeating one (docs/ARCHITECTURE.md#the-life-of-a-command). */
const REMEMBERED = 200;
/** Whoever floods a case with unproven signals gets this many lines in the ledger per run, and no more. */
const IGNORED_RECORDED = 20;
/** Entries of one batch: with the view well under the 2 MB that a payload may have. */
const BATCH = 500;

export class Case {
  #ignored = 0;
  needsAttention: string | null = null;

  private constructor(
    public state: Reopening,
    private keys: readonly string[],
    public head: Head,
    public unrecorded: readonly Entry[],
    private recent: readonly RecentCommand[],
    /** What the children of orders have not been told yet. */
    public orderNews: readonly OrderNews[],
  ) {}

  /** @throws ApplicationFailure `Unproven` when the API did not sign the start */
  static open({ envelope, keys }: Start, now: Instant): Case {
    if (!isProven(envelope, keys)) throw failure(FAILURES.unproven, 'the start carries no valid proof');
    const { command, commandId, actor, caseNumber } = envelope;
    if (command.type !== 'open' || command.caseNumber !== caseNumber) {
      throw failure(FAILURES.unproven, 'the start is signed for something else');
    }
    const { state, entries } = open(command, { by: actor, command: commandId }, now);
    const opened = new Case(state, keys, EMPTY_STREAM, [], [], []);
    opened.append(entries);
    return opened;
  }

  /** Goes on where the run before ended. @throws ApplicationFailure `Unproven` when there was none: no one may start so */
  static resume(carried: Carried): Case {
    if (workflowInfo().continuedFromExecutionRunId === undefined) {
      throw failure(FAILURES.unproven, 'carried state without a run before');
    }
    const { state, keys, head, unrecorded, recent, orderNews } = carried;
    return new Case(state, keys, head, unrecorded, recent, orderNews);
  }

  carried(): Carried {
    const { state, keys, head, unrecorded, recent, orderNews } = this;
    return { kind: 'carried', schema: 2, state, keys, head, unrecorded, recent, orderNews };
  }

  get closed(): boolean {
    return isClosed(this.state.phase);
  }

  /** When time next changes something; a closed case waits for nothing. */
  get nextChange(): Instant | null {
    return nextChange(this.state);
  }

  passTime(now: Instant): void {
    this.take(advance(this.state, now));
  }

  /** What PostgreSQL has to tell; undefined when nothing is open. Rounds and orders are known there once they are recorded. */
  get questions(): Questions | undefined {
    if (this.closed || this.unrecorded.length > 0) return undefined;
    const { caseNumber, enterprise, supply } = this.state;
    const rounds = roundsToCount(this.state);
    const orders = supply.orders.filter((order) => order.hasNews).map((order) => order.id);
    if (rounds.length === 0 && orders.length === 0) return undefined;
    return { caseNumber, enterprise: enterprise.id, rounds, orders };
  }

  /** A hint that comes from now on is of something newer: it is asked about again. */
  asked({ orders }: Questions): void {
    this.state = { ...this.state, supply: { ...this.state.supply } };
    for (const order of orders) orderAsked(this.state, order);
  }

  learn(facts: Facts, now: Instant): void {
    this.take(learn(this.state, facts, now));
  }

  /** Placed orders whose child is not started yet. */
  get ordersToStart(): readonly Order[] {
    return this.state.supply.orders.filter((order) => order.status === 'placed' && !order.started);
  }

  orderStarted(id: number): void {
    this.state = { ...this.state, supply: { ...this.state.supply } };
    orderStarted(this.state, id);
  }

  /** A signal without proof: it can only make the case look, and PostgreSQL says what is so. */
  hintOrder(hint: { readonly caseNumber?: unknown; readonly order?: unknown } | undefined): void {
    if (hint?.caseNumber !== this.state.caseNumber || typeof hint.order !== 'number') return;
    this.state = { ...this.state, supply: { ...this.state.supply } };
    hintOrder(this.state, hint.order);
  }

  toldOrders(): void {
    this.orderNews = [];
  }

  /** Validator of every command's Update: refuses without changing anything. @throws ApplicationFailure with the reason */
  check(type: Command['type'], envelope: Envelope, now: Instant): void {
    this.requireProof(envelope);
    if (envelope.command.type !== type)
      throw failure(FAILURES.unproven, `the envelope carries ${envelope.command.type}`);
    const known = this.knownAs(envelope);
    if (known?.rejection) throw rejected(known.rejection);
    if (known) return;
    // A validator is never replayed and may give Temporal no command: it decides as today.
    const decision = this.decide(envelope, now, ALL_CHANGES);
    if ('rejection' in decision) throw rejected(decision.rejection);
  }

  /** Handler of every command's Update; by now the validator has accepted it in the same activation. */
  accept(envelope: Envelope, now: Instant): Answer {
    const known = this.knownAs(envelope);
    if (known) return { sequence: known.sequence, replayed: true, view: viewOf(this.state, this.head.sequence) };
    const decision = this.decide(envelope, now, changesKnown(envelope.command.type));
    if ('rejection' in decision) throw rejected(decision.rejection);
    this.take(decision);
    this.remember({ id: envelope.commandId, bodyHash: envelope.bodyHash, sequence: this.head.sequence });
    return { sequence: this.head.sequence, replayed: false, view: viewOf(this.state, this.head.sequence) };
  }

  /**
   * A command that comes as a signal: there is nobody to answer, so the ledger takes the outcome, a refusal too. A refusal is
   * remembered, so that the Update that timed out cannot succeed after its sender was told no. Never throws.
   */
  acceptLater(envelope: Envelope, now: Instant): void {
    if (!this.isMine(envelope) || !isCommand(envelope.command)) return this.ignore(now);
    if (this.recent.some((one) => one.id === envelope.commandId)) return;
    const decision = this.decide(envelope, now, changesKnown(envelope.command.type));
    if (!('rejection' in decision)) {
      this.take(decision);
      this.remember({ id: envelope.commandId, bodyHash: envelope.bodyHash, sequence: this.head.sequence });
      return;
    }
    const { rejection } = decision;
    const { commandId: id, bodyHash, actor, command } = envelope;
    const at = Math.max(now, this.state.clock);
    const details = { refused: command.type, code: rejection.code, about: rejection.about };
    this.append([{ at, by: actor, type: 'command-refused', command: id, details }]);
    this.remember({ id, bodyHash, sequence: this.head.sequence, rejection });
  }

  /** Another key of the API, announced under an old one. */
  checkKey(envelope: Envelope): void {
    this.requireProof(envelope);
    if (envelope.command.type !== 'announceKey') throw failure(FAILURES.unproven, 'the envelope announces no key');
  }

  acceptKey(envelope: Envelope, now: Instant): Head {
    const { command, actor, commandId } = envelope;
    if (command.type !== 'announceKey') throw failure(FAILURES.unproven, 'the envelope announces no key');
    if (!this.keys.includes(command.key)) {
      this.keys = [...this.keys, command.key];
      const at = Math.max(now, this.state.clock);
      this.append([{ at, by: actor, type: 'key-announced', command: commandId, details: { key: command.key } }]);
    }
    return this.head;
  }

  /** What PostgreSQL does not have yet, as one batch. */
  batch(): RecordBatch {
    const entries = this.unrecorded.slice(0, BATCH);
    return {
      stream: this.state.caseNumber,
      keys: this.keys,
      entries,
      view: viewOf(this.state, this.head.sequence),
      situation: situationOf(this.state),
      notices: noticesOf(this.state, entries, this.head.sequence),
      closed: this.closed,
    };
  }

  recorded(batch: RecordBatch): void {
    this.unrecorded = this.unrecorded.slice(batch.entries.length);
    this.needsAttention = null;
  }

  status(nextWake: Instant | null): Status {
    return {
      view: viewOf(this.state, this.head.sequence),
      head: this.head,
      unrecorded: this.unrecorded.length,
      needsAttention: this.needsAttention,
      nextWake,
    };
  }

  private requireProof(envelope: Envelope): void {
    if (!isProven(envelope, this.keys)) throw failure(FAILURES.unproven, 'no valid proof of the API on the message');
    if (envelope.caseNumber !== this.state.caseNumber) {
      throw failure(FAILURES.otherCase, `this is case ${this.state.caseNumber}`);
    }
  }

  private isMine(envelope: Envelope): boolean {
    try {
      this.requireProof(envelope);
      return true;
    } catch {
      return false;
    }
  }

  private ignore(now: Instant): void {
    if (this.#ignored >= IGNORED_RECORDED) return;
    this.#ignored += 1;
    const by = { account: 'case', role: 'case' } as const;
    this.append([
      { at: Math.max(now, this.state.clock), by, type: 'message-ignored', details: { reason: 'unproven' } },
    ]);
  }

  private knownAs(envelope: Unsigned): RecentCommand | undefined {
    const known = this.recent.find((one) => one.id === envelope.commandId);
    if (known && known.bodyHash !== envelope.bodyHash) {
      throw failure(FAILURES.keyReused, 'the same Idempotency-Key came with another body');
    }
    return known;
  }

  private decide(envelope: Unsigned, now: Instant, changes: Changes): Outcome | { rejection: Rejection } {
    const { command, actor, commandId } = envelope;
    if (!isCommand(command)) throw failure(FAILURES.unproven, `no command ${command.type}`);
    return decide(this.state, command, { by: actor, command: commandId }, now, changes);
  }

  private take({ state, entries }: Outcome): void {
    this.orderNews = [...this.orderNews, ...newsOf(this.state, state, entries)];
    this.state = state;
    this.append(entries);
  }

  private append(drafts: readonly Draft[]): void {
    const { entries, head } = chain(this.state.caseNumber, this.head, drafts);
    this.unrecorded = [...this.unrecorded, ...entries];
    this.head = head;
  }

  private remember(command: RecentCommand): void {
    this.recent = [...this.recent, command].slice(-REMEMBERED);
  }
}

/** Commands that a rule answers otherwise since the release before. Only they ask, so that no other act costs an event. */
const CHANGED: { readonly [T in Message['type']]?: keyof Changes } = {
  withdraw: 'end-held',
  complete: 'end-held',
  reportDay: 'report-alarms',
};

/** Which changes a command meets: all of them, but for one that was answered before there was the change, and is replayed. */
function changesKnown(type: Message['type']): Changes {
  const changed = CHANGED[type];
  return changed === undefined || patched(changed) ? ALL_CHANGES : { ...ALL_CHANGES, [changed]: false };
}

function isCommand(message: Message): message is Command {
  return Object.hasOwn(ACTS, message.type);
}

const STAGES: { readonly [T in Draft['type']]?: OrderNews['stage'] } = {
  'order-dispatched': 'dispatched',
  'order-delivered': 'delivered',
  'order-received': 'received',
  'order-cancelled': 'cancelled',
};

/** What the children are to hear of what has happened: an order that is received or cancelled in part goes on. */
function newsOf(before: Reopening, after: Reopening, entries: readonly Draft[]): OrderNews[] {
  return entries.flatMap(({ type, details }) => {
    const stage = STAGES[type];
    const order = before.supply.orders.find((one) => one.id === details['order']);
    if (!stage || !order?.started) return [];
    const goesOn = after.supply.orders.some((one) => one.id === order.id);
    const ends = stage === 'received' || stage === 'cancelled';
    return ends && goesOn ? [] : [{ order: order.id, stage }];
  });
}
