/** Cases: the number taken before a start, what decides who may see one, and the newest state. */
import type { CaseScope } from '../../domain/case/visibility';
import { caseNumber } from '../../contracts/case/ids';
import type { NamedRules } from '../../programme/rules';
import { viewOf, type CaseView } from '../../domain/case/views';
import type { EnterpriseRef, Reopening } from '../../domain/case/state';
import { upgradeState, type KeptState } from '../../domain/case/upgrade';
import { isUniqueViolation, transaction, type Pool, type Queryable } from '../sql/pool';
import { keepRules } from '../programme/rules';

export interface StartedCase {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly startBody: string;
  /** The hash of the rules that were kept with the number; null for a start from before they were kept. */
  readonly rules: string | null;
  /** Whether anything of it was recorded: then its workflow has run. */
  readonly recorded: boolean;
  readonly refusedSince: Date | null;
  /** The first run of its chain in Temporal; null: not known. */
  readonly firstRun: string | null;
}

export async function findStart(db: Queryable, startCommand: string): Promise<StartedCase | undefined> {
  const { rows } = await db.query<StartedCase>(
    `SELECT c.case_number AS "caseNumber", c.enterprise, c.start_body AS "startBody", c.rules, r.case_number IS NOT NULL AS recorded,
            f.since AS "refusedSince", own.first_run AS "firstRun"
     FROM cases c LEFT JOIN reopenings r USING (case_number) LEFT JOIN ledger_refusals f ON f.stream = c.case_number
       LEFT JOIN case_runs own USING (case_number)
     WHERE c.start_command = $1`,
    [startCommand],
  );
  return rows[0];
}

export interface Start {
  readonly year: number;
  readonly enterprise: string;
  readonly startCommand: string;
  readonly startBody: string;
  readonly startedBy: string;
  /** Under which the case begins. */
  readonly rules: NamedRules;
}

/** The next number of the year with the rules of the case, or the number that the same start command took already. */
export async function takeCaseNumber(pool: Pool, start: Start): Promise<string> {
  try {
    return await transaction(pool, async (client) => {
      const serial = await client.query<{ last: number }>(
        `INSERT INTO case_serials (year, last) VALUES ($1, 1)
         ON CONFLICT (year) DO UPDATE SET last = case_serials.last + 1 RETURNING last`,
        [start.year],
      );
      const number = caseNumber(start.year, serial.rows[0]?.last ?? 0);
      await keepRules(client, start.rules);
      await client.query(
        `INSERT INTO cases (case_number, enterprise, start_command, start_body, started_by, rules)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [number, start.enterprise, start.startCommand, start.startBody, start.startedBy, start.rules.hash],
      );
      return number;
    });
  } catch (error) {
    // The same start, sent twice at once: the number that the first one took stands, this one's serial was rolled back.
    const first = isUniqueViolation(error) ? await findStart(pool, start.startCommand) : undefined;
    if (first) return first.caseNumber;
    throw error;
  }
}

/** A number whose start was refused, for another case was faster: it stays unused. */
export async function dropCase(db: Queryable, number: string): Promise<void> {
  await db.query(
    'DELETE FROM cases c WHERE case_number = $1 AND NOT EXISTS (SELECT FROM reopenings r WHERE r.case_number = $1)',
    [number],
  );
}

export interface KnownCase extends CaseScope {
  readonly caseNumber: string;
  readonly enterpriseRef: EnterpriseRef;
  /** False as long as nothing of it is recorded. */
  readonly closed: boolean;
  /** Since when the ledger refuses it; null as it should be. */
  readonly refusedSince: Date | null;
  /** The first run of its chain in Temporal; null: not known yet. */
  readonly firstRun: string | null;
  /** Deferred acts that nobody has taken up yet. */
  readonly waiting: number;
}

/** The case with what decides who may see it. A liaison counts from the claim on: the projection comes a moment later. */
export async function findCase(db: Queryable, number: string): Promise<KnownCase | undefined> {
  const { rows } = await db.query<Omit<KnownCase, 'enterprise' | 'village' | 'caseNumber'>>({
    name: 'case-scope',
    text: `SELECT jsonb_build_object('id', e.id, 'name', COALESCE(r.enterprise_name, e.name), 'kind', COALESCE(r.kind, e.kind),
                    'village', COALESCE(r.village, e.village)) AS "enterpriseRef",
                  COALESCE(r.closed, false) AS closed, f.since AS "refusedSince", own.first_run AS "firstRun",
                  (SELECT count(*) FROM commands p WHERE p.case_number = $1 AND p.status = 'pending') AS waiting,
                  COALESCE(r.accounts, '{}') || ARRAY(
                    SELECT l.account FROM liaison_claims l WHERE l.case_number = c.case_number) AS accounts
           FROM cases c JOIN enterprises e ON e.id = c.enterprise LEFT JOIN reopenings r USING (case_number)
             LEFT JOIN ledger_refusals f ON f.stream = c.case_number LEFT JOIN case_runs own USING (case_number)
           WHERE c.case_number = $1`,
    values: [number],
  });
  const [found] = rows;
  if (!found) return undefined;
  const { id: enterprise, village } = found.enterpriseRef;
  return { ...found, caseNumber: number, enterprise, village };
}

export interface Projection {
  readonly state: Reopening;
  readonly view: CaseView;
}

export async function findProjection(db: Queryable, number: string): Promise<Projection | undefined> {
  const { rows } = await db.query<{ state: KeptState | null; version: number }>(
    'SELECT state, version FROM reopenings WHERE case_number = $1',
    [number],
  );
  const [found] = rows;
  if (!found?.state) return undefined;
  const state = upgradeState(found.state);
  return { state, view: viewOf(state, found.version) };
}
