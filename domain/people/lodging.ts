/** Lodging 集中住宿: hotels, rooms and stays, who shares a room, and whether people move between work and lodging 两点一线 when the programme expects it. */
import { localDay, onDay } from '../calendar/calendar';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside, type Wrong } from '../ledger/rejection';
import type { Edition, Instant, LocalDate } from '../programme/edition';

type Rules = Pick<Edition, 'utcOffsetMinutes' | 'lodging'>;

/** A shuttle between two points of one town takes less; longer is a way elsewhere. */
const WAY_MS = 30 * 60_000;

/** Both ends of a window belong to it. */
export function isInWindow(at: Instant, edition: Rules): boolean {
  return endOfWindow(at, edition) !== undefined;
}

/** Until when whoever departed has arrived; undefined outside of every window, for that is a deviation already. */
export function arrivalDue(departed: Instant, edition: Rules): Instant | undefined {
  const end = endOfWindow(departed, edition);
  return end === undefined ? undefined : end + WAY_MS;
}

export interface Way {
  /** `departure` or `arrival`. */
  readonly direction: string;
  readonly at: Instant;
  /** When the person arrived after it; undefined: not yet. */
  readonly arrived: Instant | undefined;
}

/** Who departed in a window and came nowhere in time may be on the way elsewhere. */
export function hasNotArrived({ direction, at, arrived }: Way, edition: Rules, now: Instant): boolean {
  const due = direction === 'departure' ? arrivalDue(at, edition) : undefined;
  return due !== undefined && due < (arrived ?? now);
}

function endOfWindow(at: Instant, edition: Rules): Instant | undefined {
  const day = localDay(at, edition);
  const window = edition.lodging.windows.find(
    ({ from, to }) => onDay(day, from, edition) <= at && at <= onDay(day, to, edition),
  );
  return window && onDay(day, window.to, edition);
}

export interface Lodger {
  readonly person: string;
  readonly workshop: string | null;
  readonly team: string | null;
}

export interface FreeRoom {
  readonly id: string;
  readonly free: number;
}

export interface Placed {
  readonly person: string;
  readonly room: string;
}

/**
 * Gives everyone a bed. A team has rooms of its own, as few as may be, as long as there are any; only then do teams share. The
 * beds must be enough.
 */
export function placeTeams(people: readonly Lodger[], rooms: readonly FreeRoom[]): Placed[] {
  const untouched = [...rooms];
  const beds: string[] = [];
  const placed: Placed[] = [];
  const without: Lodger[] = [];
  for (const team of teamsOf(people)) {
    let waiting = team;
    while (waiting.length > 0) {
      const room = taken(untouched, waiting.length);
      if (!room) break;
      placed.push(...waiting.slice(0, room.free).map(({ person }) => ({ person, room: room.id })));
      beds.push(...Array.from({ length: Math.max(room.free - waiting.length, 0) }, () => room.id));
      waiting = waiting.slice(room.free);
    }
    without.push(...waiting);
  }
  if (without.length > beds.length) throw new RangeError('there are too few beds');
  return [...placed, ...without.map(({ person }, index) => ({ person, room: beds[index] ?? '' }))];
}

/** The largest first, for it is the hardest to place; people without a team come last and may share with anybody. */
function teamsOf(people: readonly Lodger[]): Lodger[][] {
  const teams = new Map<string, Lodger[]>();
  for (const one of people) {
    const name = JSON.stringify([one.workshop, one.team]);
    teams.set(name, [...(teams.get(name) ?? []), one]);
  }
  const alone = (team: readonly Lodger[]) => team[0]?.team === null && team[0].workshop === null;
  return [...teams.values()].sort((a, b) => Number(alone(a)) - Number(alone(b)) || b.length - a.length);
}

/** Takes the smallest room that holds all of them out of the list, or the largest when none does. */
function taken(rooms: FreeRoom[], people: number): FreeRoom | undefined {
  const better = (one: FreeRoom, best: FreeRoom) =>
    best.free >= people ? one.free >= people && one.free < best.free : one.free > best.free;
  const [first] = rooms;
  if (!first) return undefined;
  const best = rooms.reduce((found, one) => (better(one, found) ? one : found), first);
  rooms.splice(rooms.indexOf(best), 1);
  return best;
}

/** What one screen can say of a list of people. */
const MOST_LISTED = 100;

export function registerHotel({ id, village }: { readonly id: string; readonly village: string }): OutsideEntry {
  return { type: 'hotel-registered', details: { hotel: id, village } };
}

export interface Room {
  readonly number: string;
  readonly capacity: number;
}

/** `known` are the numbers that the hotel has; a list that names one twice names one too many. */
export function addRooms(known: readonly string[], hotel: string, rooms: readonly Room[]): OutsideEntry {
  const numbers = new Set([...known, ...rooms.map((room) => room.number)]);
  if (numbers.size < known.length + rooms.length) refuseOutside('room-known');
  const places = rooms.reduce((sum, room) => sum + room.capacity, 0);
  return { type: 'rooms-added', details: { hotel, rooms: rooms.length, places } };
}

/** Somebody of the enterprise, as they are from the first night on. */
export interface Candidate extends Lodger {
  /** On the roster, and not in the loop on site or outside it. */
  readonly lodges: boolean;
  readonly housed: boolean;
}

export interface Assigning {
  readonly hotel: string;
  readonly enterprise: string;
  /** The first night. */
  readonly from: LocalDate;
  /** These people only; null for everyone who lodges and has no room from then on. */
  readonly among: readonly string[] | null;
}

export interface Beds {
  readonly people: readonly Candidate[];
  /** Rooms with beds that are free from the first night on, in which nobody of another enterprise stays. */
  readonly rooms: readonly FreeRoom[];
}

export interface Assigned extends OutsideEntry {
  readonly stays: readonly Placed[];
}

/** Everyone gets a bed or nobody. */
export function assignRooms({ people, rooms }: Beds, { hotel, enterprise, from, among }: Assigning): Assigned {
  if (among) requireFit(people, among);
  const waiting = people.filter((one) => one.lodges && !one.housed);
  const missing = waiting.length - rooms.reduce((sum, room) => sum + room.free, 0);
  if (missing > 0) refuseOutside('no-room', { missing });
  const stays = placeTeams(waiting, rooms);
  return { stays, type: 'lodged', details: { hotel, enterprise, from, lodged: stays.length } };
}

function requireFit(people: readonly Candidate[], among: readonly string[]): void {
  const lodging = new Map(people.filter((one) => one.lodges).map((one) => [one.person, one]));
  const wrong = among.flatMap((id, index): Wrong[] => {
    const one = lodging.get(id);
    if (one && !one.housed) return [];
    return [{ at: `/people/${index}`, why: one ? 'has-a-room' : 'does-not-lodge' }];
  });
  if (wrong.length > 0) refuseOutside('unknown-reference', {}, wrong.slice(0, MOST_LISTED));
}

export interface Stay {
  readonly enterprise: string;
  readonly from: LocalDate;
  /** Null: it has no end yet. */
  readonly to: LocalDate | null;
}

export interface Ending {
  readonly stay: string;
  /** The last night is the one before. */
  readonly on: LocalDate;
}

/** Once, after the first night. */
export function endStay(found: Stay | undefined, { stay, on }: Ending): OutsideEntry {
  if (!found || found.to !== null) refuseOutside('unknown-stay');
  const { enterprise, from } = found;
  if (on <= from) refuseOutside('wrong-date', { on });
  return { type: 'stay-ended', details: { stay, enterprise, on } };
}
