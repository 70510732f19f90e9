/** The cases that should run, as the reconciler compares them with Temporal, and what it notes of each. */
import type { Queryable } from '../sql/pool';

export interface OpenCase {
  readonly caseNumber: string;
  readonly enterprise: string;
  /** Null: not known yet. */
  readonly firstRun: string | null;
  /** In which run it was seen last; null: in none yet. */
  readonly currentRun: string | null;
}

/** Of which something is recorded, or whose start was answered; a number whose start never came to its end is no open case. */
const IS_OPEN = 'r.closed IS NOT TRUE AND (r.case_number IS NOT NULL OR own.case_number IS NOT NULL)';
const CASES = 'cases c LEFT JOIN reopenings r USING (case_number) LEFT JOIN case_runs own USING (case_number)';

export async function openCases(db: Queryable): Promise<OpenCase[]> {
  const { rows } = await db.query<OpenCase>(
    `SELECT c.case_number AS "caseNumber", c.enterprise, own.first_run AS "firstRun", own.current_run AS "currentRun"
     FROM ${CASES} WHERE ${IS_OPEN} ORDER BY 1`,
  );
  return rows;
}

/** Whether it still is, and in the same chain: of a start that was repeated meanwhile nothing is said. */
export async function isOpenCase(db: Queryable, caseNumber: string, firstRun: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM ${CASES} WHERE c.case_number = $1 AND ${IS_OPEN} AND own.first_run IS NOT DISTINCT FROM $2`,
    [caseNumber, firstRun],
  );
  return rowCount === 1;
}

/** Another run of the same chain: where its ledger ends is asked anew, for it may have been reset. */
export async function seeRuns(
  db: Queryable,
  seen: readonly { readonly caseNumber: string; readonly run: string }[],
): Promise<void> {
  await db.query(
    `UPDATE case_runs SET current_run = seen.run, compared_at = NULL, compared_to = NULL
     FROM unnest($1::text[], $2::text[]) AS seen (case_number, run)
     WHERE case_runs.case_number = seen.case_number AND current_run IS DISTINCT FROM seen.run`,
    [seen.map(({ caseNumber }) => caseNumber), seen.map(({ run }) => run)],
  );
}

export interface ComparableCase {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly currentRun: string;
}

/**
 * Cases to ask for their ledger's end: all of which something is found; of those that were never asked in their run, or have recorded
 * since, at most `changed`, the longest waiting first; and of the others at most `others`.
 */
export async function casesToCompare(
  db: Queryable,
  { changed, others }: { readonly changed: number; readonly others: number },
): Promise<ComparableCase[]> {
  const { rows } = await db.query<ComparableCase>(
    `WITH open AS (
       SELECT c.case_number, c.enterprise, own.current_run, own.compared_at,
              own.compared_to IS DISTINCT FROM s.sequence AS changed,
              EXISTS (SELECT FROM discrepancies f WHERE f.kind = 'other-head' AND f.subject = c.case_number AND f.gone_since IS NULL) AS found
       FROM cases c JOIN reopenings r USING (case_number) JOIN case_runs own USING (case_number)
         JOIN ledger_streams s ON s.stream = c.case_number
       WHERE NOT r.closed AND own.current_run IS NOT NULL),
     ranked AS (SELECT *, row_number() OVER (PARTITION BY found, changed ORDER BY compared_at NULLS FIRST, case_number) AS place FROM open)
     SELECT case_number AS "caseNumber", enterprise, current_run AS "currentRun" FROM ranked
     WHERE found OR place <= CASE WHEN changed THEN $1::int ELSE $2::int END ORDER BY found, changed DESC, place`,
    [changed, others],
  );
  return rows;
}

/** Asked, in that run, when the ledger ended there; null: nobody answered, and others are asked first the next time. */
export async function noteCompared(db: Queryable, one: ComparableCase, sequence: number | null): Promise<void> {
  await db.query(
    'UPDATE case_runs SET compared_at = now(), compared_to = COALESCE($3, compared_to) WHERE case_number = $1 AND current_run = $2',
    [one.caseNumber, one.currentRun, sequence],
  );
}
