/** The figures of the bench's JSON from rounds that were driven, and what is said where one of them falls short. */
import {
  AT_ONCE,
  CONTENDERS,
  figuresOf,
  type AtOnce,
  type ContenderName,
  type Figures,
  type Round,
} from '../../scripts/bench/figures';
import { reportOf } from '../../scripts/bench/report';
import { shortfalls } from '../../scripts/bench/targets';

/** Messages per second in the three rounds of each contender, the same for every concurrency. */
const RATES: { readonly [C in ContenderName]: readonly number[] } = {
  full: [60, 30, 90],
  bare: [100, 100, 100],
  http: [100, 60, 100],
  plain: [600, 600, 600],
};
const P50: { readonly [C in ContenderName]: number } = { full: 12, bare: 7, http: 8, plain: 1 };

function roundOf(contender: ContenderName, atOnce: AtOnce, messagesPerSecond: number): Round {
  const size = { events: 70 + atOnce / 10, bytes: 40_000 + atOnce };
  const histories = contender === 'full' ? [size] : [];
  const ms = P50[contender];
  return { contender, atOnce, messagesPerSecond, latenciesMs: [ms - 1, ms, ms + 1], processorMs: {}, histories };
}

const rounds = AT_ONCE.flatMap((n) =>
  CONTENDERS.flatMap((contender) => RATES[contender].map((rate) => roundOf(contender, n, rate))),
);
const figures = figuresOf(rounds, { worker: 400 });
const every = (value: number) => ({ 1: value, 10: value, 50: value });

test('every ratio is the median of the ratios within a round', () => {
  // 60/100, 30/100, 90/100; of b2 60/100, 30/60, 90/100.
  expect(figures).toMatchObject({ fullToBare: every(0.6), fullToHttp: every(0.6), fullToPlain: every(0.1) });
});

test('the JSON has what programs read, by concurrency', () => {
  const kept = ['fullToBare', 'fullToPlain', 'messagesPerSecond', 'p50Ms', 'p99Ms'];
  const ofCases = ['eventsPerCase', 'bytesPerCase', 'eventsPerCaseAtOnce', 'memoryMiB'];
  const gained = ['fullToHttp', 'httpP50Ms', 'bytesPerCaseAtOnce'];
  expect(Object.keys(figures).sort()).toEqual([...kept, ...ofCases, ...gained].sort());
  expect(figures).toMatchObject({
    messagesPerSecond: { full: every(60), bare: every(100), http: every(100), plain: every(600) },
    p50Ms: every(12),
    httpP50Ms: every(8),
    eventsPerCaseAtOnce: { 1: 70.1, 10: 71, 50: 75 },
    bytesPerCaseAtOnce: { 1: 40_001, 10: 40_010, 50: 40_050 },
  });
});

test('the table has a column for every contender and every ratio', () => {
  const report = reportOf(figures, rounds);
  for (const word of ['(a) full', '(b) bare', '(b2) HTTP', '(c) plain', 'a:b2']) expect(report).toContain(word);
});

const short = (change: Partial<Figures>) => shortfalls({ ...figures, ...change });

test('what holds is not spoken of', () => {
  expect(short({})).toEqual([]);
  // One at a time the ratio is not asked about, and 85 events may be had at 50.
  expect(short({ fullToHttp: { 1: 0.3, 10: 0.6, 50: 0.6 }, fullToBare: { 1: 0.3, 10: 0.3, 50: 0.45 } })).toEqual([]);
  expect(short({ eventsPerCaseAtOnce: { 1: 75, 10: 75, 50: 85 } })).toEqual([]);
});

test.each<[Partial<Figures>, string]>([
  [{ fullToHttp: { 1: 0.6, 10: 0.59, 50: 0.6 } }, 'a:b2 is 0.59 at 10, below the aim of 0.60.'],
  [{ fullToHttp: { 1: 0.6, 10: 0.6, 50: 0.49 } }, 'a:b2 is 0.49 at 50, below the 0.50 asked for.'],
  [{ fullToBare: { 1: 0.6, 10: 0.6, 50: 0.44 } }, 'a:b is 0.44 at 50, below the 0.45 asked for.'],
  [{ p50Ms: { 1: 12.9, 10: 12, 50: 12 } }, 'One at a time, p50 of (a) is 1.61 times that of (b2), more than 1.6.'],
])('%j is said, with what is in the way', (change, said) => {
  const [line, why] = short(change);
  expect(line).toBe(said);
  expect(why).toMatch(/^In the way: /);
});

test('too long and too large histories are said', () => {
  expect(short({ eventsPerCaseAtOnce: { 1: 76, 10: 75, 50: 86 } })).toEqual([
    '76 events a case at 1, more than 75.',
    '86 events a case at 50, more than 85.',
  ]);
  expect(short({ bytesPerCaseAtOnce: { 1: 45 * 1024, 10: 46 * 1024, 50: 60 * 1024 } })).toEqual([
    '46.0 KiB a case at 10, more than 45.',
  ]);
});
