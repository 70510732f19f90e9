/** What the activities need from outside, as narrow as they need it. */
import type { Channel, Message, Rate } from '../channels/channel';
import type { Questions } from '../contracts/case/facts';
import type { OrderAllocation } from '../contracts/supplies/supply-order';
import type { RecordBatch } from '../contracts/case/views';
import type { Facts } from '../domain/case/reopening';

export interface Recorder {
  /**
   * Records a batch in one transaction: ledger, projections, texts, commands, claims, notices. Entries that are there already
   * are skipped. What is refused for good is written down for the API first; `workflow` is the id of the one that sends the
   * batch. @throws LedgerConflict, ForeignCase for what no retry can mend
   */
  record(batch: RecordBatch, workflow?: string): Promise<void>;
}

export interface FactReader {
  /** What PostgreSQL has of the rounds and orders asked for. @throws Error as long as one of them is not recorded yet */
  read(questions: Questions): Promise<Facts>;
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

export interface Bulletins {
  /** Publishes a bulletin that is due at `at`, once. @returns its state then */
  publish(bulletin: string, at: number): Promise<string>;
  progress(bulletin: string): Promise<Progress>;
}

/** How many deliveries of a bulletin are on their way, sent, given up. */
export interface Progress {
  readonly open: number;
  readonly sent: number;
  readonly dead: number;
}

export interface Summaries {
  /** Computes the town's day and makes its deliveries, once for each id. @returns the day */
  make(id: string, at: number): Promise<string>;
}

export interface Writer {
  /** The words of a claimed message; undefined when all it would tell is done meanwhile. @throws Unwritable for what has no words */
  write(claim: Claim, channel: Channel): Promise<Message | undefined>;
  /** What must not leave to groups and to everybody, as PostgreSQL knows people now. */
  guard(): Promise<(text: string) => { readonly what: string; readonly shown: string } | undefined>;
}

/** A message has no words, whoever tries: it is given up, and the others go on. */
export class Unwritable extends Error {}
/** The ledger has another entry under the number, or lacks the one before it. */
export class LedgerConflict extends Error {}
/** The case is not registered, or trusts a key that is not the system's. */
export class ForeignCase extends Error {}
