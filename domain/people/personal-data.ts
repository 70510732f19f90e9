/** Personal data: a number is shown whole for a purpose that the ledger keeps, and erased when the person has left the loop. */
import type { Account } from '../ledger/entry';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';
import type { LocalDate } from '../programme/edition';

/** What is kept of a person; numbers are sealed, and gone once the person is erased. */
export interface Kept<Sealed> {
  readonly id: string;
  readonly enterprise: string;
  readonly document: Sealed | null;
  readonly documentLookup: Sealed | null;
  readonly phone: Sealed | null;
  readonly leftOn: LocalDate | null;
  readonly erased: boolean;
}

export interface Revealing {
  readonly field: 'document' | 'phone';
  readonly purpose: string;
}

export interface Revealed<Sealed> extends OutsideEntry {
  readonly sealed: Sealed;
  /** To whom the number is sealed. */
  readonly documentLookup: Sealed;
}

/** An enterprise knows nobody but its own people. */
export function revealNumber<Sealed>(
  person: Kept<Sealed>,
  { field, purpose }: Revealing,
  by: Account,
): Revealed<Sealed> {
  const { id, enterprise, erased, documentLookup } = person;
  const sealed = person[field];
  const own = by.role !== 'enterprise' || by.enterprise === enterprise;
  if (!own || erased || sealed === null || documentLookup === null) refuseOutside('unknown-person');
  return { sealed, documentLookup, type: 'personal-data-revealed', details: { person: id, field, purpose } };
}

export interface Erased extends OutsideEntry {
  /** The person leaves with it, and gives the bed back. */
  readonly leaves: boolean;
}

/** `runs`: a case of the person's enterprise is in operation. */
export function erasePerson({ person, runs }: { readonly person: Kept<unknown>; readonly runs: boolean }): Erased {
  if (person.erased) refuseOutside('unknown-person');
  const leaves = person.leftOn === null;
  if (leaves && runs) refuseOutside('still-in-the-loop');
  return { leaves, type: 'person-erased', details: { person: person.id } };
}

/** The list as a whole takes the place of the one before. */
export function setContacts(contacts: readonly unknown[]): OutsideEntry {
  return { type: 'emergency-contacts-set', details: { contacts: contacts.length } };
}

export function revealContacts(purpose: string): OutsideEntry {
  return { type: 'personal-data-revealed', details: { field: 'emergency-contacts', purpose } };
}
