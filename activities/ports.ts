/** What the activities need from outside, as narrow as they need it. */
import type { ChannelId, Rate } from '../channels/channel';
import type { Questions } from '../contracts/case/facts';
import type { OrderAllocation } from '../contracts/supplies/supply-order';
import type { RecordBatch } from '../contracts/case/views';
import type { BulletinState } from '../contracts/telling/bulletins';
import type { DailySummary } from '../contracts/telling/daily-summary';
import type { Content, Destination } from '../contracts/telling/message-content';
import type { Facts } from '../domain/case/reopening';
import type { Instant } from '../domain/programme/edition';
import type { ChannelSettings } from '../programme/channels';

export interface Recorder {
  /**
   * Records a batch in one transaction: ledger, projections, texts, commands, claims, notices. Entries that are there already
   * are skipped. What is refused for good is written down for the API first; `workflow` is the id of the one that sends the
   * batch. @throws LedgerConflict, ForeignCase for what no retry can mend
   */
  record(batch: RecordBatch, workflow?: string): Promise<void>;

  /** Writes down, once for each run, that a workflow which belongs to no case was asked to end. */
  noteCancelRequest(request: CancelRequest): Promise<void>;
}

export interface CancelRequest {
  readonly workflow: string;
  readonly run: string;
  readonly at: Instant;
}

export interface FactReader {
  /**
   * What PostgreSQL has of the rounds and orders asked for; what is free is promised to the orders first. @throws NotThere for
   * one that its entry has not made
   */
  read(of: Pick<RecordBatch, 'stream'>, questions: Questions): Promise<Facts>;
}

export interface Stock {
  /** Promises what is free to whoever waits, first-come; undefined as long as the order is not recorded. */
  allocate(order: string): Promise<OrderAllocation | undefined>;
}

/** A message that this sender has, until its lease ends. */
export interface Claim {
  readonly id: string;
  /** An account, the id of a group, or empty. */
  readonly destination: string;
  /** This attempt's number. */
  readonly attempts: number;
  /** Set when the other side has it already and is to be asked what became of it. */
  readonly receipt: string | null;
}

/** What is written down of an attempt. Reasons hold no address, key or token. */
export interface Settlement {
  readonly state: 'sent' | 'by-hand' | 'pending' | 'waiting' | 'dead' | 'dropped';
  readonly reason?: string;
  readonly receipt?: string;
  readonly subject?: string;
  readonly body?: string;
  /** When it waits: not before. */
  readonly afterMs?: number;
  /** The attempt does not count towards the channel's limit: the other side could not be spoken to. */
  readonly uncounted?: boolean;
}

export interface Mailroom {
  /** Every due notice of the outbox becomes deliveries. @returns the channels that have got some */
  spread(): Promise<readonly string[]>;
  /** Due deliveries become messages of at most `together` notices. */
  compose(channel: string, together: number): Promise<void>;
  /** The next message that may go now; in how many milliseconds one may; null when nothing is open. */
  claim(channel: string, rate: Rate | undefined): Promise<Claim | { readonly waitMs: number } | null>;
  /** False when somebody else has the message by now. */
  settle(attempted: Pick<Claim, 'id' | 'attempts'>, settlement: Settlement): Promise<boolean>;
}

/** Bulletins as they are published. */
export interface Publisher {
  /**
   * Publishes a bulletin that is due at `at`, once, in one transaction: its audience is frozen, its deliveries are made, its ledger
   * has it. Changes nothing when it is not scheduled (any more) or not due.
   */
  publish(bulletin: string, at: Instant, groups: ChannelSettings['groups']): Promise<void>;
  /** Undefined: there is no such bulletin. */
  stateOf(bulletin: string): Promise<BulletinState | undefined>;
  progressOf(bulletin: string): Promise<Progress>;
}

/** How many deliveries of a bulletin are on their way, sent, given up. */
export interface Progress {
  readonly open: number;
  readonly sent: number;
  readonly dead: number;
}

/** Days of the town, as they are summed up. */
export interface SummaryStore {
  /** The figures of the town's day at `now`, all of one moment. */
  sumUp(town: Town): Promise<DailySummary>;
  /** Keeps it and makes its deliveries, in one transaction; a repeat under the same id does nothing. */
  keep(id: string, summary: DailySummary, told: { at: Instant; groups: ChannelSettings['groups'] }): Promise<void>;
}

export interface Town {
  readonly now: Instant;
  /** The town's zone, a fixed offset east of UTC. */
  readonly utcOffsetMinutes: number;
  /**
   * Below so many days of cover an item is short, by the id of the case's edition: asked for a case whose own rules are not known
   * in PostgreSQL yet. Null for an edition that is not known any more: then nothing of the case is called short.
   */
  readonly thresholdDays: (edition: string) => number | null;
}

/** Claimed messages, as what they are about and who gets them are known now. */
export interface MessageReader {
  /** Undefined when nothing is joined in it. */
  contentOf(message: string, channel: ChannelId): Promise<Content | undefined>;
  accountDestination(account: string): Promise<Destination>;
  groupDestination(message: string): Promise<Destination>;
  /** The names of people and accounts, but for those of `without`. */
  personalNames(without: readonly string[]): Promise<string[]>;
}

export interface Ringer {
  /** Makes these channels look at once. Nothing depends on it, and it does not fail. */
  ring(channels: readonly ChannelId[]): void;
}

/** The ledger has another entry under the number, or lacks the one before it. */
export class LedgerConflict extends Error {}
/** The entry is recorded and what follows from it could not be done (db/case/entry-effects.ts): an operator knows, no retry mends it. */
export class NotThere extends Error {}
/** The case is not registered, trusts a key that is not the system's, or has another chain of runs than the one that sends the batch. */
export class ForeignCase extends Error {}
