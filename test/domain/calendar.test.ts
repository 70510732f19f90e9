/** Dates, working days and quiet hours of a programme's time zone. */
import fc from 'fast-check';
import {
  addDays,
  dateOf,
  dayOf,
  daysBetween,
  DAY,
  dueAfter,
  instantOf,
  isDate,
  isWorkingDay,
  localDate,
  outOfQuiet,
} from '../../domain/calendar/calendar';
import { at, EDITION } from '../support/town';

/** 1900 to 2100 as days from 1970. */
const days = fc.integer({ min: -25_567, max: 47_846 });

test('dates and day numbers are those of the ISO calendar, leap years included', () => {
  fc.assert(
    fc.property(days, (day) => {
      const iso = new Date(day * DAY).toISOString().slice(0, 10);
      expect([dateOf(day), dayOf(iso)]).toEqual([iso, day]);
    }),
  );
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  expect(daysBetween('2022-12-31', '2022-01-01')).toBe(-364);
});

test('the local date is the date on the wall of the town', () => {
  expect(localDate(Date.parse('2022-04-20T15:59:59Z'), EDITION)).toBe('2022-04-20');
  expect(localDate(Date.parse('2022-04-20T16:00:00Z'), EDITION)).toBe('2022-04-21');
  expect(instantOf('2022-04-21', '08:30', EDITION)).toBe(Date.parse('2022-04-21T00:30:00Z'));
  const west = { utcOffsetMinutes: -210 }; // Newfoundland, half hours and all
  expect(localDate(Date.parse('2022-04-20T03:29:00Z'), west)).toBe('2022-04-19');
});

test.each([
  ['2022-02-29', false],
  ['2024-02-29', true],
  ['2022-13-01', false],
  ['2022-04-31', false],
  ['22-04-01', false],
])('%s is a date: %s', (text, is) => expect(isDate(text)).toBe(is));

test.each([
  ['an ordinary Wednesday is worked', '2022-04-20', true],
  ['Saturday and Sunday are not', '2022-04-16', false],
  ['a holiday in the week is not', '2022-05-02', false],
  ['a Sunday that is made up is', '2022-04-24', true],
  ['a Saturday that is made up is', '2022-05-07', true],
])('%s', (_, date, worked) => expect(isWorkingDay(date, EDITION)).toBe(worked));

test('natural days run through weekends and end with office hours', () => {
  expect(dueAfter(at('2022-04-15', '10:00'), { days: 2 }, EDITION)).toBe(at('2022-04-17', '17:30'));
});

test('working days leave out weekends; the day on which the term begins does not count', () => {
  expect(dueAfter(at('2022-04-14', '08:00'), { workingDays: 2 }, EDITION)).toBe(at('2022-04-18', '17:30'));
});

test('working days leave out holidays and count make-up days', () => {
  // Friday 29 April: 30 April to 4 May are free, the 5th and 6th are worked, and so is Saturday the 7th.
  expect(dueAfter(at('2022-04-29', '16:00'), { workingDays: 3 }, EDITION)).toBe(at('2022-05-07', '17:30'));
  // Friday 22 April: Sunday the 24th is made up, so it is the first working day.
  expect(dueAfter(at('2022-04-22', '16:00'), { workingDays: 1 }, EDITION)).toBe(at('2022-04-24', '17:30'));
});

test('quiet hours across midnight put everything off to the morning', () => {
  expect(outOfQuiet(at('2022-04-20', '21:59'), EDITION)).toBe(at('2022-04-20', '21:59'));
  expect(outOfQuiet(at('2022-04-20', '22:00'), EDITION)).toBe(at('2022-04-21', '07:00'));
  expect(outOfQuiet(at('2022-04-21', '03:00'), EDITION)).toBe(at('2022-04-21', '07:00'));
  expect(outOfQuiet(at('2022-04-21', '07:00'), EDITION)).toBe(at('2022-04-21', '07:00'));
});

test('quiet hours within a day, and none at all', () => {
  const quiet = (from: string, to: string) => ({
    ...EDITION,
    reminders: { ...EDITION.reminders, quiet: { from, to } },
  });
  expect(outOfQuiet(at('2022-04-20', '12:30'), quiet('12:00', '14:00'))).toBe(at('2022-04-20', '14:00'));
  expect(outOfQuiet(at('2022-04-20', '14:00'), quiet('12:00', '14:00'))).toBe(at('2022-04-20', '14:00'));
  expect(outOfQuiet(at('2022-04-20', '00:00'), quiet('00:00', '00:00'))).toBe(at('2022-04-20', '00:00'));
});
