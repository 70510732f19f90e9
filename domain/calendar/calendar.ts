/** Dates, windows and working days in a programme's time zone, a fixed offset from UTC. */
import type { Edition, Instant, LocalDate, LocalTime, Term } from '../programme/edition';

const MINUTE = 60_000;
const { floor } = Math;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

type Zone = Pick<Edition, 'utcOffsetMinutes'>;
type WorkingCalendar = Zone & Pick<Edition, 'holidays' | 'makeUpDays' | 'officeHours'>;

export function minutes(count: number): number {
  return count * MINUTE;
}

/** The number of the day on which `at` falls in the zone; day 0 is 1970-01-01. */
export function localDay(at: Instant, zone: Zone): number {
  return floor((at + minutes(zone.utcOffsetMinutes)) / DAY);
}

export function localDate(at: Instant, zone: Zone): LocalDate {
  return dateOf(localDay(at, zone));
}

/** The minute of the day in which `at` falls. */
export function localTime(at: Instant, zone: Zone): LocalTime {
  const minute = floor((at + minutes(zone.utcOffsetMinutes)) / MINUTE) - localDay(at, zone) * (DAY / MINUTE);
  return `${two(floor(minute / 60))}:${two(minute % 60)}`;
}

/** The number of a day that exists. `Date` would do it, ten times slower, and every duty of every case asks for it. */
export function dayOf(date: LocalDate): number {
  const month = digits(date, 5, 7);
  // Years are counted from March, so that the leap day is the last one of its year.
  const year = digits(date, 0, 4) - (month <= 2 ? 1 : 0);
  const leapDays = floor(year / 4) - floor(year / 100) + floor(year / 400);
  const dayOfYear = floor((153 * ((month + 9) % 12) + 2) / 5) + digits(date, 8, 10);
  return year * 365 + leapDays + dayOfYear - DAYS_BEFORE_1970;
}

/** Days from 0000-02-29, the day before the first March of that count, to 1970-01-01. */
const DAYS_BEFORE_1970 = 719_469;
/** Days of four centuries, after which the calendar repeats. */
const ERA_DAYS = 146_097;

export function dateOf(day: number): LocalDate {
  const shifted = day + DAYS_BEFORE_1970 - 1;
  const era = floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = floor(
    (dayOfEra - floor(dayOfEra / 1460) + floor(dayOfEra / 36_524) - floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + floor(yearOfEra / 4) - floor(yearOfEra / 100));
  const fromMarch = floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const ofMonth = dayOfYear - floor((153 * fromMarch + 2) / 5) + 1;
  return `${year < 1000 ? String(year).padStart(4, '0') : year}-${two(month)}-${two(ofMonth)}`;
}

function two(count: number): string {
  return count < 10 ? `0${count}` : `${count}`;
}

/** The number that stands in `text` from one place up to another. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let place = from; place < to; place += 1) number = number * 10 + text.charCodeAt(place) - 48;
  return number;
}

export function instantOf(date: LocalDate, time: LocalTime, zone: Zone): Instant {
  return onDay(dayOf(date), time, zone);
}

export function onDay(day: number, time: LocalTime, zone: Zone): Instant {
  return day * DAY + digits(time, 0, 2) * HOUR + minutes(digits(time, 3, 5) - zone.utcOffsetMinutes);
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOf(dayOf(date) + days);
}

/** Whole days from `a` to `b`; negative when `b` is earlier. */
export function daysBetween(a: LocalDate, b: LocalDate): number {
  return dayOf(b) - dayOf(a);
}

/** The instant as bodies and refusals write it, in UTC. */
export function utcText(at: Instant): string {
  return new Date(at).toISOString();
}

/** True for `YYYY-MM-DD` of a day that exists. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

export function isWorkingDay(date: LocalDate, calendar: WorkingCalendar): boolean {
  if (calendar.makeUpDays.includes(date)) return true;
  if (calendar.holidays.includes(date)) return false;
  // 1970-01-01 was a Thursday: counted from it, the third and fourth day of a week are Saturday and Sunday.
  const weekday = dayOf(date) % 7;
  return weekday !== 2 && weekday !== 3;
}

/** The end of office hours on the last day of the term; the day on which it begins does not count. Hours are counted from the start. */
export function dueAfter(start: Instant, term: Term, calendar: WorkingCalendar): Instant {
  if ('hours' in term) return start + term.hours * HOUR;
  let date = localDate(start, calendar);
  if ('days' in term) date = addDays(date, term.days);
  else {
    for (let left = term.workingDays; left > 0;) {
      date = addDays(date, 1);
      if (isWorkingDay(date, calendar)) left -= 1;
    }
  }
  return instantOf(date, calendar.officeHours.to, calendar);
}

export function endOfOffice(date: LocalDate, calendar: WorkingCalendar): Instant {
  return instantOf(date, calendar.officeHours.to, calendar);
}

/** `at` itself, or the end of the quiet hours in which it falls; a span may cross midnight, and an empty one is none. */
export function outOfQuiet(at: Instant, edition: Pick<Edition, 'utcOffsetMinutes' | 'reminders'>): Instant {
  const { from, to } = edition.reminders.quiet;
  if (from === to) return at;
  const day = localDay(at, edition);
  const begins = onDay(day, from, edition);
  const ends = onDay(day, to, edition);
  if (from < to) return at >= begins && at < ends ? ends : at;
  if (at < ends) return ends;
  return at >= begins ? ends + DAY : at;
}
