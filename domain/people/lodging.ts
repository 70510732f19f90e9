/** Lodging 集中住宿: who shares a room, and whether people move between work and lodging 两点一线 when the programme expects it. */
import { localDay, onDay } from '../calendar/calendar';
import type { Edition, Instant } from '../programme/edition';

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
