/** Dates, windows and working days in a programme's time zone, a fixed offset from UTC. */
import type { Edition, Instant, LocalDate, LocalTime, Term } from './edition';

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

type Zone = Pick<Edition, 'utcOffsetMinutes'>;
type WorkingCalendar = Zone & Pick<Edition, 'holidays' | 'makeUpDays' | 'officeHours'>;

export function minutes(count: number): number {
  return count * MINUTE;
}

export function localDate(at: Instant, zone: Zone): LocalDate {
  return new Date(at + minutes(zone.utcOffsetMinutes)).toISOString().slice(0, 10);
}

export function instantOf(date: LocalDate, time: LocalTime, zone: Zone): Instant {
  return Date.parse(`${date}T${time}:00Z`) - minutes(zone.utcOffsetMinutes);
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Whole days from `a` to `b`; negative when `b` is earlier. */
export function daysBetween(a: LocalDate, b: LocalDate): number {
  return Math.round((Date.parse(`${b}T00:00Z`) - Date.parse(`${a}T00:00Z`)) / DAY);
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
  const weekday = new Date(`${date}T00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The end of office hours on the last day of the term; the day on which it begins does not count. */
export function dueAfter(start: Instant, term: Term, calendar: WorkingCalendar): Instant {
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
  const date = localDate(at, edition);
  const begins = instantOf(date, from, edition);
  const ends = instantOf(date, to, edition);
  if (from < to) return at >= begins && at < ends ? ends : at;
  if (at < ends) return ends;
  return at >= begins ? instantOf(addDays(date, 1), to, edition) : at;
}
