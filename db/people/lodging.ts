/** Hotels, rooms and stays: nobody is promised a bed that is not there, teams stay together as far as rooms allow. */
import { randomBytes } from 'node:crypto';
import type { LocalDate } from '../../domain/programme/edition';
import type { Assigning, Candidate, FreeRoom, Placed, Room, Stay } from '../../domain/people/lodging';
import { byName, peopleOrder } from './people-order';
import type { Client, Queryable } from '../sql/pool';

export interface Hotel {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly village: string;
}

export async function insertHotel(client: Client, { id, name, address, village }: Hotel): Promise<void> {
  await client.query('INSERT INTO hotels (id, name, address, village) VALUES ($1, $2, $3, $4)', [
    id,
    name,
    address,
    village,
  ]);
}

/** The numbers of its rooms; as long as the hotel is locked (`lockHotel`) none is added. */
export async function roomNumbers(client: Client, hotel: string): Promise<string[]> {
  const { rows } = await client.query<{ number: string }>('SELECT number FROM rooms WHERE hotel = $1', [hotel]);
  return rows.map((row) => row.number);
}

/** Needs the hotel locked (`lockHotel`). @throws a unique violation for a number that the hotel has */
export async function insertRooms(client: Client, hotel: string, rooms: readonly Room[]): Promise<void> {
  const lines = rooms.map((room) => ({ ...room, id: `room-${randomBytes(8).toString('hex')}` }));
  await client.query(
    `INSERT INTO rooms (id, hotel, number, capacity)
     SELECT id, $1, number, capacity FROM jsonb_to_recordset($2::jsonb) AS n (id text, number text, capacity integer)`,
    [hotel, JSON.stringify(lines)],
  );
}

/**
 * SQL: the beds of `rooms r` that are free on every day from `from` (a placeholder) on. How many stay changes only on the first
 * day of a stay or after its end, so that the most stay on `from` itself or on one of the first days.
 */
function freeFrom(from: string): string {
  return `(r.capacity - COALESCE((SELECT max((
      SELECT count(*) FROM stays o WHERE o.room = r.id AND o.during @> GREATEST(lower(s.during), ${from}::date)))
    FROM stays s WHERE s.room = r.id AND s.during && daterange(${from}::date, NULL)), 0))::integer`;
}

export interface HotelLine extends Hotel {
  readonly rooms: number;
  readonly places: number;
  /** Places that nobody has today or is promised for later. */
  readonly free: number;
}

export async function listHotels(db: Queryable, today: LocalDate): Promise<HotelLine[]> {
  const { rows } = await db.query<HotelLine>(
    `SELECT h.id, h.name, h.address, h.village, count(r.id) AS rooms, COALESCE(sum(r.capacity), 0)::integer AS places,
            COALESCE(sum(${freeFrom('$1')}), 0)::integer AS free
     FROM hotels h LEFT JOIN rooms r ON r.hotel = h.id GROUP BY h.id ORDER BY ${byName('h.name')}, h.id`,
    [today],
  );
  return rows;
}

/**
 * Those who add rooms to a hotel or give out its beds come one after the other, so that each counts what the one before has given; stays
 * end without it, for that only frees beds. @returns false for an unknown hotel
 */
export async function lockHotel(client: Client, hotel: string): Promise<boolean> {
  const { rows } = await client.query('SELECT FROM hotels WHERE id = $1 FOR NO KEY UPDATE', [hotel]);
  return rows.length > 0;
}

/** Rooms with a free bed from a day on in which nobody of another enterprise stays: loops are not mixed. */
export async function freeRooms(client: Client, { hotel, enterprise, from }: Assigning): Promise<FreeRoom[]> {
  const { rows } = await client.query<FreeRoom>(
    `SELECT id, free FROM (SELECT r.id, r.number, ${freeFrom('$3')} AS free FROM rooms r
       WHERE r.hotel = $1 AND NOT EXISTS (
         SELECT FROM stays s WHERE s.room = r.id AND s.enterprise <> $2 AND s.during && daterange($3::date, NULL))) AS found
     WHERE free > 0 ORDER BY ${byName('number')}, id`,
    [hotel, enterprise, from],
  );
  return rows;
}

