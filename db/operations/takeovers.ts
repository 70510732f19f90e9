/** What PostgreSQL knows of a takeover: whether it is done, the cases that may have to be taken over, and what they still lack. */
import type { Edition } from '../../domain/programme/edition';
import type { Reopening } from '../../domain/case/state';
import type { SecondEdition, SecondView } from '../../domain/case/upgrade';
import type { Pool, Queryable } from '../sql/pool';

/** The landed release whose running workflows are taken over, by its commit. */
export const LANDED = '04502b3';

export async function isTakenOver(db: Queryable): Promise<boolean> {
  const { rows } = await db.query('SELECT FROM takeovers WHERE of = $1', [LANDED]);
  return rows.length > 0;
}

export async function setTakenOver(db: Queryable): Promise<void> {
  await db.query('INSERT INTO takeovers (of) VALUES ($1) ON CONFLICT DO NOTHING', [LANDED]);
}

/** Enterprises with a case that is not recorded as closed: its workflow may have been ended without another one going on. */
export async function enterprisesWithOpenCase(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ enterprise: string }>(
    `SELECT DISTINCT c.enterprise FROM cases c LEFT JOIN reopenings r USING (case_number)
     WHERE r.closed IS NOT TRUE ORDER BY 1`,
  );
  return rows.map(({ enterprise }) => enterprise);
}

export async function isRegistered(db: Queryable, caseNumber: string): Promise<boolean> {
  const { rows } = await db.query('SELECT FROM cases WHERE case_number = $1', [caseNumber]);
  return rows.length > 0;
}

export interface OldRules {
  readonly hash: string;
  readonly rules: SecondEdition;
}

/** Rules that a case carries and that were kept in the shape of schema 2. */
export async function rulesOfSecondSchema(db: Queryable): Promise<OldRules[]> {
  const { rows } = await db.query<{ hash: string; body: string }>(
    `SELECT hash, body FROM rules WHERE body::jsonb ? 'edition' AND EXISTS (SELECT FROM cases WHERE rules = hash)`,
  );
  return rows.map(({ hash, body }) => ({ hash, rules: JSON.parse(body) as SecondEdition }));
}

/** The cases that carry the rules `before` carry the same in another shape, under another hash. */
export async function renameRules(db: Queryable, before: string, after: string): Promise<void> {
  await db.query('UPDATE cases SET rules = $2 WHERE rules = $1', [before, after]);
}

export interface Viewed {
  readonly caseNumber: string;
  readonly view: SecondView;
  readonly rules: Edition;
}

/** At most `limit` cases that were last recorded by a release of schema 2, with their rules in today's shape. */
export async function casesWithoutState(db: Queryable, after: string, limit: number): Promise<Viewed[]> {
  const { rows } = await db.query<Viewed & { body: string }>(
    `SELECT r.case_number AS "caseNumber", r.view, rules.body
     FROM reopenings r JOIN cases c USING (case_number) JOIN rules ON rules.hash = c.rules
     WHERE r.state IS NULL AND r.view IS NOT NULL AND r.case_number > $1 ORDER BY r.case_number LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ caseNumber, view, body }) => ({ caseNumber, view, rules: JSON.parse(body) as Edition }));
}

/** A recording that came first knows better. */
export async function fillState(db: Queryable, caseNumber: string, state: Reopening): Promise<void> {
  await db.query('UPDATE reopenings SET state = $2 WHERE case_number = $1 AND state IS NULL', [caseNumber, state]);
}

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_229;

/** Of two takeovers the second one waits for the first. @returns what lets it go; the end of the process does so as well */
export async function lockTakeover(pool: Pool): Promise<() => void> {
  const client = await pool.connect();
  await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
  // The connection is given up with its lock.
  return () => client.release(true);
}
