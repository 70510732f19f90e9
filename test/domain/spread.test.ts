/** What happens to many at the same instant is spread evenly, also for names in a row. */
import { shareOf } from '../../domain/calendar/share';
import { jitterOf } from '../../domain/case/jitter';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => `2026-${String(n + 1).padStart(4, '0')}`);

/** How many of the names fall into each of `parts` equal parts. */
function filled(shares: readonly number[], parts: number): number[] {
  const counts = Array<number>(parts).fill(0);
  for (const share of shares) counts[Math.floor(share * parts)]! += 1;
  return counts;
}

test('ten thousand cases in a row wake in every second of the minute, in none much more than in another', () => {
  const seconds = filled(
    numbers(10_000).map((number) => jitterOf(number) / 60_000),
    60,
  );
  // 167 on average; five times the spread that chance has.
  expect(Math.min(...seconds)).toBeGreaterThan(100);
  expect(Math.max(...seconds)).toBeLessThan(235);
});

test('the first thousand are spread over the whole minute as well', () => {
  const seconds = filled(
    numbers(1000).map((number) => jitterOf(number) / 60_000),
    60,
  );
  expect(Math.min(...seconds)).toBeGreaterThan(3);
  expect(Math.max(...seconds)).toBeLessThan(37);
});

test('a share is from 0 to below 1 and stable for a name, whatever it is', () => {
  for (const name of ['', '中兴镇', 'a-demo-official', '🏭', ...numbers(50)]) {
    expect(shareOf(name)).toBe(shareOf(name));
    expect(shareOf(name)).toBeGreaterThanOrEqual(0);
    expect(shareOf(name)).toBeLessThan(1);
  }
  expect(new Set(numbers(10_000).map(shareOf)).size).toBeGreaterThan(9_990);
});
