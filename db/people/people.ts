/** People of enterprises in PostgreSQL: who they are, who is on the roster on a day, who is found by a number. */
import type { DocumentType, Loop } from '../../contracts/people/people';
import type { LocalDate } from '../../domain/programme/edition';
import { peopleOrder } from './people-order';
import type { Client, Queryable } from '../sql/pool';

export interface NewPerson {
  readonly id: string;
  readonly name: string;
  readonly documentType: DocumentType;
  readonly documentSealed: Buffer;
  readonly documentLookup: Buffer;
  readonly documentMask: string;
  readonly phoneSealed: Buffer;
  readonly phoneLookup: Buffer;
  readonly phoneMask: string;
  /** Null here and below: not said; of whoever is there already it stays as it is. */
  readonly workshop: string | null;
  readonly team: string | null;
  readonly loop: Loop;
  readonly chronic: boolean | null;
  readonly partyMember: boolean | null;
  readonly joinedOn: LocalDate;
  readonly quietUntil: LocalDate | null;
}

export interface Person {
  readonly id: string;
  readonly name: string | null;
  readonly documentType: DocumentType | null;
  readonly document: string | null;
  readonly phone: string | null;
  readonly workshop: string | null;
  readonly team: string | null;
  readonly loop: Loop;
  readonly chronic: boolean;
  readonly partyMember: boolean;
  readonly joinedOn: LocalDate;
  readonly quietUntil: LocalDate | null;
  readonly leftOn: LocalDate | null;
}

const SHOWN = `p.id, p.name, p.document_type AS "documentType", p.document_mask AS document, p.phone_mask AS phone, p.workshop,
  p.team, p.loop, p.chronic, p.party_member AS "partyMember", p.joined_on AS "joinedOn", p.quiet_until AS "quietUntil",
  p.left_on AS "leftOn"`;

/** Imports of one enterprise come one after the other: each sees what the one before has made. */
export async function lockRoster(client: Client, enterprise: string): Promise<void> {
  await client.query('SELECT FROM enterprises WHERE id = $1 FOR NO KEY UPDATE', [enterprise]);
}

/** In one order, whoever locks them: nobody waits in a circle. They stay as they are until the end of the transaction. */
export async function lockPeople(client: Client, ids: readonly string[]): Promise<void> {
  await client.query('SELECT FROM people WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', [ids]);
}

/** Active people by the look-up of their document, in whatever enterprise. */
export interface KnownPerson extends Person {
  readonly enterprise: string;
  readonly documentLookup: Buffer;
  readonly phoneLookup: Buffer | null;
}
export async function activeByDocument(db: Queryable, lookups: readonly Buffer[]): Promise<KnownPerson[]> {
  const { rows } = await db.query<KnownPerson>(
    `SELECT ${SHOWN}, p.enterprise, p.document_lookup AS "documentLookup", p.phone_lookup AS "phoneLookup"
     FROM people p WHERE document_lookup = ANY ($1::bytea[]) AND left_on IS NULL`,
    [lookups],
  );
  return rows;
}

const base64 = (people: readonly NewPerson[]) =>
  JSON.stringify(people, (_key, value: unknown) => {
    // Buffers write themselves as { type, data } before a replacer sees them.
    const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
    return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]).toString('base64') : value;
  });

const ROWS = `jsonb_to_recordset($1::jsonb) AS n (id text, name text, "documentType" text, "documentSealed" text,
  "documentLookup" text, "documentMask" text, "phoneSealed" text, "phoneLookup" text, "phoneMask" text, workshop text, team text,
  loop text, chronic boolean, "partyMember" boolean, "joinedOn" date, "quietUntil" date)`;

/** In the order of their documents: of two enterprises with the same people neither waits for the other in a circle. */
export async function insertPeople(client: Client, enterprise: string, people: readonly NewPerson[]): Promise<void> {
  await client.query(
    `INSERT INTO people (id, enterprise, name, document_type, document_sealed, document_lookup, document_mask, phone_sealed,
                         phone_lookup, phone_mask, workshop, team, loop, chronic, party_member, joined_on, quiet_until)
     SELECT id, $2, name, "documentType", decode("documentSealed", 'base64'), decode("documentLookup", 'base64'), "documentMask",
            decode("phoneSealed", 'base64'), decode("phoneLookup", 'base64'), "phoneMask", workshop, team, loop, COALESCE(chronic, false),
            COALESCE("partyMember", false), "joinedOn", "quietUntil"
     FROM ${ROWS} ORDER BY "documentLookup"`,
    [base64(people), enterprise],
  );
}

