/** Which cases the ledger refuses: written down where the API sees it, until a recording of theirs succeeds again. */
import { reopeningId } from '../../contracts/case/ids';
import type { RecordBatch } from '../../contracts/case/views';
import type { Queryable } from '../sql/pool';

export interface Refusal {
  readonly code: string;
  /** The workflow whose batch it was; undefined: the caller vouches that it is the case's own. */
  readonly workflow: string | undefined;
}

/**
 * Outside the recording's transaction, which is rolled back. Not for a workflow that only says it is the case: that would shut the
 * real one; nor for another chain of runs than the case's own. Nor for an attempt that comes so late that another one has recorded the batch: nothing would take the row away again.
 */
export async function noteRefusal(
  db: Queryable,
  { stream, entries, firstRun }: Pick<RecordBatch, 'stream' | 'entries' | 'firstRun'>,
  { code, workflow }: Refusal,
): Promise<void> {
  const last = entries.at(-1);
  const prefix = reopeningId('');
  await db.query(
    `INSERT INTO ledger_refusals (stream, code)
     SELECT case_number, $2 FROM cases
     WHERE case_number = $1 AND ($3::text IS NULL OR $3 = $4 || enterprise)
       AND NOT EXISTS (SELECT FROM case_runs own WHERE own.case_number = $1 AND own.first_run <> $7::text)
       AND NOT EXISTS (SELECT FROM ledger WHERE stream = $1 AND sequence = $5::bigint AND hash = $6)
     ON CONFLICT (stream) DO UPDATE SET code = excluded.code`,
    [stream, code, workflow ?? null, prefix, last?.sequence ?? null, last?.hash ?? null, firstRun ?? null],
  );
}

/** SQL that takes a stream's refusal away; a condition may follow. */
export function forgetRefusal(stream: string): string {
  return `DELETE FROM ledger_refusals WHERE stream = ${stream}`;
}

/** Since when the ledger refuses the case; null when it does not. */
export async function refusedSince(db: Queryable, caseNumber: string): Promise<Date | null> {
  const { rows } = await db.query<{ since: Date }>({
    name: 'refused-since',
    text: 'SELECT since FROM ledger_refusals WHERE stream = $1',
    values: [caseNumber],
  });
  return rows[0]?.since ?? null;
}

export interface RefusedCase {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly code: string;
  readonly since: Date;
}

/** The longest first. */
export async function refusedCases(db: Queryable, limit: number): Promise<RefusedCase[]> {
  const { rows } = await db.query<RefusedCase>(
    `SELECT f.stream AS "caseNumber", COALESCE(r.enterprise_name, e.name) AS enterprise, f.code, f.since
     FROM ledger_refusals f JOIN cases c ON c.case_number = f.stream JOIN enterprises e ON e.id = c.enterprise
       LEFT JOIN reopenings r ON r.case_number = f.stream
     ORDER BY f.since, f.stream LIMIT $1`,
    [limit],
  );
  return rows;
}
