/** The rules of cases by their hash: kept once, never changed, and which case carries which. */
import { canonicalJson } from '../../proof/canonical';
import type { NamedRules } from '../../programme/rules';
import type { SecondEdition } from '../../domain/case/upgrade';
import type { Edition } from '../../domain/programme/edition';
import type { Queryable } from '../sql/pool';

/** A repeat changes nothing: under one hash there is one text. */
export async function keepRules(db: Queryable, { hash, rules }: NamedRules): Promise<void> {
  await db.query('INSERT INTO rules (hash, body) VALUES ($1, $2) ON CONFLICT DO NOTHING', [hash, canonicalJson(rules)]);
}

/** Undefined also for rules in the shape of a release before: the cases that had them carry others (db/operations/takeovers.ts). */
export async function findRules(db: Queryable, hash: string): Promise<Edition | undefined> {
  const { rows } = await db.query<{ body: string }>('SELECT body FROM rules WHERE hash = $1', [hash]);
  const kept = rows[0] && (JSON.parse(rows[0].body) as Edition | SecondEdition);
  return kept && 'id' in kept ? kept : undefined;
}

/** The hashes of all rules that cases carry, oldest first. */
export async function listRules(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ hash: string }>(
    'SELECT hash FROM rules WHERE EXISTS (SELECT FROM cases WHERE cases.rules = hash) ORDER BY created_at, hash',
  );
  return rows.map(({ hash }) => hash);
}

/** Keeps the rules and says that the case carries them; what a case was said to carry before stays. */
export async function bindRules(db: Queryable, caseNumber: string, named: NamedRules): Promise<void> {
  await keepRules(db, named);
  await db.query('UPDATE cases SET rules = $2 WHERE case_number = $1 AND rules IS NULL', [caseNumber, named.hash]);
}

export interface RuledCase {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly closed: boolean;
  /** Null: not known yet. */
  readonly rules: string | null;
  /** The id of its edition; null as long as nothing is recorded. */
  readonly edition: string | null;
}

const COLUMNS = `c.case_number AS "caseNumber", c.enterprise, COALESCE(r.closed, false) AS closed, c.rules,
  COALESCE(r.state->'edition'->>'id', r.view->'edition'->>'edition') AS edition`;

export async function findRuledCase(db: Queryable, caseNumber: string): Promise<RuledCase | undefined> {
  const { rows } = await db.query<RuledCase>({
    name: 'case-rules',
    text: `SELECT ${COLUMNS} FROM cases c LEFT JOIN reopenings r USING (case_number) WHERE c.case_number = $1`,
    values: [caseNumber],
  });
  return rows[0];
}

/** Cases of which it is not known yet, by their numbers, after one of them. */
export async function casesWithoutRules(db: Queryable, after: string, limit: number): Promise<RuledCase[]> {
  const { rows } = await db.query<RuledCase>(
    `SELECT ${COLUMNS} FROM cases c LEFT JOIN reopenings r USING (case_number)
     WHERE c.rules IS NULL AND c.case_number > $1 ORDER BY c.case_number LIMIT $2`,
    [after, limit],
  );
  return rows;
}

/** The enterprise's case that is in operation. */
export async function runningCaseOf(db: Queryable, enterprise: string): Promise<string | undefined> {
  const { rows } = await db.query<{ caseNumber: string }>(
    `SELECT case_number AS "caseNumber" FROM reopenings
     WHERE enterprise = $1 AND NOT closed AND phase IN ('operating', 'suspended') LIMIT 1`,
    [enterprise],
  );
  return rows[0]?.caseNumber;
}