/** What a list may change of somebody who is there already; the day of joining stays. */
export async function updatePeople(client: Client, people: readonly NewPerson[]): Promise<void> {
  await lockPeople(
    client,
    people.map(({ id }) => id),
  );
  await client.query(
    `UPDATE people AS p SET name = n.name, phone_sealed = decode(n."phoneSealed", 'base64'),
            phone_lookup = decode(n."phoneLookup", 'base64'), phone_mask = n."phoneMask", workshop = COALESCE(n.workshop, p.workshop),
            team = COALESCE(n.team, p.team), loop = n.loop, chronic = COALESCE(n.chronic, p.chronic),
            party_member = COALESCE(n."partyMember", p.party_member)
     FROM ${ROWS} WHERE p.id = n.id`,
    [base64(people)],
  );
}

export interface RosterCounts {
  readonly onSite: number;
  readonly lodging: number;
  readonly outside: number;
  readonly chronic: number;
}

/** Of everyone who has not left. */
export async function rosterCounts(db: Queryable, enterprise: string): Promise<RosterCounts> {
  const { rows } = await db.query<RosterCounts>(
    `SELECT count(*) FILTER (WHERE loop = 'on-site') AS "onSite", count(*) FILTER (WHERE loop = 'lodging') AS lodging,
            count(*) FILTER (WHERE loop = 'outside') AS outside, count(*) FILTER (WHERE chronic) AS chronic
     FROM people WHERE enterprise = $1 AND left_on IS NULL`,
    [enterprise],
  );
  return rows[0] ?? { onSite: 0, lodging: 0, outside: 0, chronic: 0 };
}

/** SQL condition: `people p` owes tests on the date `date` (a placeholder): in the loop, and not away that day. */
export function owesTests(date: string): string {
  return `p.loop <> 'outside' AND p.erased_at IS NULL AND p.joined_on <= ${date}::date
    AND (p.left_on IS NULL OR p.left_on > ${date}::date)
    AND NOT EXISTS (SELECT FROM person_absences a WHERE a.person = p.id AND ${date}::date BETWEEN a.from_on AND a.to_on)`;
}

/** SQL: why `people p` is exempt on that date; null for who is not. */
export function exemption(date: string): string {
  return `(SELECT e.reason FROM person_exemptions e WHERE e.person = p.id AND ${date}::date BETWEEN e.from_on AND e.to_on LIMIT 1)`;
}

const ORDER = peopleOrder();

export interface RosterFilter {
  readonly enterprise: string;
  readonly q?: string | undefined;
  readonly loop?: Loop | undefined;
  readonly left?: boolean | undefined;
  /** The last person of the page before: the next one begins where that person stands now. */
  readonly after: string | null;
  readonly limit: number;
}

/** By workshop, team and name; one more than the limit when there are more. */
export async function listPeople(db: Queryable, filter: RosterFilter): Promise<Person[]> {
  const { enterprise, q, loop, left = false, after, limit } = filter;
  const { rows } = await db.query<Person>(
    `SELECT ${SHOWN} FROM people p
     WHERE enterprise = $1 AND ($2::text IS NULL OR strpos(name, $2) > 0) AND ($3::text IS NULL OR loop = $3)
       AND (left_on IS NOT NULL) = $4 AND ($5::text IS NULL OR (${ORDER}) > (SELECT ${ORDER} FROM people p WHERE p.id = $5))
     ORDER BY ${ORDER} LIMIT $6`,
    [enterprise, q ?? null, loop ?? null, left, after, limit + 1],
  );
  return rows;
}

export interface Wanted {
  readonly ids: readonly string[];
  readonly documents: readonly Buffer[];
  readonly phones: readonly Buffer[];
}

