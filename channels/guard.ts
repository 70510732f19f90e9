/** The outbound privacy guard: what goes to a group or to everybody names nobody and carries no number or address of a person (docs/domain.md#privacy). */
import { isDate } from '../domain/calendar/calendar';

/** What PostgreSQL knows of people, as it stands there. */
export interface KnownPeople {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

export interface Finding {
  readonly what: 'name' | 'id-number' | 'document-number' | 'phone' | 'address' | 'person-id';
  /** Masked: fit to be shown to the author and to be kept as the reason. */
  readonly shown: string;
}

/** Gives the first thing found, or undefined for a text that may go out. */
export type Guard = (text: string) => Finding | undefined;

/** What may stand between the characters of one name or number: spaces, invisible characters, dots, dashes, strokes, brackets. */
const BETWEEN = String.raw`[\s\p{Cf}\p{Pd}·•・‧._*/|'"()]`;
const GAPS = new RegExp(BETWEEN, 'gu');
/** One character is no name by itself, and stands in every text. */
const SHORTEST_NAME = 2;
/** Shorter addresses are names of villages and streets, which notices may carry. */
const SHORTEST_ADDRESS = 6;
/** A run of digits with gaps between them; X as an ID's last. */
const RUN = new RegExp(String.raw`\d(?:${BETWEEN}{0,3}[\dX])*`, 'gu');
const MOBILE = /^(?:0086|86)?(1[3-9]\d{9})$/;
/** A region from 11 to 82, a day of birth, three digits and the check character, which may be wrong: the shape is enough. */
const RESIDENT_ID = /^[1-8]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[\dX]$/;
/** The IDs of before 1999: two digits of the year, no check character. */
const OLD_RESIDENT_ID = /^[1-8]\d{5}(\d{2})(\d{2})(\d{2})\d{3}$/;
const [FIRST_BIRTH, LAST_BIRTH] = ['1900', '2099'];
/** Passports, and permits of Hong Kong, Macao and Taiwan. */
const DOCUMENT = /(?<![A-Z0-9])(?:[DEGPS]|E[A-Z]|[HM]\d?\d?|C[A-Z]?)\d{8}(?![A-Z0-9])/u;
const COUNT = String.raw`[\d一二三四五六七八九十百]+`;
const PERSON_ID = /P-[0-9A-F]{32}/;
/** A home: a house with its room, a lane with its house, a building with its entrance. An office's street and number are none. */
const HOME = new RegExp(
  `${COUNT}(?:号|弄|栋|幢|座|单元|号楼)[^，。；！？\\n]{0,12}?${COUNT}室|${COUNT}弄${COUNT}号|${COUNT}[栋幢]${COUNT}单元`,
  'u',
);

/**
 * A name is refused wherever its characters follow each other, also where they are an everyday word (高峰, 安全): it is the safe
 * side, and the author is shown what was found. Landlines are let through: offices publish theirs.
 */
export function createGuard({ names, addresses }: KnownPeople): Guard {
  const byLength = lengthsOf(names.map(compact).filter((name) => [...name].length >= SHORTEST_NAME));
  const homes = addresses.map(compact).filter((address) => [...address].length >= SHORTEST_ADDRESS);
  return (text) => {
    const plain = text.normalize('NFKC').toUpperCase();
    return (
      personIn(plain) ??
      numberIn(plain) ??
      documentIn(plain) ??
      addressIn(plain, homes) ??
      nameIn(compact(text), byLength)
    );
  };
}

function compact(text: string): string {
  return text.normalize('NFKC').toUpperCase().replace(GAPS, '');
}

function lengthsOf(names: readonly string[]): Map<number, Set<string>> {
  const lengths = new Map<number, Set<string>>();
  for (const name of names) {
    const same = lengths.get(name.length) ?? new Set();
    lengths.set(name.length, same.add(name));
  }
  return lengths;
}

function nameIn(text: string, byLength: ReadonlyMap<number, ReadonlySet<string>>): Finding | undefined {
  for (const [length, names] of byLength) {
    for (let start = 0; start + length <= text.length; start += 1) {
      const found = text.slice(start, start + length);
      if (names.has(found)) return { what: 'name', shown: masked(found, 1) };
    }
  }
  return undefined;
}

interface Digits {
  readonly characters: string;
  /** Whether the character follows the one before it without a gap. */
  readonly joined: readonly boolean[];
}

/** A number begins and ends where digits do, or at a gap; letters at its ends make it part of an id. */
function numberIn(text: string): Finding | undefined {
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const inWord = /[A-Z]/.test(text.charAt(index - 1));
    const goesOn = /[A-Z]/.test(text.charAt(index + run.length));
    const digits = digitsOf(run);
    const { length } = digits.characters;
    for (let start = inWord ? 1 : 0; start < length; start += 1) {
      if (start > 0 && digits.joined[start]) continue;
      const found = numberAt(digits, start, goesOn ? length - 1 : length);
      if (found) return found;
    }
  }
  return undefined;
}

function digitsOf(run: string): Digits {
  const parts = run.split(new RegExp(`${BETWEEN}+`, 'u'));
  return { characters: parts.join(''), joined: parts.flatMap((part) => [...part].map((_, place) => place > 0)) };
}

/** An ID of 15 or 18 characters, a mobile number of 11, 13 or 15 with its country code. */
function numberAt({ characters, joined }: Digits, start: number, end: number): Finding | undefined {
  for (const length of [18, 11, 13, 15]) {
    const last = start + length;
    if (last > end || joined[last]) continue;
    const number = characters.slice(start, last);
    const mobile = MOBILE.exec(number)?.[1];
    if (mobile !== undefined) return { what: 'phone', shown: masked(mobile, 3) };
    // Fifteen digits with gaps are rather several numbers in a row.
    const whole = joined.slice(start + 1, last).every(Boolean);
    if (isResidentId(number, whole)) return { what: 'id-number', shown: masked(number, 3) };
  }
  return undefined;
}

function isResidentId(number: string, whole: boolean): boolean {
  const [, year = '', month, day] = RESIDENT_ID.exec(number) ?? [];
  if (year >= FIRST_BIRTH && year <= LAST_BIRTH) return isDate(`${year}-${month}-${day}`);
  const [, short, ofOld, dayOfOld] = (whole && OLD_RESIDENT_ID.exec(number)) || [];
  return short !== undefined && isDate(`19${short}-${ofOld}-${dayOfOld}`);
}

/** This system's own id of somebody, under which results stand: it leads back to the person. */
function personIn(text: string): Finding | undefined {
  const [found] = PERSON_ID.exec(text) ?? [];
  return found === undefined ? undefined : { what: 'person-id', shown: masked(found, 4) };
}

function documentIn(text: string): Finding | undefined {
  const [found] = DOCUMENT.exec(text) ?? [];
  return found === undefined ? undefined : { what: 'document-number', shown: masked(found, 2) };
}

function addressIn(text: string, homes: readonly string[]): Finding | undefined {
  const dense = compact(text);
  const found = HOME.exec(dense)?.[0] ?? homes.find((home) => dense.includes(home));
  return found === undefined ? undefined : { what: 'address', shown: masked(found, 1) };
}

/** The first `kept` characters; the rest is not even told by its length. */
function masked(value: string, kept: number): string {
  return `${[...value].slice(0, kept).join('')}***`;
}
