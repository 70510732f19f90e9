/** What followed positives 异常处置: who is held, how the recheck went, who are close contacts; the case knows counts only. */
import type { Positive } from '../../domain/case/commands';
import { peopleOrder } from '../people/people-order';
import { teammates } from '../people/people';
import type { Client, Queryable } from '../sql/pool';

/** The case has it in its ledger. */
export async function markIncidentTaken(client: Client, id: string): Promise<void> {
  await client.query('UPDATE incidents SET taken = true WHERE id = $1', [id]);
}

/** Released or closed: its people may be in another one. */
export async function endIncident(client: Client, id: string): Promise<void> {
  await client.query('UPDATE incidents SET over = true WHERE id = $1', [id]);
}

/** Those of a round of which the case may not have heard: a sheet whose Update was lost. From now on it may have. */
export async function tellIncidents(client: Client, caseNumber: string, round: string): Promise<Positive[]> {
  const { rows } = await client.query<Positive>(
    `UPDATE incidents AS i SET told = true WHERE case_number = $1 AND round = $2 AND NOT taken
     RETURNING id AS incident, cause,
       (SELECT count(*) FROM incident_people WHERE incident = i.id AND status <> 'contact') AS people`,
    [caseNumber, round],
  );
  return rows.sort((one, other) => (one.incident < other.incident ? -1 : 1));
}

export interface IncidentRow {
  readonly id: string;
  readonly caseNumber: string;
  readonly round: string;
  readonly enterprise: string;
  readonly cause: Positive['cause'];
  readonly tube: string | null;
  readonly over: boolean;
  readonly openedAt: Date;
}

export async function findIncident(db: Queryable, caseNumber: string, id: string): Promise<IncidentRow | undefined> {
  const { rows } = await db.query<IncidentRow>(
    `SELECT i.id, i.case_number AS "caseNumber", i.round, r.enterprise, i.cause, i.tube, i.over,
            i.opened_at AS "openedAt"
     FROM incidents i JOIN test_rounds r USING (case_number, round) WHERE i.case_number = $1 AND i.id = $2`,
    [caseNumber, id],
  );
  return rows[0];
}

/** Recheck and trace of one incident come one after the other. */
export async function lockIncident(client: Client, id: string): Promise<void> {
  await client.query('SELECT FROM incidents WHERE id = $1 FOR UPDATE', [id]);
}

export interface IncidentPerson {
  readonly person: string;
  readonly name: string | null;
  readonly document: string | null;
  readonly phone: string | null;
  readonly workshop: string | null;
  readonly team: string | null;
  readonly status: 'held' | 'positive' | 'negative' | 'contact';
  readonly documentLookup: Buffer | null;
  readonly phoneLookup: Buffer | null;
}

/** Who was tested by workshop, team and name, then the contacts likewise. */
export async function incidentPeople(db: Queryable, incident: string): Promise<IncidentPerson[]> {
  const { rows } = await db.query<IncidentPerson>(
    `SELECT ip.person, p.name, p.document_mask AS document, p.phone_mask AS phone, p.workshop, p.team, ip.status,
            p.document_lookup AS "documentLookup", p.phone_lookup AS "phoneLookup"
     FROM incident_people ip JOIN people p ON p.id = ip.person WHERE ip.incident = $1 ORDER BY ip.status = 'contact', ${peopleOrder()}`,
    [incident],
  );
  return rows;
}

export interface RecheckResult {
  readonly person: string;
  readonly result: 'positive' | 'negative';
}

/** Single retests as sent under the command; they count once the case has accepted it. A repeat changes nothing. */
export async function fileRecheck(
  client: Client,
  incident: string,
  command: string,
  results: readonly RecheckResult[],
): Promise<void> {
  await client.query(
    `INSERT INTO recheck_results (command, incident, person, result)
     SELECT $1, $2, person, result FROM jsonb_to_recordset($3::jsonb) AS n (person text, result text)
     WHERE NOT EXISTS (SELECT FROM recheck_results WHERE command = $1)`,
    [command, incident, JSON.stringify(results)],
  );
}

/** The case has accepted the command. */
export async function settleRecheck(client: Client, incident: string, command: string): Promise<void> {
  await client.query(
    `UPDATE incident_people AS ip SET status = n.result FROM recheck_results n
     WHERE n.command = $2 AND n.incident = $1 AND ip.incident = $1 AND ip.person = n.person AND ip.status <> 'contact'`,
    [incident, command],
  );
}

/** The case refused the command, a recheck or a trace. */
export async function takeStepBack(client: Client, command: string): Promise<void> {
  await client.query('DELETE FROM recheck_results WHERE command = $1', [command]);
  await client.query(
    `UPDATE incident_people AS ip SET status = 'negative', command = NULL FROM recheck_results n
     WHERE ip.command = $1 AND n.incident = ip.incident AND n.person = ip.person`,
    [command],
  );
  await client.query(`DELETE FROM incident_people WHERE command = $1 AND status = 'contact'`, [command]);
}

/** Close contacts by team and by room, stored under the command; how many there are. A repeat finds the same. */
export async function trace(
  client: Client,
  incident: string,
  command: string,
  roommates: (client: Client, people: readonly string[]) => Promise<readonly string[]>,
): Promise<number> {
  const { rows } = await client.query<{ person: string }>(
    `SELECT person FROM incident_people WHERE incident = $1 AND status IN ('positive', 'held')`,
    [incident],
  );
  const people = rows.map((row) => row.person);
  const contacts = new Set([...(await teammates(client, people)), ...(await roommates(client, people))]);
  // Who was in the tube and is negative is a contact like any other.
  await client.query(
    `INSERT INTO incident_people (incident, person, status, command) SELECT $1, unnest($2::text[]), 'contact', $3
     ON CONFLICT (incident, person) DO UPDATE SET status = 'contact', command = $3 WHERE incident_people.status = 'negative'`,
    [incident, [...contacts], command],
  );
  const { rows: counted } = await client.query<{ contacts: number }>(
    `SELECT count(*) AS contacts FROM incident_people WHERE incident = $1 AND status = 'contact'`,
    [incident],
  );
  return counted[0]?.contacts ?? 0;
}