export interface FoundPerson {
  readonly id: string;
  readonly name: string | null;
  readonly documentLookup: Buffer | null;
  readonly phoneLookup: Buffer | null;
}

/** People of the enterprise, whether they have left or not, by any of these. */
export async function findPeople(db: Queryable, enterprise: string, wanted: Wanted): Promise<FoundPerson[]> {
  const { rows } = await db.query<FoundPerson>(
    `SELECT id, name, document_lookup AS "documentLookup", phone_lookup AS "phoneLookup" FROM people
     WHERE enterprise = $1
       AND (id = ANY ($2) OR document_lookup = ANY ($3::bytea[]) OR phone_lookup = ANY ($4::bytea[]))`,
    [enterprise, wanted.ids, wanted.documents, wanted.phones],
  );
  return rows;
}

/** Of these ids the ones that are active in the enterprise. */
export async function activeAmong(db: Queryable, enterprise: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    'SELECT id FROM people WHERE enterprise = $1 AND id = ANY ($2) AND left_on IS NULL AND erased_at IS NULL',
    [enterprise, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** Of these ids the ones that are active in the enterprise, with their first day. */
export async function presentAmong(
  db: Queryable,
  enterprise: string,
  ids: readonly string[],
): Promise<{ id: string; joinedOn: LocalDate }[]> {
  const { rows } = await db.query<{ id: string; joinedOn: LocalDate }>(
    `SELECT id, joined_on AS "joinedOn" FROM people
     WHERE enterprise = $1 AND id = ANY ($2) AND left_on IS NULL AND erased_at IS NULL`,
    [enterprise, ids],
  );
  return rows;
}

/** Who works with one of these people in a team, without them: contacts of a positive. */
export async function teammates(db: Queryable, people: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT p.id FROM people p JOIN people x ON x.enterprise = p.enterprise AND x.team = p.team
       AND x.workshop IS NOT DISTINCT FROM p.workshop
     WHERE x.id = ANY ($1) AND p.left_on IS NULL AND p.id <> ALL ($1)`,
    [people],
  );
  return rows.map((row) => row.id);
}

export interface SealedPerson {
  readonly id: string;
  readonly enterprise: string;
  readonly document: Buffer | null;
  readonly documentLookup: Buffer | null;
  readonly phone: Buffer | null;
  readonly leftOn: LocalDate | null;
  readonly erased: boolean;
}

export async function findSealed(db: Queryable, id: string): Promise<SealedPerson | undefined> {
  const { rows } = await db.query<SealedPerson>(
    `SELECT id, enterprise, document_sealed AS document, document_lookup AS "documentLookup", phone_sealed AS phone, left_on AS "leftOn",
            erased_at IS NOT NULL AS erased
     FROM people WHERE id = $1`,
    [id],
  );
  return rows[0];
}

/** How many of the people, all of them of the enterprise and active, have left now. */
export async function leave(
  client: Client,
  enterprise: string,
  { people, on, at }: { people: readonly string[]; on: LocalDate; at: Date },
): Promise<number> {
  await lockPeople(client, people);
  const { rowCount } = await client.query(
    `UPDATE people SET left_on = $3::date, left_at = $4
     WHERE enterprise = $1 AND id = ANY ($2) AND left_on IS NULL AND joined_on <= $3::date`,
    [enterprise, people, on, at],
  );
  return rowCount ?? 0;
}

/** Nothing personal is left; rounds, stays and statistics keep the id. Who had not left has left with it. */
export async function erase(client: Client, id: string, on: LocalDate): Promise<void> {
  await client.query(
    `UPDATE people SET name = NULL, document_type = NULL, document_sealed = NULL, document_lookup = NULL, document_mask = NULL,
            phone_sealed = NULL, phone_lookup = NULL, phone_mask = NULL, workshop = NULL, team = NULL, chronic = false,
            party_member = false, erased_at = now(), left_on = COALESCE(left_on, GREATEST($2::date, joined_on))
     WHERE id = $1`,
    [id, on],
  );
  await client.query('UPDATE medicine_orders SET sealed = NULL WHERE person = $1', [id]);
}
