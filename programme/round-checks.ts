/** Answers for the test rounds of an edition: each within its day, and one closed before the next opens. */
import { addDays, daysBetween } from '../domain/calendar/calendar';
import { LONGEST_PAUSE_DAYS } from '../domain/testing/rounds';
import { isDateText, isTime, items, opensBeforeDue, type Block, type Report } from './checked-block';

/** Two rounds a day whose frequency changes twelve times in one edition; every pair is compared. */
export const MOST_TESTS = 24;

/** The last minute of a day, counted from midnight, is 1439; a round that closes at 24:00 still belongs to its day. */
const MIDNIGHT = 24 * 60;

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

export function testRuleFits(rule: Block, report: Report): void {
  opensBeforeDue(rule, report);
  const { from, until, due, graceMinutes } = rule;
  if (isDateText(from) && isDateText(until) && until < from) {
    report(['until'], `${until} is before from ${from} 结束日早于开始日`, { suggestion: 'exchange them 请对调' });
  }
  if (isTime(due) && typeof graceMinutes === 'number' && minuteOf(due) + graceMinutes > MIDNIGHT) {
    report(['graceMinutes'], `a round due at ${due} would close after midnight 宽限期跨过零点`, {
      suggestion: `at most ${MIDNIGHT - minuteOf(due)} 最多 ${MIDNIGHT - minuteOf(due)} 分钟`,
    });
  }
}

interface Window {
  readonly index: number;
  readonly id: string;
  readonly from: string;
  readonly until: string | null;
  readonly everyDays: number;
  readonly opens: number;
  readonly closes: number;
}

function isPause(days: unknown): days is number {
  return Number.isInteger(days) && Number(days) >= 1 && Number(days) <= LONGEST_PAUSE_DAYS;
}

function windows(tests: unknown): Window[] {
  const within = items(tests).slice(0, MOST_TESTS);
  return within.flatMap(({ index, id = '', block }) => {
    const { from, until, everyDays, opens, due, graceMinutes } = block;
    if (!isDateText(from) || !isTime(opens) || !isTime(due)) return [];
    if (!isPause(everyDays) || typeof graceMinutes !== 'number') return [];
    const closes = minuteOf(due) + graceMinutes;
    return [{ index, id, from, until: isDateText(until) ? until : null, everyDays, opens: minuteOf(opens), closes }];
  });
}

/** The first day on which both rules hold a round, or null. After `a × b` days their pattern repeats. */
function commonDay(a: Window, b: Window): string | null {
  const from = a.from > b.from ? a.from : b.from;
  for (let days = 0; days < a.everyDays * b.everyDays; days += 1) {
    const date = addDays(from, days);
    if ([a, b].some((rule) => rule.until !== null && date > rule.until)) return null;
    if ([a, b].every((rule) => daysBetween(rule.from, date) % rule.everyDays === 0)) return date;
  }
  return null;
}

/** A sheet must belong to one round only: a round closes before the next of the day opens. */
export function roundsApart(tests: unknown, report: Report): void {
  const rules = windows(tests);
  rules.forEach((rule, position) => {
    for (const earlier of rules.slice(0, position)) {
      if (rule.opens >= earlier.closes || earlier.opens >= rule.closes) continue;
      const date = commonDay(earlier, rule);
      if (date === null) continue;
      report(['tests', rule.index, 'opens'], `overlaps round "${earlier.id}" on ${date} 与另一轮次时间重叠`, {
        suggestion: 'a round closes (due + graceMinutes) before the next opens 上一轮关闭后下一轮才能开始',
      });
    }
  });
}
