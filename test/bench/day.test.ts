/** What a day of a case cost, counted in a kept history, and what is said of days and orders that cost too much. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { instantOf } from '../../domain/calendar/calendar';
import { actsIn, costOf, eventsWithin, movesIn } from '../../scripts/bench/day/history';
import type { DayFigures, MeasuredDay } from '../../scripts/bench/day/measured-days';
import { dayReportOf, dayShortfalls } from '../../scripts/bench/day/report';

const ZONE = { utcOffsetMinutes: 480 };
/** A run of 125 events that begins on the evening of 28 November and ends on the next morning, over one move of the clock. */
const KEPT = join(__dirname, '../replay/histories/of-5860e77/completed-2.json');
const { events } = temporal.api.history.v1.History.fromObject(
  JSON.parse(readFileSync(KEPT, 'utf8')) as Record<string, unknown>,
);
const midnight = instantOf('2026-11-29', '00:00', ZONE);
const morning = eventsWithin(events, midnight, instantOf('2026-11-30', '00:00', ZONE));
const evening = eventsWithin(events, instantOf('2026-11-28', '00:00', ZONE), midnight);

test('a day has the events from its midnight to the next, by the case’s own clock', () => {
  // As numbered by the server: 83 is the first timer after the night, 125 the end of the run.
  expect(morning.map(({ eventId }) => Number(eventId))).toEqual(Array.from({ length: 43 }, (_, n) => 83 + n));
  expect(evening.map(({ eventId }) => Number(eventId))).toEqual(Array.from({ length: 82 }, (_, n) => 1 + n));
});

test('its events, workflow tasks, activities and acts are counted, and apart what the moved clock has left', () => {
  expect(costOf(morning)).toMatchObject({ events: 43, workflowTasks: 7, activities: 4 });
  expect(actsIn(morning)).toBe(1);
  expect(movesIn(morning).events).toBe(2);
  expect(movesIn(evening).events).toBe(2);
});

test('bytes are those of the events as Temporal writes them', () => {
  const alone = events.map((event) => costOf([event]).bytes);
  expect(costOf(events).bytes).toBe(alone.reduce((sum, bytes) => sum + bytes, 0));
  expect(costOf(morning).bytes + costOf(evening).bytes).toBe(costOf(events).bytes);
  // What people and activities said stands in it, and it is more than a tenth of the JSON that was kept.
  expect(costOf(events).bytes).toBeGreaterThan(readFileSync(KEPT).length / 10);
  expect(costOf([])).toEqual({ events: 0, bytes: 0, workflowTasks: 0, activities: 0 });
});

function day(people: number, number: number, cost: Partial<MeasuredDay> = {}): MeasuredDay {
  const usual = { events: 150, bytes: 50_000, workflowTasks: 30, activities: 12 };
  return { people, day: number, ...usual, acts: 4, clockMoves: { events: 17, bytes: 1200 }, ...cost };
}

const order = { events: 60, bytes: 30_000, workflowTasks: 12, activities: 5, ofCase: 40, ofOrder: 20 };
const holds: DayFigures = { days: [day(57, 3), day(1000, 3), day(57, 30)], order };

test('what holds is not spoken of; the table has every day and the order', () => {
  expect(dayShortfalls(holds)).toEqual([]);
  const report = dayReportOf(holds);
  for (const [people, number] of [
    [57, 3],
    [1000, 3],
    [57, 30],
  ] as const)
    expect(report).toMatch(new RegExp(`^ +${people} +${number} +150 +50000 +30 +12 +4 +17$`, 'm'));
  expect(report).toContain('60 events (40 of the case, 20 of its own workflow)');
});

test('what costs more than it may is said', () => {
  const days = [
    day(57, 3, { events: 140 }),
    day(1000, 3, { events: 141 }),
    day(57, 30, { events: 155, bytes: 56_000 }),
  ];
  expect(dayShortfalls({ days, order: { ...order, events: 61 } })).toEqual([
    'Day 30 of 57 people has 155 events, more than 150.',
    'Day 30 of 57 people has 56000 bytes, more than 50000.',
    'Day 3 has 140 events with 57 people, 141 with 1000.',
    'Day 30 has 1.11 times the events of day 3, more than 1.1.',
    'Day 30 has 1.12 times the bytes of day 3, more than 1.1.',
    'An order has 61 events, more than 60.',
  ]);
});
