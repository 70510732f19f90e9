/** Whose run it is: of each case the first run of its chain in Temporal, as whoever started it was answered. */
import type { Queryable } from '../sql/pool';

/** What a start was answered: from now on this chain is the case's, and no other. */
export async function keepRun(db: Queryable, caseNumber: string, firstRun: string): Promise<void> {
  await db.query(
    `INSERT INTO case_runs (case_number, first_run) VALUES ($1, $2)
     ON CONFLICT (case_number) DO UPDATE SET first_run = $2, known_since = now(), current_run = NULL, compared_at = NULL, compared_to = NULL
     WHERE case_runs.first_run <> $2`,
    [caseNumber, firstRun],
  );
}

/** What was found out of a case of which nothing was known. @returns whether the chain is the case's: another one may have been kept meanwhile */
export async function learnRun(db: Queryable, caseNumber: string, firstRun: string): Promise<boolean> {
  await db.query('INSERT INTO case_runs (case_number, first_run) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    caseNumber,
    firstRun,
  ]);
  const { rowCount } = await db.query('SELECT FROM case_runs WHERE case_number = $1 AND first_run = $2', [
    caseNumber,
    firstRun,
  ]);
  return rowCount === 1;
}

/**
 * Before a case is started once more: its run has ended, and what runs next is known when the start is answered. With `firstRun` only
 * that chain is forgotten, not one that somebody faster has started.
 */
export async function forgetRun(db: Queryable, caseNumber: string, firstRun?: string): Promise<void> {
  await db.query('DELETE FROM case_runs WHERE case_number = $1 AND ($2::text IS NULL OR first_run = $2)', [
    caseNumber,
    firstRun ?? null,
  ]);
}

export interface CaseOfEnterprise {
  readonly caseNumber: string;
  readonly startCommand: string;
  /** Null: not known yet. */
  readonly firstRun: string | null;
  readonly closed: boolean;
  /** Whether its number was taken so many days ago. */
  readonly isOlder: boolean;
}

/** All cases of an enterprise, the newest first; `days` for `isOlder`. */
export async function casesOfEnterprise(db: Queryable, enterprise: string, days: number): Promise<CaseOfEnterprise[]> {
  const { rows } = await db.query<CaseOfEnterprise>(
    `SELECT c.case_number AS "caseNumber", c.start_command AS "startCommand", own.first_run AS "firstRun",
            COALESCE(r.closed, false) AS closed, c.created_at < now() - make_interval(days => $2) AS "isOlder"
     FROM cases c LEFT JOIN reopenings r USING (case_number) LEFT JOIN case_runs own USING (case_number)
     WHERE c.enterprise = $1 ORDER BY c.created_at DESC, c.case_number DESC`,
    [enterprise, days],
  );
  return rows;
}
