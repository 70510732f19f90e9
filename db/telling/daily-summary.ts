/** The figures of one day of a town, read for the daily summary 每日简报 from the ledger, the projections and the rounds. */
import type { SummaryStore, Town } from '../../activities/ports';
import type {
  DailySummary,
  EnterpriseLine,
  OverdueLine,
  ShortItem,
  UsedUpItem,
} from '../../contracts/telling/daily-summary';
import { DAY, instantOf, localDate, minutes } from '../../domain/calendar/calendar';
import type { Instant, LocalDate } from '../../domain/programme/edition';
import { PHASES, type Phase } from '../../domain/case/state';
import { lastSeal } from '../ledger/seals';
import { ofOneMoment, transaction, type Client, type Pool, type Queryable } from '../sql/pool';

export function createSummaryStore(pool: Pool): SummaryStore {
  return {
    sumUp: (town) =>
      ofOneMoment(pool, async (client) => {
        const date = await townDay(client, town.utcOffsetMinutes, town.now);
        return dailySummary(client, { ...town, date });
      }),
    keep: (id, summary, { at, groups }) =>
      transaction(pool, (client) => keepSummary(client, id, summary, { at: new Date(at), groups })),
  };
}

/** Nothing but `asOf` comes of `now`. */
export interface SummaryOptions extends Town {
  readonly date: LocalDate;
}

/**
 * @param db a transaction's client (`ofOneMoment`) when all of it has to be of one moment: several statements are sent in turn
 * @param options `date` is `YYYY-MM-DD`; a case's day is that of its own clock
 * @throws what pg throws; a town without any case is no error
 */
export async function dailySummary(db: Queryable, options: SummaryOptions): Promise<DailySummary> {
  const { date, utcOffsetMinutes, now } = options;
  const day = dayOf(options);
  const enterprises = await enterpriseLines(db, date, day);
  const sum = (count: 'owed' | 'tested' | 'notTested' | 'untested' | 'positives') =>
    enterprises.reduce((all, line) => all + line[count], 0);
  const tests = { owed: sum('owed'), tested: sum('tested'), notTested: sum('notTested'), untested: sum('untested') };
  const phases = await casesInPhases(db);
  const seal = await lastSeal(db);
  return {
    date,
    asOf: localTime(now, utcOffsetMinutes),
    ...(await eventsOf(db, day)),
    phases,
    operating: phases.operating,
    suspended: phases.suspended,
    tests,
    // Whole thousandths, rounded down, of which a division by ten makes one decimal.
    testedPercent: tests.owed === 0 ? null : Math.floor((1000 * tests.tested) / tests.owed) / 10,
    positives: sum('positives'),
    overdue: await overdueByOwner(db, utcOffsetMinutes),
    stock: { enterprises: await shortItems(db, options), town: await usedUpItems(db) },
    enterprises,
    seal: seal ? { number: seal.number, day: seal.day, hash: seal.hash, key: seal.key } : null,
  };
}

/**
 * The town's day: that of `now` (milliseconds), or of the open case that is furthest ahead, as cases in trial mode are. Closed
 * cases do not count: their clocks tell only when they ended.
 */
export async function townDay(db: Queryable, utcOffsetMinutes: number, now: Instant): Promise<LocalDate> {
  const { rows } = await db.query<{ ahead: Date | null }>(
    'SELECT max(clock) AS ahead FROM reopenings WHERE NOT closed',
  );
  return localDate(Math.max(now, rows[0]?.ahead?.getTime() ?? now), { utcOffsetMinutes });
}

interface Day {
  readonly begins: Date;
  /** The first instant that is not of the day any more. */
  readonly ends: Date;
}

function dayOf({ date, utcOffsetMinutes }: SummaryOptions): Day {
  const begins = instantOf(date, '00:00', { utcOffsetMinutes });
  return { begins: new Date(begins), ends: new Date(begins + DAY) };
}

function localTime(at: Instant, utcOffsetMinutes: number): string {
  return new Date(at + minutes(utcOffsetMinutes)).toISOString().slice(0, 16).replace('T', ' ');
}

/**
 * A round counts from when it is due: that the case knows (`state`); PostgreSQL itself knows only when it is closed. Incidents are
 * those of the ledger, for their row in `incidents` has PostgreSQL's time and not the case's. A case that ended stays in its last
 * phase, and `phaseSince` is when it ended.
 */
