/** Answers for what the bench says: its table, the figures of the JSON, and what is in the way where a ratio falls short. */
import type { HistorySize } from './full';
import { median, percentile, type Measurement } from './measure';

export const CONTENDERS = ['full', 'bare', 'plain'] as const;
export type ContenderName = (typeof CONTENDERS)[number];
/** One person alone, a busy office, and more at once than a town has officials. */
export const AT_ONCE = [1, 10, 50] as const;
type AtOnce = (typeof AT_ONCE)[number];

/** Asked of full : bare, and aimed at (docs/measured.md). */
const ASKED = 0.75;
const AIM = 0.85;
/** Events of a case of nine messages, at most. */
const MOST_EVENTS = 110;

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
  readonly fullToPlain: PerConcurrency;
  readonly messagesPerSecond: { readonly [C in ContenderName]: PerConcurrency };
  /** Of the full system. */
  readonly p50Ms: PerConcurrency;
  readonly p99Ms: PerConcurrency;
  readonly eventsPerCase: number;
  readonly bytesPerCase: number;
  readonly eventsPerCaseAtOnce: PerConcurrency;
  readonly memoryMiB: { readonly [process: string]: number };
}

export function figuresOf(rounds: readonly Round[], memoryMiB: Figures['memoryMiB']): Figures {
  const rate = (contender: ContenderName) =>
    each((n) => round(median(of(rounds, contender, n).map((one) => one.messagesPerSecond)), 1));
  const latency = (share: number) =>
    each((n) =>
      round(
        percentile(
          of(rounds, 'full', n).flatMap((one) => one.latenciesMs),
          share,
        ),
        1,
      ),
    );
  const histories = rounds.flatMap((one) => one.histories);
  return {
    fullToBare: each((n) => ratio(rounds, 'bare', n)),
    fullToPlain: each((n) => ratio(rounds, 'plain', n)),
    messagesPerSecond: { full: rate('full'), bare: rate('bare'), plain: rate('plain') },
    p50Ms: latency(0.5),
    p99Ms: latency(0.99),
    eventsPerCase: round(mean(histories.map((one) => one.events)), 1),
    bytesPerCase: Math.round(mean(histories.map((one) => one.bytes))),
    eventsPerCaseAtOnce: each((n) =>
      round(mean(of(rounds, 'full', n).flatMap((one) => one.histories.map(({ events }) => events))), 1),
    ),
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

export function reportOf(figures: Figures, rounds: readonly Round[]): string {
  const { messagesPerSecond: rate, fullToBare, fullToPlain, p50Ms, p99Ms } = figures;
  const table = AT_ONCE.map((n) => {
    const others = (contender: ContenderName) => {
      const all = of(rounds, contender, n).flatMap((one) => one.latenciesMs);
      return `${cell(rate[contender][n])}${cell(round(percentile(all, 0.5), 1))}${cell(round(percentile(all, 0.99), 1))}`;
    };
    const ratios = `${cell(fullToBare[n].toFixed(2))}${cell(fullToPlain[n].toFixed(3))}`;
    const full = `${cell(rate.full[n])}${cell(p50Ms[n])}${cell(p99Ms[n])}`;
    return `${cell(n)}  |${full}  |${others('bare')}  |${others('plain')}  |${ratios}`;
  });
  const columns = `${cell('msg/s')}${cell('p50')}${cell('p99')}`;
  const memory = Object.entries(figures.memoryMiB).map(([name, mib]) => `${name} ${mib}`);
  return [
    '',
    `${cell('at once')}  |   (a) full system, ms     |   (b) bare workflow, ms   |   (c) plain Express, ms   |     a:b     a:c`,
    `${cell('')}  |${columns}  |${columns}  |${columns}  |`,
    ...table,
    '',
    `History of a case: ${figures.eventsPerCase} events, ${(figures.bytesPerCase / 1024).toFixed(1)} KiB on average ` +
      `(${AT_ONCE.map((n) => `${figures.eventsPerCaseAtOnce[n]} events at ${n}`).join(', ')}).`,
    `Memory, MiB: ${memory.join(', ')}.`,
    ...processorLines(rounds),
    ...shortfalls(figures),
  ].join('\n');
}

/** Where the machine's time goes: with all cores busy, messages per second are nothing else. */
function processorLines(rounds: readonly Round[]): string[] {
  return (['full', 'bare'] as const).flatMap((contender) => {
    const mine = of(rounds, contender, 50);
    const names = Object.keys(mine[0]?.processorMs ?? {});
    const used = names.map((name) => ({ name, ms: median(mine.map((one) => one.processorMs[name] ?? 0)) }));
    const total = used.reduce((sum, { ms }) => sum + ms, 0);
    const words = used.filter(({ ms }) => ms >= 0.05).map(({ name, ms }) => `${name} ${ms.toFixed(1)}`);
    return total > 0
      ? [`Processor, ms a message at 50 (${contender}): ${words.join(', ')}; ${total.toFixed(1)} in all.`]
      : [];
  });
}

function shortfalls(figures: Figures): string[] {
  const below = AT_ONCE.filter((n) => figures.fullToBare[n] < AIM);
  const lines = below.map((n) => {
    const value = figures.fullToBare[n];
    return `a:b is ${value.toFixed(2)} at ${n}, below the ${value < ASKED ? `${ASKED} asked for` : `aim of ${AIM}`}.`;
  });
  if (below.length > 0) {
    lines.push(
      'In the way: what (b) leaves out. See the processor times: recording (an activity with its workflow task on the server,',
      'the ledger in PostgreSQL), checking every signature in the workflow, and HTTP with sign-in in PostgreSQL before it.',
    );
  }
  if (figures.eventsPerCase > MOST_EVENTS)
    lines.push(`More than ${MOST_EVENTS} events a case: ${figures.eventsPerCase}.`);
  return lines;
}

function of(rounds: readonly Round[], contender: ContenderName, atOnce: AtOnce): Round[] {
  return rounds.filter((one) => one.contender === contender && one.atOnce === atOnce);
}

function each(value: (atOnce: AtOnce) => number): PerConcurrency {
  return { 1: value(1), 10: value(10), 50: value(50) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Wide enough for `at once` and five digits with one decimal. */
function cell(value: string | number): string {
  return String(value).padStart(8);
}