/** The enterprise's people, or those of them who are named, as they are from the first night on. */
export async function lodgersOf(client: Client, { enterprise, from, among }: Assigning): Promise<Candidate[]> {
  const { rows } = await client.query<Candidate>(
    `SELECT p.id AS person, p.workshop, p.team, p.loop = 'lodging' AND p.left_on IS NULL AS lodges,
            EXISTS (SELECT FROM stays s WHERE s.person = p.id AND s.during && daterange($2::date, NULL)) AS housed
     FROM people p WHERE p.enterprise = $1 AND ($3::text[] IS NULL OR p.id = ANY ($3)) ORDER BY ${peopleOrder()}`,
    [enterprise, from, among],
  );
  return rows;
}

/**
 * Stays without an end. Needs the enterprise's roster locked (`lockRoster`), then the hotel (`lockHotel`), since its lodgers and free
 * rooms were read: in this order, so that nobody waits in a circle.
 */
export async function insertStays(
  client: Client,
  { enterprise, from }: Pick<Assigning, 'enterprise' | 'from'>,
  placed: readonly Placed[],
): Promise<void> {
  const stays = placed.map((stay) => ({ ...stay, id: `stay-${randomBytes(8).toString('hex')}` }));
  await client.query(
    `INSERT INTO stays (id, person, room, enterprise, during)
     SELECT id, person, room, $1, daterange($2::date, NULL) FROM jsonb_to_recordset($3::jsonb) AS n (id text, person text, room text)`,
    [enterprise, from, JSON.stringify(stays)],
  );
}

/** It stays as it is until the end of the transaction. */
export async function lockStay(client: Client, id: string): Promise<Stay | undefined> {
  const { rows } = await client.query<Stay>(
    'SELECT enterprise, lower(during) AS "from", upper(during) AS "to" FROM stays WHERE id = $1 FOR UPDATE',
    [id],
  );
  return rows[0];
}

/** The last night is the one before `on`. */
export async function endStay(client: Client, id: string, on: LocalDate): Promise<void> {
  await client.query('UPDATE stays SET during = daterange(lower(during), $2::date) WHERE id = $1', [id, on]);
}

/** People who leave give their beds back from that day on; a stay that would have begun later is none. @returns how many ended */
export async function endStaysOf(client: Client, people: readonly string[], on: LocalDate): Promise<number> {
  const { rowCount: never } = await client.query(
    'DELETE FROM stays WHERE person = ANY ($1) AND lower(during) >= $2::date',
    [people, on],
  );
  const { rowCount: ended } = await client.query(
    `UPDATE stays SET during = daterange(lower(during), $2::date)
     WHERE person = ANY ($1) AND (upper_inf(during) OR upper(during) > $2::date)`,
    [people, on],
  );
  return (never ?? 0) + (ended ?? 0);
}

export interface StayLine {
  readonly id: string;
  readonly person: string;
  readonly name: string | null;
  readonly team: string | null;
  readonly hotel: string;
  readonly room: string;
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

/** By workshop, team and name, as the enterprise's people stand everywhere. */
export async function staysOf(db: Queryable, enterprise: string, limit: number): Promise<StayLine[]> {
  const { rows } = await db.query<StayLine>(
    `SELECT s.id, s.person, p.name, p.team, h.name AS hotel, r.number AS room, lower(s.during) AS "from", upper(s.during) AS "to"
     FROM stays s JOIN people p ON p.id = s.person JOIN rooms r ON r.id = s.room JOIN hotels h ON h.id = r.hotel
     WHERE s.enterprise = $1 ORDER BY ${peopleOrder()}, s.during, s.id LIMIT $2`,
    [enterprise, limit],
  );
  return rows;
}
