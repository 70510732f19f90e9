/** The figures of a town, computed from the ledger and from what it moved; a person who was erased still counts. */
import type { Client, Queryable } from '../sql/pool';

/** Received pieces by item, from every receipt that an enterprise signed 签收. */
export async function receivedByItem(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ item: string; received: number }>(
    `SELECT line->>'item' AS item, sum((line->>'received')::bigint)::bigint AS received
     FROM ledger, jsonb_array_elements(entry->'details'->'lines') AS line
     WHERE type = 'order-received' GROUP BY 1`,
  );
  return new Map(rows.map(({ item, received }) => [item, received]));
}

export interface Counts {
  readonly closedLoopEmployees: number;
  readonly lodgedEmployees: number;
  readonly hotels: number;
  readonly trainedSamplers: number;
  readonly departments: number;
  /** Null without a case that has a liaison. */
  readonly liaisonsPerEnterprise: number | null;
}

/** Who was entered twice, having come back or gone to another enterprise, is one employee; who was erased has only the row. */
const EMPLOYEE = "COALESCE(encode(p.document_lookup, 'hex'), p.id)";

/** The most who were stationed at the same time: at the beginning of some posting. */
const AT_THE_SAME_TIME = `SELECT max(stationed) AS stationed FROM (
    SELECT r.case_number, count(DISTINCT other->>'liaison') AS stationed
    FROM reopenings r, jsonb_array_elements(r.state->'stationing'->'postings') AS one,
         jsonb_array_elements(r.state->'stationing'->'postings') AS other
    WHERE other->>'from' <= one->>'from' AND (other->>'until' IS NULL OR other->>'until' >= one->>'from')
    GROUP BY r.case_number, one->>'from') AS at_once
  GROUP BY case_number`;

export async function countPeople(db: Queryable): Promise<Counts> {
  const { rows } = await db.query<Counts>(
    `SELECT (SELECT count(DISTINCT ${EMPLOYEE}) FROM people p WHERE loop = 'on-site') AS "closedLoopEmployees",
            (SELECT count(DISTINCT ${EMPLOYEE}) FROM stays s JOIN people p ON p.id = s.person) AS "lodgedEmployees",
            (SELECT count(DISTINCT r.hotel) FROM stays s JOIN rooms r ON r.id = s.room) AS hotels,
            (SELECT count(DISTINCT entry->'details'->>'person') FROM ledger WHERE type = 'sampler-certified') AS "trainedSamplers",
            (SELECT count(DISTINCT entry->'details'->>'department') FROM ledger
             WHERE type IN ('approved', 'approved-with-conditions')) AS departments,
            (SELECT round(avg(stationed), 1)::float8 FROM (${AT_THE_SAME_TIME}) AS cases) AS "liaisonsPerEnterprise"`,
  );
  const [counts] = rows;
  if (!counts) throw new Error('PostgreSQL answered nothing');
  return counts;
}

export interface CompleteDay {
  readonly caseNumber: string;
  readonly date: string;
  /** Rounds that people owed, one for each of them. */
  readonly tests: number;
  readonly people: number;
}

/**
 * A day of a case is complete when it is not before the first operating day, lies behind the case, and every round that opened on it
 * is closed. Who owed none of its rounds does not count.
 */
export async function completeDays(db: Queryable, utcOffsetMinutes: number): Promise<CompleteDay[]> {
  const { rows } = await db.query<CompleteDay>(
    `WITH days AS (
       SELECT t.case_number, t.date FROM test_rounds t JOIN reopenings r USING (case_number)
       WHERE t.date >= (r.state->'operation'->>'startsOn')::date
         AND t.date < (r.clock AT TIME ZONE 'UTC' + make_interval(mins => $1::integer))::date
       GROUP BY t.case_number, t.date HAVING bool_and(t.closed_at IS NOT NULL))
     SELECT d.case_number AS "caseNumber", d.date, count(*) AS tests, count(DISTINCT rp.person) AS people
     FROM days d JOIN test_rounds t USING (case_number, date) JOIN round_people rp USING (case_number, round)
     WHERE rp.state = 'owes' GROUP BY d.case_number, d.date ORDER BY d.case_number COLLATE "C", d.date`,
    [utcOffsetMinutes],
  );
  return rows;
}