const LINES = `
WITH counted AS (
  SELECT t.case_number, t.round FROM test_rounds t JOIN reopenings r USING (case_number)
  WHERE t.date = $1::date AND (t.closed_at IS NOT NULL OR EXISTS (
    SELECT FROM jsonb_array_elements(r.state->'operation'->'rounds') AS known
    WHERE known->>'id' = t.round AND known->>'stage' IN ('due', 'closed')))),
tests AS (
  SELECT case_number, count(*) AS owed, count(*) FILTER (WHERE result <> 'not-tested') AS tested,
         count(*) FILTER (WHERE result = 'not-tested') AS not_tested, count(*) FILTER (WHERE result IS NULL) AS untested
  FROM counted JOIN round_people USING (case_number, round) WHERE state = 'owes' GROUP BY case_number),
opened AS (
  SELECT stream AS case_number, count(*) AS positives FROM ledger
  WHERE type = 'incident-opened' AND at >= $2 AND at < $3 GROUP BY stream),
late AS (SELECT case_number, count(*) AS overdue FROM duties WHERE overdue GROUP BY case_number)
SELECT case_number AS "caseNumber", enterprise_name AS name, village, phase, waiting_on AS "waitingOn",
       COALESCE(late.overdue, 0) AS overdue, COALESCE(owed, 0) AS owed, COALESCE(tested, 0) AS tested,
       COALESCE(not_tested, 0) AS "notTested", COALESCE(untested, 0) AS untested, COALESCE(positives, 0) AS positives
FROM reopenings r LEFT JOIN tests USING (case_number) LEFT JOIN opened USING (case_number) LEFT JOIN late USING (case_number)
WHERE NOT r.closed OR owed > 0 OR positives > 0
   OR ((r.state->>'phaseSince')::float8 >= $4 AND (r.state->>'phaseSince')::float8 < $5)
ORDER BY case_number COLLATE "C"`;

async function enterpriseLines(db: Queryable, date: LocalDate, { begins, ends }: Day): Promise<EnterpriseLine[]> {
  const { rows } = await db.query<EnterpriseLine>(LINES, [date, begins, ends, begins.getTime(), ends.getTime()]);
  return rows;
}

/** Of what a department did about one round of signatures, the last act of the day counts: an approval may be taken back. */
const EVENTS = `
WITH day AS (
  SELECT l.stream, l.sequence, l.type, l.entry->'details' AS details FROM ledger l JOIN cases c ON c.case_number = l.stream
  WHERE l.at >= $1 AND l.at < $2
    AND l.type IN ('opened', 'completed', 'approved', 'approved-with-conditions', 'returned', 'taken-back')),
verdicts AS (
  SELECT DISTINCT ON (stream, details->>'round', details->>'department') type FROM day
  WHERE type NOT IN ('opened', 'completed')
  ORDER BY stream, details->>'round', details->>'department', sequence DESC)
SELECT (SELECT count(*) FROM day WHERE type = 'opened') AS started,
       (SELECT count(*) FROM day WHERE type = 'completed') AS completed,
       (SELECT count(*) FROM verdicts WHERE type IN ('approved', 'approved-with-conditions')) AS signed`;

type Events = Pick<DailySummary, 'started' | 'completed' | 'signed'>;

async function eventsOf(db: Queryable, { begins, ends }: Day): Promise<Events> {
  const { rows } = await db.query<Events>(EVENTS, [begins, ends]);
  const [events] = rows;
  if (!events) throw new Error('PostgreSQL answered nothing');
  return events;
}

/** Every phase, also those in which no case is. */
async function casesInPhases(db: Queryable): Promise<DailySummary['phases']> {
  const { rows } = await db.query<{ phase: Phase; cases: number }>(
    'SELECT phase, count(*) AS cases FROM reopenings GROUP BY phase',
  );
  const found = new Map(rows.map(({ phase, cases }) => [phase, cases]));
  return Object.fromEntries(PHASES.map((phase) => [phase, found.get(phase) ?? 0])) as Record<Phase, number>;
}

