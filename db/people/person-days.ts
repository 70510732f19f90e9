/** Days and marks of single people: absences, exemptions from testing, changes of where and how they work; and whom to call. */
import type { Client, Queryable } from '../sql/pool';

export interface Days {
  readonly person: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** A span that begins on the same day replaces the one before. */
export async function setDays(
  client: Client,
  table: 'person_absences' | 'person_exemptions',
  { person, from, to, reason }: Days,
): Promise<void> {
  await client.query(
    `INSERT INTO ${table} (person, from_on, to_on, reason) VALUES ($1, $2, $3, $4)
     ON CONFLICT (person, from_on) DO UPDATE SET to_on = excluded.to_on, reason = excluded.reason`,
    [person, from, to, reason],
  );
}

/** What the clock of the enterprise's open case says, as far as it is recorded; undefined without an open case. */
export async function clockOf(db: Queryable, enterprise: string): Promise<Date | undefined> {
  const { rows } = await db.query<{ clock: Date }>(
    'SELECT clock FROM reopenings WHERE enterprise = $1 AND NOT closed ORDER BY clock DESC LIMIT 1',
    [enterprise],
  );
  return rows[0]?.clock;
}

export interface Change {
  readonly loop?: string | undefined;
  readonly workshop?: string | undefined;
  readonly team?: string | undefined;
  readonly chronic?: boolean | undefined;
  readonly partyMember?: boolean | undefined;
}

export async function changePerson(client: Client, id: string, change: Change): Promise<void> {
  await client.query(
    `UPDATE people SET loop = COALESCE($2, loop), workshop = COALESCE($3, workshop), team = COALESCE($4, team),
            chronic = COALESCE($5, chronic), party_member = COALESCE($6, party_member)
     WHERE id = $1`,
    [id, change.loop, change.workshop, change.team, change.chronic, change.partyMember],
  );
}

export interface Contact {
  readonly duty: string;
  readonly name: string;
  readonly phoneSealed: Buffer;
  readonly phoneMask: string;
}

/** The list as a whole takes the place of the one before. Needs the enterprise's roster locked (`lockRoster`). */
export async function replaceContacts(client: Client, enterprise: string, contacts: readonly Contact[]): Promise<void> {
  await client.query('DELETE FROM emergency_contacts WHERE enterprise = $1', [enterprise]);
  for (const [position, { duty, name, phoneSealed, phoneMask }] of contacts.entries()) {
    await client.query(
      'INSERT INTO emergency_contacts (enterprise, position, duty, name, phone_sealed, phone_mask) VALUES ($1, $2, $3, $4, $5, $6)',
      [enterprise, position, duty, name, phoneSealed, phoneMask],
    );
  }
}

export async function contactsOf(
  db: Queryable,
  enterprise: string,
): Promise<{ duty: string; name: string; phone: string }[]> {
  const { rows } = await db.query<{ duty: string; name: string; phone: string }>(
    'SELECT duty, name, phone_mask AS phone FROM emergency_contacts WHERE enterprise = $1 ORDER BY position',
    [enterprise],
  );
  return rows;
}

/** The numbers sealed to the enterprise. */
export async function sealedContactsOf(
  db: Queryable,
  enterprise: string,
): Promise<{ duty: string; name: string; phone: Buffer }[]> {
  const { rows } = await db.query<{ duty: string; name: string; phone: Buffer }>(
    'SELECT duty, name, phone_sealed AS phone FROM emergency_contacts WHERE enterprise = $1 ORDER BY position',
    [enterprise],
  );
  return rows;
}