export async function casesByPhase(db: Queryable): Promise<Record<string, number>> {
  const { rows } = await db.query<{ phase: string; cases: number }>(
    'SELECT phase, count(*) AS cases FROM reopenings GROUP BY phase ORDER BY phase',
  );
  return Object.fromEntries(rows.map(({ phase, cases }) => [phase, cases]));
}

export interface Coverage {
  readonly date: string;
  readonly owed: number;
  readonly tested: number;
}

/** Closed rounds of the last days on which there were any, newest first: how many owed a test and how many have a result. */
export async function coverageByDay(db: Queryable, days: number): Promise<Coverage[]> {
  const { rows } = await db.query<Coverage>(
    `SELECT t.date, count(*) AS owed, count(*) FILTER (WHERE rp.result IS NOT NULL AND rp.result <> 'not-tested') AS tested
     FROM test_rounds t JOIN round_people rp USING (case_number, round)
     WHERE t.closed_at IS NOT NULL AND rp.state = 'owes'
       AND t.date > (SELECT max(date) FROM test_rounds WHERE closed_at IS NOT NULL) - $1::integer
     GROUP BY t.date ORDER BY t.date DESC`,
    [days],
  );
  return rows;
}

export interface DayOfCases {
  readonly date: string;
  readonly opened: number;
  readonly signed: number;
  readonly operating: number;
  readonly completed: number;
}

/** What became of cases on the last days up to the last on which anything did, oldest first; a day without anything has zeros. */
export async function trendByDay(db: Queryable, utcOffsetMinutes: number, days: number): Promise<DayOfCases[]> {
  const { rows } = await db.query<DayOfCases>(
    `WITH happened AS (
       SELECT (at AT TIME ZONE 'UTC' + make_interval(mins => $1::integer))::date AS date, type,
              entry->'details'->>'from' AS "from", entry->'details'->>'to' AS "to"
       FROM ledger WHERE type IN ('opened', 'phase-entered', 'completed')),
     span AS (SELECT greatest(min(date), max(date) - $2::integer + 1) AS first, max(date) AS last FROM happened)
     SELECT day::date AS date,
            count(*) FILTER (WHERE type = 'opened') AS opened,
            count(*) FILTER (WHERE "to" = 'stationing') AS signed,
            count(*) FILTER (WHERE "to" = 'operating' AND "from" = 'stationing') AS operating,
            count(*) FILTER (WHERE type = 'completed') AS completed
     FROM span CROSS JOIN generate_series(span.first::timestamp, span.last::timestamp, interval '1 day') AS day
     LEFT JOIN happened ON happened.date = day::date
     GROUP BY day ORDER BY day`,
    [utcOffsetMinutes, days],
  );
  return rows;
}

export interface ExportedEntry {
  readonly stream: string;
  readonly sequence: number;
  readonly type: string;
  /** By the clock of whose act it was; a case has its own. */
  readonly at: Date;
  readonly recordedAt: Date;
  readonly account: string;
  readonly role: string;
  readonly details: unknown;
  readonly hash: string;
}

/** All streams, or one, in the order of streams and numbers, so many at a time: one look over the ledger. */
export async function* exportEntries(
  client: Client,
  { stream, atOnce }: { stream: string | null; atOnce: number },
): AsyncGenerator<ExportedEntry> {
  await client.query(
    `DECLARE exported NO SCROLL CURSOR FOR
     SELECT stream, sequence, type, at, recorded_at AS "recordedAt", account, role, entry->'details' AS details, hash
     FROM ledger WHERE $1::text IS NULL OR stream = $1 ORDER BY stream, sequence`,
    [stream],
  );
  for (;;) {
    const { rows } = await client.query<ExportedEntry>(`FETCH ${atOnce} FROM exported`);
    yield* rows;
    if (rows.length < atOnce) return;
  }
}

export async function countEntries(db: Queryable, stream: string | null): Promise<number> {
  const { rows } = await db.query<{ entries: number }>(
    'SELECT count(*) AS entries FROM ledger WHERE $1::text IS NULL OR stream = $1',
    [stream],
  );
  return rows[0]?.entries ?? 0;
}

/** The enterprise's name by case number; no personal datum. */
export async function enterpriseNames(db: Queryable): Promise<Map<string, string>> {
  const { rows } = await db.query<{ number: string; name: string }>(
    'SELECT c.case_number AS number, e.name FROM cases c JOIN enterprises e ON e.id = c.enterprise',
  );
  return new Map(rows.map(({ number, name }) => [number, name]));
}
