/** The roster 花名册 of an enterprise: a list brings it up to date as a whole, people leave for good, are away for days, work elsewhere. */
import { addDays } from '../calendar/calendar';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside, type Wrong } from '../ledger/rejection';
import type { Instant, LocalDate } from '../programme/edition';

/** More than a person mends at once; how many there are in all is said besides. */
const MOST_LISTED = 200;
/** Of people who are not there: enough to see what went wrong. */
const MOST_NAMED = 10;

/** One line of a list; null is not said, and of somebody who is there already it stays as it is. */
export interface Line {
  /** Where the number of the document stands, for whom it does not fit. */
  readonly at: string;
  /** Keyed hashes: who it is, and whether the phone is another. */
  readonly documentKey: string;
  readonly phoneKey: string;
  readonly name: string;
  readonly workshop: string | null;
  readonly team: string | null;
  readonly loop: string;
  readonly chronic: boolean | null;
  readonly partyMember: boolean | null;
}

/** Somebody who is on a roster, whichever enterprise's, and has not left. */
export interface Known {
  readonly id: string;
  readonly enterprise: string;
  readonly documentKey: string;
  readonly phoneKey: string | null;
  readonly name: string | null;
  readonly workshop: string | null;
  readonly team: string | null;
  readonly loop: string;
  readonly chronic: boolean;
  readonly partyMember: boolean;
}

export interface Imported<One extends Line> extends OutsideEntry {
  readonly added: readonly One[];
  /** Under the ids that they have. */
  readonly updated: readonly (One & { readonly id: string })[];
  readonly unchanged: number;
}

/** `known` is who of the list is on any roster. Everyone or nobody: one who is on another enterprise's stops the whole list. */
export function importRoster<One extends Line>(
  known: readonly Known[],
  enterprise: string,
  lines: readonly One[],
): Imported<One> {
  const byDocument = new Map(known.map((one) => [one.documentKey, one]));
  const elsewhere: Wrong[] = [];
  const added: One[] = [];
  const updated: (One & { id: string })[] = [];
  for (const line of lines) {
    const present = byDocument.get(line.documentKey);
    if (!present) added.push(line);
    else if (present.enterprise !== enterprise) elsewhere.push({ at: line.at, why: 'on-another-roster' });
    else if (differs(line, present)) updated.push({ ...line, id: present.id });
  }
  if (elsewhere.length > 0) {
    refuseOutside('table-invalid', { mistakes: elsewhere.length }, elsewhere.slice(0, MOST_LISTED));
  }
  const counts = { added: added.length, updated: updated.length };
  return {
    ...{ added, updated, unchanged: lines.length - counts.added - counts.updated },
    ...{ type: 'roster-imported', details: counts },
  };
}

/** Only what the list says counts. */
function differs(line: Line, present: Known): boolean {
  const said = ['name', 'workshop', 'team', 'loop', 'chronic', 'partyMember'] as const;
  if (said.some((field) => line[field] !== null && line[field] !== present[field])) return true;
  return line.phoneKey !== present.phoneKey;
}

/** Until when somebody new is kept apart 静默; null before operation began, for who was there then is no new arrival. */
export function quietUntil(joinedOn: LocalDate, quietDays: number | undefined): LocalDate | null {
  return quietDays === undefined ? null : addDays(joinedOn, quietDays);
}

/** Of the people whom an act names, those who are on the enterprise's roster and have not left. */
export interface Present {
  readonly id: string;
  readonly joinedOn: LocalDate;
}

function requirePresent(present: readonly Present[], ids: readonly string[]): void {
  const there = new Set(present.map((one) => one.id));
  const unknown = ids.filter((id) => !there.has(id));
  if (unknown.length > 0) refuseOutside('unknown-person', { people: unknown.slice(0, MOST_NAMED) });
}

export interface Leaving {
  readonly people: readonly string[];
  /** The first day on which they are gone. */
  readonly on: LocalDate;
  /** The moment; now when it is not given. */
  readonly at: Instant | undefined;
}

export interface Left extends OutsideEntry {
  readonly people: readonly string[];
  readonly on: LocalDate;
  readonly at: Instant;
}

/** All of them or none, and nobody before the own first day. */
export function leave(present: readonly Present[], leaving: Leaving, now: Instant): Left {
  const { on } = leaving;
  requirePresent(present, leaving.people);
  if (present.some(({ joinedOn }) => joinedOn > on)) refuseOutside('wrong-date', { on });
  const people = [...new Set(leaving.people)];
  return { people, on, at: leaving.at ?? now, type: 'people-left', details: { people: people.length, on } };
}

export interface Absence {
  readonly person: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly reason: string;
}

export interface Absent extends OutsideEntry {
  readonly days: Absence;
}

export function absence(present: readonly Present[], { person, from, to, reason }: Absence): Absent {
  requirePresent(present, [person]);
  if (to < from) refuseOutside('wrong-date', { from, to });
  const days = { person, from, to, reason };
  return { days, type: 'person-absent', details: days };
}

/** The ledger names what was changed, not to what: it may say something of health. */
export function change(
  present: readonly Present[],
  person: string,
  changed: { readonly [field: string]: unknown },
): OutsideEntry {
  requirePresent(present, [person]);
  return { type: 'person-changed', details: { person, changed: Object.keys(changed).sort() } };
}
