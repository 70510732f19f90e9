/** What the console's pages ask of projections and ledger: where cases queue, how long departments take, who did what. */
import type { Phase } from '../../domain/case/state';
import type { Queryable } from '../sql/pool';

export interface Queue {
  readonly phase: Phase;
  readonly owner: string;
  readonly cases: number;
  readonly overdue: number;
}

/** Open cases by phase and by who owes something in them that has opened; a case stands in as many cells as owners. */
export async function queues(db: Queryable): Promise<Queue[]> {
  const { rows } = await db.query<Queue>(
    `SELECT r.phase, d.owner, count(DISTINCT r.case_number) AS cases, count(DISTINCT r.case_number) FILTER (WHERE d.overdue) AS overdue
     FROM reopenings r JOIN duties d USING (case_number)
     WHERE NOT r.closed AND d.opens <= r.clock AND d.due IS NOT NULL
     GROUP BY r.phase, d.owner ORDER BY d.owner COLLATE "C", r.phase`,
  );
  return rows;
}

export interface Turnaround {
  readonly department: string;
  readonly acts: number;
  readonly medianHours: number | null;
}

/** Half a year tells how a department works now. */
const TURNAROUND_DAYS = 183;

/** Median hours from the submission of a round to the department's verdict in it; departments without one have null. */
export async function turnarounds(db: Queryable, departments: readonly string[]): Promise<Turnaround[]> {
  const { rows } = await db.query<Turnaround>(
    `WITH verdicts AS (
       SELECT v.entry->'details'->>'department' AS department, extract(epoch FROM v.at - s.at) / 3600 AS hours
       FROM ledger v JOIN ledger s ON s.stream = v.stream AND s.type = 'plan-submitted'
         AND s.entry->'details'->'round' = v.entry->'details'->'round'
       WHERE v.type IN ('approved', 'approved-with-conditions', 'returned')
         AND v.recorded_at > now() - make_interval(days => ${TURNAROUND_DAYS}))
     SELECT one.department, count(v.hours) AS acts,
            round(percentile_cont(0.5) WITHIN GROUP (ORDER BY v.hours)::numeric, 1)::float8 AS "medianHours"
     FROM unnest($1::text[]) WITH ORDINALITY AS one (department, position) LEFT JOIN verdicts v USING (department)
     GROUP BY one.department, one.position ORDER BY one.position`,
    [departments],
  );
  return rows;
}

export interface MyAct {
  readonly caseNumber: string;
  readonly enterpriseName: string;
  readonly sequence: number;
  readonly type: string;
  readonly at: Date;
  readonly recordedAt: Date;
}

/** Where a page of entries that are sorted by time ends. */
export type After = readonly [recordedAt: string, stream: string, sequence: number] | null;

const NEWEST = "date_trunc('milliseconds', l.recorded_at)";
/** Newest first; of one moment in the order of streams, backwards. */
const BEFORE = (from: number) =>
  `($${from}::timestamptz IS NULL OR (${NEWEST}, l.stream, l.sequence) < ($${from}::timestamptz, $${from + 1}::text, $${from + 2}::bigint))`;
const position = (after: After) => after ?? [null, null, null];

/** What an account has done in cases; one more than the limit when there is more. */
export async function actsOf(db: Queryable, account: string, after: After, limit: number): Promise<MyAct[]> {
  const { rows } = await db.query<MyAct>(
    `SELECT l.stream AS "caseNumber", r.enterprise_name AS "enterpriseName", l.sequence, l.type, l.at,
            ${NEWEST} AS "recordedAt"
     FROM ledger l JOIN reopenings r ON r.case_number = l.stream
     WHERE l.account = $1 AND ${BEFORE(2)}
     ORDER BY ${NEWEST} DESC, l.stream DESC, l.sequence DESC LIMIT $5`,
    [account, ...position(after), limit + 1],
  );
  return rows;
}

export interface AuditFilter {
  readonly account?: string | undefined;
  readonly type?: string | undefined;
  /** The beginning of a stream's name. */
  readonly stream?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly after: After;
  readonly limit: number;
}

export interface AuditLine {
  readonly stream: string;
  readonly sequence: number;
  readonly type: string;
  readonly at: Date;
  readonly recordedAt: Date;
  readonly account: string;
  readonly role: string;
  /** Null for the case itself and for machines. */
  readonly name: string | null;
}

/** Entries of all streams, newest first; an account is found by its id, its login or a part of its name. */
export async function searchLedger(db: Queryable, filter: AuditFilter): Promise<AuditLine[]> {
  const { account = null, type = null, stream = null, from = null, to = null, after, limit } = filter;
  const { rows } = await db.query<AuditLine>(
    `SELECT l.stream, l.sequence, l.type, l.at, ${NEWEST} AS "recordedAt", l.account, l.role, a.display_name AS name
     FROM ledger l LEFT JOIN accounts a ON a.id = l.account
     WHERE ($1::text IS NULL OR l.account IN (SELECT id FROM accounts WHERE id = $1 OR login = $1 OR position($1 IN display_name) > 0))
       AND ($2::text IS NULL OR l.type = $2)
       AND ($3::text IS NULL OR starts_with(l.stream, $3))
       AND ($4::timestamptz IS NULL OR l.recorded_at >= $4) AND ($5::timestamptz IS NULL OR l.recorded_at < $5)
       AND ${BEFORE(6)}
     ORDER BY ${NEWEST} DESC, l.stream DESC, l.sequence DESC LIMIT $9`,
    [account, type, stream, from, to, ...position(after), limit + 1],
  );
  return rows;
}

export interface Milestones {
  /** The hash of the entry by which a printed form is verified, and the dates that it shows. */
  readonly hash: string;
  readonly signedAt: Date | null;
  readonly operatingAt: Date | null;
}

/** The entry with which a case entered stationing; before that, the one that opened it. Undefined: nothing is recorded yet. */
export async function milestonesOf(db: Queryable, caseNumber: string): Promise<Milestones | undefined> {
  const { rows } = await db.query<{ type: string; to: string | null; at: Date; hash: string }>(
    `SELECT type, entry->'details'->>'to' AS "to", at, hash FROM ledger
     WHERE stream = $1 AND (type = 'opened' OR type = 'phase-entered') ORDER BY sequence`,
    [caseNumber],
  );
  const [opened] = rows;
  const signed = rows.find(({ to }) => to === 'stationing');
  const operating = rows.find(({ to }) => to === 'operating');
  if (!opened) return undefined;
  return { hash: (signed ?? opened).hash, signedAt: signed?.at ?? null, operatingAt: operating?.at ?? null };
}

export async function messagesByState(db: Queryable): Promise<{ channel: string; state: string; count: number }[]> {
  const { rows } = await db.query<{ channel: string; state: string; count: number }>(
    'SELECT channel, state, count(*) AS count FROM messages GROUP BY 1, 2 ORDER BY 1, 2',
  );
  return rows;
}
