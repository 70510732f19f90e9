/** What a day of a case cost, counted in a kept history, and what is said of days and orders that cost too much. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { addDays, instantOf, localDate } from '../../domain/calendar/calendar';
import { actsIn, costOf, eventsWithin, movesIn } from '../../scripts/bench/day/history';
import type { DayFigures, MeasuredDay } from '../../scripts/bench/day/measured-days';
import { dayReportOf, dayShortfalls } from '../../scripts/bench/day/report';

const ZONE = { utcOffsetMinutes: 480 };
const FOLDER = join(__dirname, '../replay/histories');

/** As it is kept. */
interface Kept {
  readonly eventId: string;
  readonly eventTime: { readonly seconds: string };
  readonly eventType: string;
}
const eventsIn = (file: string) => (JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { events: Kept[] }).events;
const dayOf = ({ eventTime }: Kept) => localDate(Number(eventTime.seconds) * 1000, ZONE);

/** A run that begins on one day and ends on the next. */
const FILE = readdirSync(FOLDER)
  .filter((file) => file.startsWith('completed-'))
  .find((file) => new Set(eventsIn(file).map(dayOf)).size === 2);
if (FILE === undefined) throw new Error('no kept history goes over a night');
const KEPT = eventsIn(FILE);
const { events } = temporal.api.history.v1.History.fromObject({ events: KEPT });
const [FIRST, LAST] = [dayOf(KEPT[0] as Kept), dayOf(KEPT.at(-1) as Kept)];
const midnight = instantOf(LAST, '00:00', ZONE);
const morning = eventsWithin(events, midnight, instantOf(addDays(LAST, 1), '00:00', ZONE));
const evening = eventsWithin(events, instantOf(FIRST, '00:00', ZONE), midnight);
const idsOf = (some: readonly { readonly eventId?: unknown }[]) => some.map(({ eventId }) => Number(eventId));

test('a day has the events from its midnight to the next, by the case’s own clock', () => {
  expect(idsOf(evening)).toEqual(idsOf(KEPT.filter((one) => dayOf(one) === FIRST)));
  expect(idsOf(morning)).toEqual(idsOf(KEPT.filter((one) => dayOf(one) === LAST)));
  // As numbered by the server, from its first event to its last.
  expect([...idsOf(evening), ...idsOf(morning)]).toEqual(KEPT.map((_, n) => n + 1));
});

test('its events, workflow tasks, activities and acts are counted, and apart what the moved clock has left', () => {
  for (const [day, found] of [
    [FIRST, evening],
    [LAST, morning],
  ] as const) {
    const names = KEPT.filter((one) => dayOf(one) === day).map(({ eventType }) => eventType);
    const count = (name: string) => names.filter((one) => one === `EVENT_TYPE_${name}`).length;
    expect(costOf(found)).toMatchObject({
      events: names.length,
      workflowTasks: count('WORKFLOW_TASK_SCHEDULED'),
      activities: count('ACTIVITY_TASK_SCHEDULED'),
    });
    expect(actsIn(found)).toBe(count('WORKFLOW_EXECUTION_UPDATE_ACCEPTED'));
    const moves = count('WORKFLOW_EXECUTION_OPTIONS_UPDATED') + count('WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED');
    expect(movesIn(found).events).toBe(moves);
  }
  // Where a run ends depends on the hour at which its history was captured: its clock was moved on one of its days at least.
  expect(movesIn([...evening, ...morning]).events).toBeGreaterThan(0);
});

test('bytes are those of the events as Temporal writes them', () => {
  const alone = events.map((event) => costOf([event]).bytes);
  expect(costOf(events).bytes).toBe(alone.reduce((sum, bytes) => sum + bytes, 0));
  expect(costOf(morning).bytes + costOf(evening).bytes).toBe(costOf(events).bytes);
  // What people and activities said stands in it, and it is more than a tenth of the JSON that was kept.
  expect(costOf(events).bytes).toBeGreaterThan(JSON.stringify(KEPT).length / 10);
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
