/** Sheets of results: stored whole under the round's lock, each once, with the incidents that they bring to light; or taken back. */
import { randomBytes } from 'node:crypto';
import type { Positive } from '../../domain/case/commands';
import { lockPeople } from '../people/people';
import type { Client, Queryable } from '../sql/pool';

export interface Candidate {
  readonly person: string;
  readonly name: string | null;
  readonly documentLookup: Buffer | null;
  readonly phoneLookup: Buffer | null;
  readonly state: 'owes' | 'exempt' | 'excused';
  readonly result: string | null;
  readonly resultId: string | null;
  /** The mixed tube of that result. */
  readonly tube: string | null;
}

/** Everyone of the round, with what a row may name them by. */
export async function candidates(client: Client, caseNumber: string, round: string): Promise<Candidate[]> {
  const { rows } = await client.query<Candidate>(
    `SELECT rp.person, p.name, p.document_lookup AS "documentLookup", p.phone_lookup AS "phoneLookup", rp.state, rp.result,
            rp.result_id AS "resultId", t.tube
     FROM round_people rp JOIN people p ON p.id = rp.person LEFT JOIN test_results t ON t.id = rp.result_id
     WHERE rp.case_number = $1 AND rp.round = $2`,
    [caseNumber, round],
  );
  return rows;
}

export interface SheetKey {
  readonly caseNumber: string;
  readonly round: string;
  readonly sheet: string;
}

export interface StoredSheet extends SheetKey {
  readonly command: string;
  readonly rows: number;
}

/** The sheet, or what came under the same command in its place. */
export async function findSheet(
  db: Queryable,
  { caseNumber, round, sheet }: SheetKey,
  command: string,
): Promise<StoredSheet | undefined> {
  const { rows } = await db.query<StoredSheet>(
    `SELECT case_number AS "caseNumber", round, sheet, command, rows FROM test_sheets
     WHERE (case_number = $1 AND round = $2 AND sheet = $3) OR command = $4 ORDER BY command = $4 DESC LIMIT 1`,
    [caseNumber, round, sheet, command],
  );
  return rows[0];
}

export async function countSheets(db: Queryable, caseNumber: string, round: string): Promise<number> {
  const { rows } = await db.query<{ sheets: number }>(
    'SELECT count(*) AS sheets FROM test_sheets WHERE case_number = $1 AND round = $2',
    [caseNumber, round],
  );
  return rows[0]?.sheets ?? 0;
}

export interface ResultRow {
  readonly person: string;
  readonly result: string;
  readonly tube: string | null;
  readonly reason: string | null;
  readonly corrects: string | null;
}

export async function insertSheet(
  client: Client,
  { caseNumber, round, sheet }: SheetKey,
  {
    command,
    account,
    confirmedSingles = false,
  }: { readonly command: string; readonly account: string; readonly confirmedSingles?: boolean },
  results: readonly ResultRow[],
): Promise<void> {
  const key = [caseNumber, round, sheet];
  await client.query(
    `INSERT INTO test_sheets (case_number, round, sheet, command, account, rows, singles_confirmed)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [...key, command, account, results.length, confirmedSingles],
  );
  const rows = results.map((one) => ({ ...one, id: `r-${randomBytes(8).toString('hex')}` }));
  await client.query(
    `WITH filed AS (
       INSERT INTO test_results (id, case_number, round, sheet, person, result, tube, reason, corrects)
       SELECT id, $1, $2, $3, person, result, tube, reason, corrects
       FROM jsonb_to_recordset($4::jsonb) AS n (id text, person text, result text, tube text, reason text, corrects text)
       RETURNING id, person, result)
     UPDATE round_people AS rp SET result = f.result, result_id = f.id
     FROM filed f WHERE rp.case_number = $1 AND rp.round = $2 AND rp.person = f.person`,
    [...key, JSON.stringify(rows)],
  );
}

/** Of these people those who are in an incident that is not over; until the end of the transaction no other sheet puts them in one. */
export async function heldAmong(client: Client, people: readonly string[]): Promise<Set<string>> {
  await lockPeople(client, people);
  const { rows } = await client.query<{ person: string }>(
    `SELECT ip.person FROM incident_people ip JOIN incidents i ON i.id = ip.incident
     WHERE NOT i.over AND ip.status IN ('held', 'positive') AND ip.person = ANY ($1)`,
    [people],
  );
  return new Set(rows.map((row) => row.person));
}

export interface NewIncident {
  readonly cause: Positive['cause'];
  readonly tube: string | null;
  readonly people: readonly string[];
}

export async function insertIncident(
  client: Client,
  { caseNumber, round }: SheetKey,
  command: string,
  { cause, tube, people }: NewIncident,
): Promise<void> {
  const id = `i-${randomBytes(8).toString('hex')}`;
  await client.query(
    'INSERT INTO incidents (id, case_number, round, cause, tube, command) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, caseNumber, round, cause, tube, command],
  );
  // A single nucleic-acid positive is a confirmation.
  const status = cause === 'nucleic-acid' ? 'positive' : 'held';
  await client.query('INSERT INTO incident_people (incident, person, status) SELECT $1, unnest($2::text[]), $3', [
    id,
    people,
    status,
  ]);
}

/** The incidents that a command has brought to light. */
export async function incidentsOf(db: Queryable, command: string): Promise<Positive[]> {
  const { rows } = await db.query<Positive>(
    `SELECT id AS incident, cause, (SELECT count(*) FROM incident_people WHERE incident = i.id AND status <> 'contact') AS people
     FROM incidents i WHERE command = $1 ORDER BY id`,
    [command],
  );
  return rows;
}

/** The case refused the command: its results are taken back, those before them count again. */
export async function takeSheetBack(client: Client, command: string): Promise<void> {
  const { rows } = await client.query<{ case_number: string; round: string }>(
    `SELECT case_number, round FROM test_rounds WHERE (case_number, round) IN (
       SELECT case_number, round FROM test_sheets WHERE command = $1) FOR UPDATE`,
    [command],
  );
  const [at] = rows;
  if (!at) return;
  await client.query('DELETE FROM incidents WHERE command = $1 AND NOT taken AND NOT told', [command]);
  await client.query(
    `WITH gone AS (DELETE FROM test_results t USING test_sheets s
       WHERE s.command = $1 AND t.case_number = s.case_number AND t.round = s.round AND t.sheet = s.sheet RETURNING t.id, t.person)
     UPDATE round_people AS rp SET result = last.result, result_id = last.id
     FROM gone LEFT JOIN LATERAL (
       SELECT id, result FROM test_results t WHERE t.case_number = $2 AND t.round = $3 AND t.person = gone.person
         AND t.id <> gone.id ORDER BY number DESC LIMIT 1) AS last ON true
     WHERE rp.case_number = $2 AND rp.round = $3 AND rp.person = gone.person AND rp.result_id = gone.id`,
    [command, at.case_number, at.round],
  );
  await client.query('DELETE FROM test_sheets WHERE command = $1', [command]);
}
