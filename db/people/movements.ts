/** Departures and arrivals of people who lodge: each list once, and every movement outside the windows a deviation 违规外出. */
import { randomBytes } from 'node:crypto';
import type { Edition } from '../../domain/programme/edition';
import { isInWindow } from '../../domain/people/lodging';
import { peopleOrder } from './people-order';
import type { Client, Queryable } from '../sql/pool';

export interface Mover {
  readonly person: string;
  readonly name: string | null;
  readonly documentLookup: Buffer | null;
  readonly phoneLookup: Buffer | null;
}

/** Who may stand in a list: the enterprise's people who have not left. */
export async function movers(db: Queryable, enterprise: string): Promise<Mover[]> {
  const { rows } = await db.query<Mover>(
    `SELECT id AS person, name, document_lookup AS "documentLookup", phone_lookup AS "phoneLookup"
     FROM people WHERE enterprise = $1 AND left_on IS NULL AND erased_at IS NULL`,
    [enterprise],
  );
  return rows;
}

export interface ListKey {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly list: string;
  readonly command: string;
}

export interface Moved {
  readonly person: string;
  readonly direction: string;
  readonly at: number;
}

/** A list that came before under the same command gives the same answer again; `other-command` when it came under another. */
export async function storeMovements(
  client: Client,
  { caseNumber, list, command }: ListKey,
  moved: readonly Moved[],
  edition: Pick<Edition, 'utcOffsetMinutes' | 'lodging'>,
): Promise<{ moved: number; deviations: string[] } | 'other-command'> {
  const { rowCount } = await client.query(
    'INSERT INTO movement_lists (case_number, list, command) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [caseNumber, list, command],
  );
  if (rowCount) {
    const rows = moved.map((one, number) => ({
      ...one,
      number,
      deviation: isInWindow(one.at, edition) ? null : `v-${randomBytes(8).toString('hex')}`,
    }));
    await client.query(
      `INSERT INTO movements (case_number, list, number, person, direction, at, deviation)
       SELECT $1, $2, number, person, direction, to_timestamp(at / 1000), deviation
       FROM jsonb_to_recordset($3::jsonb)
         AS n (number integer, person text, direction text, at double precision, deviation text)`,
      [caseNumber, list, JSON.stringify(rows)],
    );
  }
  const { rows: known } = await client.query<{ command: string; moved: number; deviations: string[] }>(
    `SELECT l.command, count(m.number) AS moved,
            COALESCE(array_agg(m.deviation ORDER BY m.number) FILTER (WHERE m.deviation IS NOT NULL), '{}') AS deviations
     FROM movement_lists l LEFT JOIN movements m USING (case_number, list)
     WHERE l.case_number = $1 AND l.list = $2 GROUP BY l.command`,
    [caseNumber, list],
  );
  const [stored] = known;
  if (stored?.command !== command) return 'other-command';
  return { moved: stored.moved, deviations: stored.deviations };
}

/** The case refused the list. */
export async function forgetMovements(client: Client, command: string): Promise<void> {
  await client.query('DELETE FROM movement_lists WHERE command = $1', [command]);
}

/**
 * How long ago a shared room still makes a close contact: four days before the sample, and what the steps from the sample to the
 * tracing may take, transfer included, after which the bed may have been given back.
 */
const CONTACT_DAYS = 7;

/** Who shares a room with one of these people, or did so lately, without them. */
export async function roommates(db: Queryable, people: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ person: string }>(
    `SELECT DISTINCT s.person FROM stays s JOIN stays x ON x.room = s.room AND x.during && s.during
     WHERE x.person = ANY ($1) AND s.person <> ALL ($1)
       AND (upper_inf(x.during * s.during) OR upper(x.during * s.during) > current_date - $2::integer)`,
    [people, CONTACT_DAYS],
  );
  return rows.map((row) => row.person);
}

export interface MovementLine {
  readonly person: string;
  readonly name: string | null;
  readonly direction: string;
  readonly at: Date;
  readonly list: string;
  /** Its place in the list. */
  readonly number: number;
  readonly deviation: string | null;
  /** When the person arrived next, anywhere. */
  readonly arrivedAt: Date | null;
}

export interface MovementFilter {
  readonly caseNumber: string;
  readonly deviations: boolean;
  /** When, list and number of the last one of the page before. */
  readonly before: readonly [string, string, number] | null;
  readonly limit: number;
}

/** Newest first, of one moment by workshop, team and name. */
const ORDER = `-extract(epoch FROM m.at), ${peopleOrder()}, m.list, m.number`;

/** In that order, one more than the limit when there are more; only deviations when asked. */
export async function listMovementsOf(
  db: Queryable,
  { caseNumber, deviations, before, limit }: MovementFilter,
): Promise<MovementLine[]> {
  const { rows } = await db.query<MovementLine>(
    `SELECT m.person, p.name, m.direction, m.at, m.list, m.number, m.deviation,
            (SELECT min(a.at) FROM movements a WHERE a.person = m.person AND a.direction = 'arrival' AND a.at > m.at) AS "arrivedAt"
     FROM movements m JOIN people p ON p.id = m.person
     WHERE m.case_number = $1 AND (NOT $2 OR m.deviation IS NOT NULL)
       AND ($3::text IS NULL OR (${ORDER}) > (SELECT ${ORDER} FROM movements m JOIN people p ON p.id = m.person
         WHERE m.case_number = $1 AND m.list = $3 AND m.number = $4::integer))
     ORDER BY ${ORDER} LIMIT $5`,
    [caseNumber, deviations, before?.[1], before?.[2], limit + 1],
  );
  return rows;
}
