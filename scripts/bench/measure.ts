/** Answers for the measuring itself: whole cases driven by several drivers at once, and what their latencies amount to. */

/** The messages of one case in their order, made before the clock starts; each resolves when it is answered. */
export type PreparedCase = readonly (() => Promise<void>)[];

/** One of the ways that are compared. */
export interface Contender {
  /** Makes cases that wait for their first message. Not measured. */
  prepare(count: number): Promise<PreparedCase[]>;
  /** Waits until nothing of the cases driven so far is under way, so that the next contender has the machine. Not measured. */
  settle(): Promise<void>;
}

export interface Measurement {
  readonly messagesPerSecond: number;
  readonly latenciesMs: readonly number[];
}

/** Drives the cases by so many drivers at once: each takes the next case when it has ended one. The clock ends with the last answer. */
export async function drive(cases: readonly PreparedCase[], drivers: number): Promise<Measurement> {
  const waiting = [...cases];
  const latenciesMs: number[] = [];
  const driver = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      for (const send of next) {
        const sent = performance.now();
        await send();
        latenciesMs.push(performance.now() - sent);
      }
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: drivers }, driver));
  const seconds = (performance.now() - begun) / 1000;
  return { messagesPerSecond: latenciesMs.length / seconds, latenciesMs };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** The smallest value that `share` of all do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Does `work` for every item, so many at once, and keeps the order. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
