/** Test rounds in PostgreSQL: frozen when they open, counted when the case asks, closed under the lock that sheets take as well. */
import type { TestCounts } from '../../domain/case/commands';
import type { Instant } from '../../domain/programme/edition';
import { exemption, lockRoster, owesTests } from '../people/people';
import { peopleOrder } from '../people/people-order';
import type { Client, Queryable } from '../sql/pool';

export interface OpenedRound {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly round: string;
  readonly date: string;
  readonly test: string;
  readonly kind: string;
  readonly at: Instant;
}

/** Who must test is fixed now: who joins later is in the next round. A repeat changes nothing. */
export async function freezeRound(client: Client, opened: OpenedRound): Promise<void> {
  const { caseNumber, enterprise, round, date, test, kind, at } = opened;
  const { rowCount } = await client.query(
    `INSERT INTO test_rounds (case_number, round, enterprise, date, test, kind, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [caseNumber, round, enterprise, date, test, kind, new Date(at)],
  );
  if (!rowCount) return;
  // Who leaves meanwhile either has left before, or finds the round and is excused.
  await lockRoster(client, enterprise);
  await client.query(
    `INSERT INTO round_people (case_number, round, person, workshop, team, loop, state, reason)
     SELECT $1, $2, id, workshop, team, loop, CASE WHEN why IS NULL THEN 'owes' ELSE 'exempt' END, why
     FROM (SELECT p.*, ${exemption('$4')} AS why FROM people p WHERE enterprise = $3 AND ${owesTests('$4')}) AS p`,
    [caseNumber, round, enterprise, date],
  );
}

export interface RoundRow {
  readonly kind: 'antigen' | 'nucleic-acid';
  readonly enterprise: string;
  readonly closedAt: Date | null;
}

/** Held until the end of the transaction: a sheet is counted before the close, or sees that the round is closed. */
export async function lockRound(client: Client, caseNumber: string, round: string): Promise<RoundRow | undefined> {
  const { rows } = await client.query<RoundRow>(
    `SELECT kind, enterprise, closed_at AS "closedAt" FROM test_rounds WHERE case_number = $1 AND round = $2 FOR UPDATE`,
    [caseNumber, round],
  );
  return rows[0];
}

/** The round is closed once and for all. False when there is none yet. */
export async function closeRound(client: Client, caseNumber: string, round: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'UPDATE test_rounds SET closed_at = COALESCE(closed_at, now()) WHERE case_number = $1 AND round = $2',
    [caseNumber, round],
  );
  return rowCount === 1;
}

export async function roundExists(db: Queryable, caseNumber: string, round: string): Promise<boolean> {
  const { rows } = await db.query('SELECT FROM test_rounds WHERE case_number = $1 AND round = $2', [caseNumber, round]);
  return rows.length > 0;
}

const of = (result: string) => `count(*) FILTER (WHERE result = '${result}')`;

/** Over those who owe a test; the exempt and the excused do not count. */
export async function countRound(db: Queryable, caseNumber: string, round: string): Promise<TestCounts> {
  const { rows } = await db.query<TestCounts>(
    `SELECT count(*) AS owed, ${of('negative')} AS negative, ${of('positive')} AS positive, ${of('pending')} AS pending,
            ${of('invalid')} AS invalid, ${of('recheck')} AS recheck, ${of('not-tested')} AS "notTested",
            count(*) FILTER (WHERE result IS NULL) AS untested
     FROM round_people WHERE case_number = $1 AND round = $2 AND state = 'owes'`,
    [caseNumber, round],
  );
  const [counts] = rows;
  if (!counts) throw new Error('PostgreSQL answered nothing');
  return counts;
}

/** Who leaves for good owes nothing more in open rounds from that day on. */
export async function excuse(
  client: Client,
  people: readonly string[],
  { on, at }: { readonly on: string; readonly at: Date },
): Promise<void> {
  await client.query(
    `UPDATE round_people AS rp SET state = 'excused', excused_at = $2
     FROM test_rounds r WHERE r.case_number = rp.case_number AND r.round = rp.round AND r.closed_at IS NULL
       AND r.date >= $3::date AND rp.person = ANY ($1) AND rp.state = 'owes' AND rp.result IS NULL`,
    [people, at, on],
  );
}

export interface RoundPerson {
  readonly person: string;
  readonly name: string | null;
  readonly document: string | null;
  readonly phone: string | null;
  readonly workshop: string | null;
  readonly team: string | null;
  readonly state: 'owes' | 'exempt' | 'excused';
  readonly reason: string | null;
  readonly excusedAt: Date | null;
  readonly result: string | null;
  readonly resultId: string | null;
}

const ORDER = peopleOrder('rp');

/** The people of a round with what is known of each, by workshop, team and name; `untested`: only those of whom nothing is. */
export async function listRoundPeople(
  db: Queryable,
  filter: { caseNumber: string; round: string; untested: boolean; after: string | null; limit: number },
): Promise<RoundPerson[]> {
  const { rows } = await db.query<RoundPerson>(
    `SELECT rp.person, p.name, p.document_mask AS document, p.phone_mask AS phone, rp.workshop, rp.team, rp.state, rp.reason,
            rp.excused_at AS "excusedAt", rp.result, rp.result_id AS "resultId"
     FROM round_people rp JOIN people p ON p.id = rp.person
     WHERE rp.case_number = $1 AND rp.round = $2 AND (NOT $3 OR (rp.state = 'owes' AND rp.result IS NULL))
       AND ($4::text IS NULL OR (${ORDER}) > (SELECT ${ORDER} FROM round_people rp JOIN people p ON p.id = rp.person
         WHERE rp.case_number = $1 AND rp.round = $2 AND rp.person = $4))
     ORDER BY ${ORDER} LIMIT $5`,
    [filter.caseNumber, filter.round, filter.untested, filter.after, filter.limit + 1],
  );
  return rows;
}

export interface RoundLine {
  readonly round: string;
  readonly date: string;
  readonly test: string;
  readonly kind: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

/** Newest first. */
export async function listRounds(db: Queryable, caseNumber: string, limit: number): Promise<RoundLine[]> {
  const { rows } = await db.query<RoundLine>(
    `SELECT round, date, test, kind, opened_at AS "openedAt", closed_at AS "closedAt" FROM test_rounds
     WHERE case_number = $1 ORDER BY opened_at DESC, round LIMIT $2`,
    [caseNumber, limit],
  );
  return rows;
}
