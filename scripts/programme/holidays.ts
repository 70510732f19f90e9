/** Answers for the calendar of a programme file: holidays and make-up days from the holiday library, all else left as it is. */
import { getDayDetail, getHolidaysInRange } from 'chinese-days';
import { Document, isMap, isScalar, isSeq, parseDocument, Scalar, YAMLSeq, type YAMLMap } from 'yaml';
import { addDays } from '../../domain/calendar/calendar';
import type { LocalDate } from '../../domain/programme/edition';

/** A date and what it is called. */
interface Day {
  readonly date: LocalDate;
  readonly name: string;
}
export interface YearDays {
  readonly year: number;
  readonly holidays: readonly Day[];
  readonly makeUpDays: readonly Day[];
}

/** Weekdays off and weekend days that are worked; null for a year that the library does not know (yet). */
export function daysOf(year: number): YearDays | null {
  const [first, last] = [`${year}-01-01`, `${year}-12-31`];
  // Plain weekends left out, an unknown year has no day off; every known one has its New Year's Day.
  const off = getHolidaysInRange(first, last, false);
  if (off.length === 0) return null;
  const makeUpDays: Day[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) {
    if (isWeekend(date) && getDayDetail(date).work) makeUpDays.push({ date, name: `${nameOf(date)}调休` });
  }
  const holidays = off.filter((date) => !isWeekend(date)).map((date) => ({ date, name: nameOf(date) }));
  return { year, holidays, makeUpDays };
}

function isWeekend(date: LocalDate): boolean {
  return [0, 6].includes(new Date(`${date}T00:00Z`).getUTCDay());
}

/** The library's names are `English,中文,length`. */
function nameOf(date: LocalDate): string {
  return getDayDetail(date).name.split(',')[1] ?? '';
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with these years in its calendar; years that stand there already are replaced, every other byte stays. Null when
 * the calendar is not a list with one block for each year, to which nothing can be added without rewriting it.
 */
export function fillCalendar(text: string, years: readonly YearDays[]): string | null {
  const filled = [...years].sort((a, b) => a.year - b.year).reduce<string | null>(put, text);
  return filled !== null && years.every((year) => holds(filled, year)) ? filled : null;
}

function put(text: string | null, year: YearDays): string | null {
  if (text === null) return null;
  const calendar = calendarOf(text);
  if (!calendar) return null;
  const found = calendar.items.filter(isMap).find((item) => item.get('year') === year.year);
  const edits = found ? replacements(found, year) : [insertion(text, calendar, year)];
  return edits.sort((a, b) => b.start - a.start).reduce(apply, text);
}

function apply(text: string, { start, end, text: written }: Edit): string {
  return text.slice(0, start) + written + text.slice(end);
}

function calendarOf(text: string): YAMLSeq | undefined {
  const { contents, errors } = parseDocument(text);
  const calendar = errors.length === 0 && isMap(contents) ? contents.get('calendar', true) : undefined;
  return isSeq(calendar) ? calendar : undefined;
}

/** Dates that stay keep their comments; a list that says the same already is not touched. */
function replacements(found: YAMLMap, year: YearDays): Edit[] {
  return (['holidays', 'makeUpDays'] as const).flatMap((key) => {
    const list: unknown = found.get(key, true);
    if (!isSeq(list) || !list.range) return [];
    const old = new Map(list.items.filter(isScalar).map((item) => [String(item.value), item]));
    if (old.size === year[key].length && year[key].every(({ date }) => old.has(date))) return [];
    const [start, end] = list.range;
    const written = listOf(year[key], old);
    return [{ start, end, text: list.flow ? written : `${written.trimStart()}\n` }];
  });
}

/** Where the lists of dates stand: within a year, within the calendar. */
const INDENT = ' '.repeat(6);

function listOf(days: readonly Day[], old: ReadonlyMap<string, Scalar> = new Map()): string {
  if (days.length === 0) return '[]';
  const list = new YAMLSeq();
  list.items = days.map(({ date, name }) => {
    const item = old.get(date) ?? new Scalar(date);
    item.comment ??= ` ${name}`;
    return item;
  });
  const lines = new Document(list).toString().trimEnd().split('\n');
  return lines.map((line) => `\n${INDENT}${line}`).join('');
}

function insertion(text: string, calendar: YAMLSeq, year: YearDays): Edit {
  const [start = 0, end = 0] = calendar.range ?? [];
  const block = [
    `  - year: ${year.year}\n`,
    `    holidays: ${listOf(year.holidays)}\n`.replace(': \n', ':\n'),
    `    makeUpDays: ${listOf(year.makeUpDays)}\n`.replace(': \n', ':\n'),
  ].join('');
  if (calendar.items.length === 0)
    return { start: text.lastIndexOf(':', start) + 1, end, text: `\n${block.trimEnd()}` };
  const earlier = calendar.items.filter(isMap).findLast((item) => Number(item.get('year')) < year.year);
  const behind = earlier?.range?.[1];
  const at = behind === undefined ? text.lastIndexOf('\n', start) + 1 : endOfLine(text, behind);
  return { start: at, end: at, text: block };
}

function endOfLine(text: string, at: number): number {
  if (text[at - 1] === '\n') return at;
  const next = text.indexOf('\n', at);
  return next === -1 ? text.length : next + 1;
}

function holds(text: string, { year, holidays, makeUpDays }: YearDays): boolean {
  const found: unknown = calendarOf(text)
    ?.items.filter(isMap)
    .find((item) => item.get('year') === year)
    ?.toJSON();
  const dates = (days: readonly Day[]) => days.map(({ date }) => date);
  return JSON.stringify(found) === JSON.stringify({ year, holidays: dates(holidays), makeUpDays: dates(makeUpDays) });
}
