/** Every personal value that the system holds of somebody: names, numbers, what was written, whatever must not be found elsewhere. */
import type { Personal } from '../../proof/personal';
import { ownerOf } from '../../api/people/roster-rows';
import type { Queryable } from '../../db/sql/pool';

/** A shorter text is a word that stands everywhere, such as 同意. */
const SHORTEST_TEXT = 8;
/** A name of one character would be found in every word. */
const SHORTEST_NAME = 2;

export interface PersonalValue {
  /** What it is, for the finding: the value itself is not said. */
  readonly what: string;
  readonly value: string;
}

export async function personalValues(db: Queryable, personal: Personal): Promise<PersonalValue[]> {
  const people = await db.query<Row>(
    `SELECT id, name, document_sealed AS document, document_lookup AS lookup, phone_sealed AS phone FROM people
     WHERE erased_at IS NULL`,
  );
  const contacts = await db.query<Contact>('SELECT enterprise, name, phone_sealed AS phone FROM emergency_contacts');
  const medicines = await db.query<Medicine>('SELECT id, sealed FROM medicine_orders WHERE sealed IS NOT NULL');
  const texts = await db.query<{ id: string; body: string }>('SELECT id, body FROM texts WHERE body IS NOT NULL');
  const documents = await db.query<{ id: string; name: string }>('SELECT id, name FROM documents');
  const named = [...people.rows.flatMap((row) => valuesOf(row, personal)), ...contactsOf(contacts.rows, personal)];
  const written = [
    ...medicines.rows.flatMap((row) => wordsOf(row, personal)),
    ...texts.rows.map(({ id, body }) => ({ what: `text ${id}`, value: body })),
    ...documents.rows.map(({ id, name }) => ({ what: `name of document ${id}`, value: name })),
  ];
  return [
    ...named.filter(({ value }) => value.length >= SHORTEST_NAME),
    ...written.filter(({ value }) => value.length >= SHORTEST_TEXT),
  ];
}

interface Row {
  readonly id: string;
  readonly name: string | null;
  readonly document: Buffer | null;
  readonly lookup: Buffer | null;
  readonly phone: Buffer | null;
}

function valuesOf({ id, name, document, lookup, phone }: Row, personal: Personal): PersonalValue[] {
  const owner = lookup && ownerOf(lookup);
  return [
    ...(name === null ? [] : [{ what: `name of ${id}`, value: name }]),
    ...(document && owner ? [{ what: `document of ${id}`, value: personal.open(owner, 'document', document) }] : []),
    ...(phone && owner ? [{ what: `phone of ${id}`, value: personal.open(owner, 'phone', phone) }] : []),
  ];
}

interface Contact {
  readonly enterprise: string;
  readonly name: string;
  readonly phone: Buffer;
}

function contactsOf(rows: readonly Contact[], personal: Personal): PersonalValue[] {
  return rows.flatMap(({ enterprise, name, phone }) => [
    { what: `name of a contact of ${enterprise}`, value: name },
    { what: `phone of a contact of ${enterprise}`, value: personal.open(enterprise, 'phone', phone) },
  ]);
}

interface Medicine {
  readonly id: string;
  readonly sealed: Buffer;
}

function wordsOf({ id, sealed }: Medicine, personal: Personal): PersonalValue[] {
  const words = JSON.parse(personal.open(id, 'medicine', sealed)) as Record<string, string>;
  return Object.values(words).map((value) => ({ what: `words of ${id}`, value }));
}