async function overdueByOwner(db: Queryable, utcOffsetMinutes: number): Promise<OverdueLine[]> {
  const { rows } = await db.query<{ owner: string; count: number; oldest: Date | null }>(
    `SELECT owner, count(*) AS count, min(due) AS oldest FROM duties WHERE overdue
     GROUP BY owner ORDER BY count(*) DESC, owner COLLATE "C"`,
  );
  return rows.map(({ owner, count, oldest }) => ({
    ...{ owner, count },
    oldestDue: oldest && localTime(oldest.getTime(), utcOffsetMinutes),
  }));
}

const COVERS = `
SELECT r.case_number AS "caseNumber", r.enterprise_name AS enterprise, r.state->'edition'->>'id' AS edition,
       (x.body::jsonb->'supplies'->>'thresholdDays')::float8 AS "thresholdDays", cover->>'item' AS item, (cover->>'days')::float8 AS days, (cover->>'quantity')::float8 AS quantity, last.at AS "checkedAt"
FROM reopenings r JOIN cases c USING (case_number) LEFT JOIN rules x ON x.hash = c.rules
CROSS JOIN LATERAL (SELECT at, entry FROM ledger WHERE stream = r.case_number AND type = 'supplies-checked'
                    ORDER BY sequence DESC LIMIT 1) AS last
CROSS JOIN LATERAL jsonb_array_elements(last.entry->'details'->'covers') AS cover
WHERE r.phase IN ('operating', 'suspended')
ORDER BY days, r.case_number COLLATE "C", (cover->>'item') COLLATE "C"`;

export interface Cover {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly edition: string;
  /** Of the case's own rules; null as long as they are not known here. */
  readonly thresholdDays: number | null;
  readonly item: string;
  readonly days: number;
  readonly quantity: number;
  readonly checkedAt: Date;
}

/** The last look at each running enterprise's days of cover, the shortest first; a case that is over needs nothing more. */
export async function covers(db: Queryable): Promise<Cover[]> {
  const { rows } = await db.query<Cover>(COVERS);
  return rows;
}

async function shortItems(
  db: Queryable,
  { utcOffsetMinutes, thresholdDays: thresholdOf }: SummaryOptions,
): Promise<ShortItem[]> {
  return (await covers(db)).flatMap(({ edition, thresholdDays: own, checkedAt, quantity: _quantity, ...cover }) => {
    const thresholdDays = own ?? thresholdOf(edition);
    if (thresholdDays === null || cover.days >= thresholdDays) return [];
    return [{ ...cover, thresholdDays, checkedOn: localDate(checkedAt.getTime(), { utcOffsetMinutes }) }];
  });
}

/** `promised` is never more than what is there. */
async function usedUpItems(db: Queryable): Promise<UsedUpItem[]> {
  const { rows } = await db.query<UsedUpItem>(
    'SELECT item, on_hand AS "onHand", promised FROM stock_items WHERE on_hand = promised ORDER BY item COLLATE "C"',
  );
  return rows;
}

/**
 * Keeps a summary and makes its deliveries: to every official in the console and by mail, to the groups that get counts. A repeat
 * under the same id does nothing.
 */
async function keepSummary(
  client: Client,
  id: string,
  summary: DailySummary,
  { at, groups }: { at: Date; groups: readonly { readonly id: string; readonly channel: string }[] },
): Promise<void> {
  const { rowCount } = await client.query(
    'INSERT INTO daily_summaries (id, day, summary) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [id, summary.date, JSON.stringify(summary)],
  );
  if (rowCount === 0) return;
  await client.query(
    `INSERT INTO deliveries (key, summary, channel, destination, at, send_at)
     SELECT $1 || '/' || channel || '/' || destination, $1, channel, destination, $2, $2
     FROM (SELECT c.channel, a.id AS destination
           FROM accounts a LEFT JOIN notice_preferences p ON p.account = a.id
             CROSS JOIN (VALUES ('console'), ('email')) AS c (channel)
           WHERE a.role = 'official' AND a.disabled_at IS NULL
             AND (c.channel = 'console' OR (a.email IS NOT NULL AND (p.channels IS NULL OR 'email' = ANY (p.channels))))
           UNION ALL SELECT * FROM unnest($3::text[], $4::text[])) AS told`,
    [id, at, groups.map(({ channel }) => channel), groups.map((one) => one.id)],
  );
}
