/** What the reconciler has found, and its passes: one process at a time, once in a while. */
import type { DiscrepancyKind, DiscrepancyWhy } from '../../contracts/operations/discrepancies';
import type { Pool, Queryable } from '../sql/pool';

export interface Discrepancy {
  readonly kind: DiscrepancyKind;
  /** A case number, a workflow with its run, a build. */
  readonly subject: string;
  readonly why: DiscrepancyWhy;
  readonly caseNumber: string | null;
}

/** Seen, again or anew; `over`: it is no more so already, for what was found was ended. */
export async function noteDiscrepancy(db: Queryable, found: Discrepancy, { over = false } = {}): Promise<void> {
  const { kind, subject, why, caseNumber } = found;
  await db.query(
    `INSERT INTO discrepancies AS f (kind, subject, why, case_number, gone_since) VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN now() END)
     ON CONFLICT (kind, subject) DO UPDATE SET why = excluded.why, case_number = excluded.case_number, last_seen = now(),
       since = CASE WHEN f.gone_since IS NULL THEN f.since ELSE now() END, gone_since = excluded.gone_since`,
    [kind, subject, why, caseNumber, over],
  );
}

/** Those of the kind whose subjects were not seen are gone; with `among` only those of these subjects. */
export async function settleDiscrepancies(
  db: Queryable,
  kind: DiscrepancyKind,
  seen: readonly string[],
  among?: readonly string[],
): Promise<void> {
  await db.query(
    `UPDATE discrepancies SET gone_since = now() WHERE kind = $1 AND gone_since IS NULL AND NOT subject = ANY ($2::text[])
       AND ($3::text[] IS NULL OR subject = ANY ($3::text[]))`,
    [kind, seen, among ?? null],
  );
}

/** Whether it has stood open for so long. */
export async function hasStood(
  db: Queryable,
  kind: DiscrepancyKind,
  subject: string,
  seconds: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM discrepancies WHERE kind = $1 AND subject = $2 AND gone_since IS NULL AND since < now() - make_interval(secs => $3)`,
    [kind, subject, seconds],
  );
  return rowCount === 1;
}

/** The kind of what is found of a case now; null: nothing. */
export async function discrepancyOfCase(db: Queryable, caseNumber: string): Promise<DiscrepancyKind | null> {
  const { rows } = await db.query<{ kind: DiscrepancyKind }>({
    name: 'discrepancy-of-case',
    text: 'SELECT kind FROM discrepancies WHERE case_number = $1 AND gone_since IS NULL ORDER BY since, kind LIMIT 1',
    values: [caseNumber],
  });
  return rows[0]?.kind ?? null;
}

export interface DiscrepancyLine extends Discrepancy {
  readonly enterprise: string | null;
  readonly since: Date;
  readonly lastSeen: Date;
  readonly goneSince: Date | null;
}

/** What is over is shown for a week, so that an operator who was away sees it. */
const SHOWN_DAYS = 7;
/** And kept for as long as histories are (workers/histories.ts). */
const KEPT_DAYS = 30;

/** What stands open first, of each the newest first. */
export async function discrepancies(db: Queryable, limit: number): Promise<DiscrepancyLine[]> {
  const { rows } = await db.query<DiscrepancyLine>(
    `SELECT f.kind, f.subject, f.why, f.case_number AS "caseNumber", COALESCE(r.enterprise_name, e.name) AS enterprise,
            f.since, f.last_seen AS "lastSeen", f.gone_since AS "goneSince"
     FROM discrepancies f LEFT JOIN cases c USING (case_number) LEFT JOIN reopenings r USING (case_number)
       LEFT JOIN enterprises e ON e.id = c.enterprise
     WHERE f.gone_since IS NULL OR f.gone_since > now() - make_interval(days => $2)
     ORDER BY f.gone_since IS NOT NULL, f.last_seen DESC, f.kind, f.subject LIMIT $1`,
    [limit, SHOWN_DAYS],
  );
  return rows;
}

export interface Pass {
  readonly endedAt: Date;
  readonly tookMs: number;
  readonly found: number;
  /** Whether it ended so long ago that none works any more. */
  readonly isLate: boolean;
}

/** Three passes have not come: no worker runs, or none can look. */
const LATE_SECONDS = 180;

/** Undefined: there was none yet. */
export async function lastPass(db: Queryable): Promise<Pass | undefined> {
  const { rows } = await db.query<Pass>(
    `SELECT ended_at AS "endedAt", took_ms AS "tookMs", found, ended_at < now() - make_interval(secs => $1) AS "isLate"
     FROM reconciler_pass`,
    [LATE_SECONDS],
  );
  return rows[0];
}

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_230;

/**
 * Does `work` when the last pass ended `everySeconds` ago or more, by PostgreSQL's clock, and no other process is at it. The lock
 * belongs to a connection of its own and goes with the process. @returns whether it was done
 */
export async function pass(pool: Pool, everySeconds: number, work: () => Promise<void>): Promise<boolean> {
  if (!(await isDue(pool, everySeconds))) return false;
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]);
    if (!rows[0]?.taken) return false;
    try {
      // Another process may have ended one in this moment.
      if (!(await isDue(client, everySeconds))) return false;
      const begun = performance.now();
      await work();
      await endPass(client, Math.round(performance.now() - begun));
      return true;
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch((error: Error) => (broken = error));
    }
  } finally {
    client.release(broken);
  }
}

async function isDue(db: Queryable, everySeconds: number): Promise<boolean> {
  const { rows } = await db.query('SELECT FROM reconciler_pass WHERE ended_at > now() - make_interval(secs => $1)', [
    everySeconds,
  ]);
  return rows.length === 0;
}

async function endPass(db: Queryable, tookMs: number): Promise<void> {
  await db.query('DELETE FROM discrepancies WHERE gone_since < now() - make_interval(days => $1)', [KEPT_DAYS]);
  await db.query(
    `INSERT INTO reconciler_pass (took_ms, found) SELECT $1, count(*) FROM discrepancies WHERE gone_since IS NULL
     ON CONFLICT (one) DO UPDATE SET ended_at = now(), took_ms = excluded.took_ms, found = excluded.found`,
    [tookMs],
  );
}
