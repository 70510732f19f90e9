/** Answers for the figures of the bench: what the JSON holds, made of the rounds that were driven. */
import type { HistorySize } from './full';
import { median, percentile, type Measurement } from './measure';

/** In turn within each round: (a), (b), (b2), (c). */
export const CONTENDERS = ['full', 'bare', 'http', 'plain'] as const;
export type ContenderName = (typeof CONTENDERS)[number];
/** One person alone, a busy office, and more at once than a town has officials. */
export const AT_ONCE = [1, 10, 50] as const;
export type AtOnce = (typeof AT_ONCE)[number];

export type PerConcurrency = { readonly [N in AtOnce]: number };

/** One round of one contender at one concurrency. */
export interface Round extends Measurement {
  readonly contender: ContenderName;
  readonly atOnce: AtOnce;
  /** Processor time for each message by process, where the system tells. */
  readonly processorMs: { readonly [process: string]: number };
  /** Of the cases of this round; of the full system only. */
  readonly histories: readonly HistorySize[];
}

export interface Figures {
  readonly fullToBare: PerConcurrency;
  /** Full to (b2). */
  readonly fullToHttp: PerConcurrency;
  readonly fullToPlain: PerConcurrency;
  readonly messagesPerSecond: { readonly [C in ContenderName]: PerConcurrency };
  /** Of the full system. */
  readonly p50Ms: PerConcurrency;
  readonly p99Ms: PerConcurrency;
  /** Of (b2). */
  readonly httpP50Ms: PerConcurrency;
  readonly eventsPerCase: number;
  readonly bytesPerCase: number;
  readonly eventsPerCaseAtOnce: PerConcurrency;
  readonly bytesPerCaseAtOnce: PerConcurrency;
  readonly memoryMiB: { readonly [process: string]: number };
}

export function figuresOf(rounds: readonly Round[], memoryMiB: Figures['memoryMiB']): Figures {
  const rate = (contender: ContenderName) =>
    each((n) => round(median(of(rounds, contender, n).map((one) => one.messagesPerSecond)), 1));
  const latency = (contender: ContenderName, share: number) =>
    each((n) => {
      const all = of(rounds, contender, n).flatMap((one) => one.latenciesMs);
      return round(percentile(all, share), 1);
    });
  const histories = rounds.flatMap((one) => one.histories);
  const historiesAt = (n: AtOnce) => of(rounds, 'full', n).flatMap((one) => one.histories);
  return {
    fullToBare: each((n) => ratio(rounds, 'bare', n)),
    fullToHttp: each((n) => ratio(rounds, 'http', n)),
    fullToPlain: each((n) => ratio(rounds, 'plain', n)),
    messagesPerSecond: { full: rate('full'), bare: rate('bare'), http: rate('http'), plain: rate('plain') },
    p50Ms: latency('full', 0.5),
    p99Ms: latency('full', 0.99),
    httpP50Ms: latency('http', 0.5),
    eventsPerCase: round(mean(histories.map((one) => one.events)), 1),
    bytesPerCase: Math.round(mean(histories.map((one) => one.bytes))),
    eventsPerCaseAtOnce: each((n) => round(mean(historiesAt(n).map(({ events }) => events)), 1)),
    bytesPerCaseAtOnce: each((n) => Math.round(mean(historiesAt(n).map(({ bytes }) => bytes)))),
    memoryMiB,
  };
}

/** The median over the rounds of the ratio within a round: what else the machine does then falls on both. */
function ratio(rounds: readonly Round[], other: ContenderName, atOnce: AtOnce): number {
  const others = of(rounds, other, atOnce);
  const ratios = of(rounds, 'full', atOnce).map(
    (one, n) => one.messagesPerSecond / (others[n]?.messagesPerSecond ?? NaN),
  );
  return round(median(ratios), 3);
}

export function of(rounds: readonly Round[], contender: ContenderName, atOnce: AtOnce): Round[] {
  return rounds.filter((one) => one.contender === contender && one.atOnce === atOnce);
}

function each(value: (atOnce: AtOnce) => number): PerConcurrency {
  return { 1: value(1), 10: value(10), 50: value(50) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
