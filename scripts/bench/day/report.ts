/** Answers for what `--day` says: its table, and where a day or an order costs more than it may. */
import type { DayFigures, MeasuredDay } from './measured-days';

/** Of a day with two rounds, a report, four acts and no order. */
const MOST_EVENTS = 150;
const MOST_BYTES = 50_000;
/** How many times the early day's a late day's events may be: a case must not grow dearer as it goes on. */
const MOST_GROWTH = 1.1;
/** Of an order from request to receipt. */
const MOST_ORDER_EVENTS = 60;

const COLUMNS = ['people', 'day', 'events', 'bytes', 'workflowTasks', 'activities', 'acts'] as const;
const TITLES: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  people: 'people',
  day: 'day',
  events: 'events',
  bytes: 'bytes',
  workflowTasks: 'tasks',
  activities: 'activities',
  acts: 'acts',
};

const EXPLANATION = `
Measured: an operating day of a case, from midnight to midnight by its own clock, as Temporal's history has it. Acts of the day:
the sheets of both test rounds, the liaison's report, an inspection by the self-management team; no order. Of the events some
stand there only because the clock was moved (two for each move); a day in real time has none of them.`;

export function dayReportOf(figures: DayFigures): string {
  const { days, order } = figures;
  return [
    EXPLANATION,
    '',
    `${COLUMNS.map((column) => cell(TITLES[column])).join('')}${cell('of moves')}`,
    ...days.map((one) => `${COLUMNS.map((column) => cell(one[column])).join('')}${cell(one.clockMoves.events)}`),
    '',
    `An order from request to receipt: ${order.events} events (${order.ofCase} of the case, ${order.ofOrder} of its own workflow).`,
    ...dayShortfalls(figures),
  ].join('\n');
}

/** A line for each figure that falls short; none when all hold. */
export function dayShortfalls({ days, order }: DayFigures): string[] {
  return [
    ...days.flatMap(sizeLines),
    ...unequalLines(days),
    ...growthLines(days),
    ...(order.events > MOST_ORDER_EVENTS
      ? [`An order has ${order.events} events, more than ${MOST_ORDER_EVENTS}.`]
      : []),
  ];
}

function sizeLines({ people, day, events, bytes }: MeasuredDay): string[] {
  const which = `Day ${day} of ${people} people`;
  return [
    ...(events > MOST_EVENTS ? [`${which} has ${events} events, more than ${MOST_EVENTS}.`] : []),
    ...(bytes > MOST_BYTES ? [`${which} has ${bytes} bytes, more than ${MOST_BYTES}.`] : []),
  ];
}

/** The same day with more people costs as much: a case holds counts, no people. */
function unequalLines(days: readonly MeasuredDay[]): string[] {
  return days.flatMap((one) => {
    const other = days.find(
      ({ day, people, events }) => day === one.day && people > one.people && events !== one.events,
    );
    return other
      ? [`Day ${one.day} has ${one.events} events with ${one.people} people, ${other.events} with ${other.people}.`]
      : [];
  });
}

function growthLines(days: readonly MeasuredDay[]): string[] {
  return days.flatMap((one) => {
    const late = days.find(({ people, day }) => people === one.people && day > one.day);
    if (!late) return [];
    const growth = (of: 'events' | 'bytes') => late[of] / one[of];
    return (['events', 'bytes'] as const)
      .filter((of) => growth(of) > MOST_GROWTH)
      .map(
        (of) =>
          `Day ${late.day} has ${growth(of).toFixed(2)} times the ${of} of day ${one.day}, more than ${MOST_GROWTH}.`,
      );
  });
}

/** Wide enough for the longest title. */
function cell(value: string | number): string {
  return String(value).padStart(11);
}
