/** Who shares a room, who stays in which from when to when, and who is late: for any teams, rooms, stays and windows. */
import fc from 'fast-check';
import { instantOf } from '../../domain/calendar/calendar';
import { PEOPLE_ACTS } from '../../domain/people/acts';
import {
  addRooms,
  arrivalDue,
  assignRooms,
  endStay,
  hasNotArrived,
  isInWindow,
  placeTeams,
  registerHotel,
  type FreeRoom,
  type Lodger,
} from '../../domain/people/lodging';
import type { Dice } from '../support/dice';
import { asked, day, doneBy, lives, perhaps } from '../support/outside';
import { EDITION } from '../support/town';

const DAY = '2022-05-10';
const at = (time: string) => instantOf(DAY, time, EDITION);

const lodgers = fc
  .array(
    fc.record({ workshop: fc.constantFrom(null, 'w-1', 'w-2'), team: fc.constantFrom(null, 't-1', 't-2', 't-3') }),
    {
      maxLength: 40,
    },
  )
  .map((people) => people.map((one, n): Lodger => ({ ...one, person: `p-${n}` })));
const free = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 30 });
const roomsOf = (sizes: readonly number[]) => sizes.map((size, n): FreeRoom => ({ id: `r-${n}`, free: size }));
const teamOf = ({ workshop, team }: Lodger) => `${workshop}/${team}`;
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const sizes = (people: readonly Lodger[]) => {
  const teams = new Map<string, number>();
  for (const one of people) teams.set(teamOf(one), (teams.get(teamOf(one)) ?? 0) + 1);
  return [...teams.values()];
};

describe('rooms for teams', () => {
  test('everyone has one bed, and no room more people than beds, whenever the beds are enough', () => {
    fc.assert(
      fc.property(lodgers, free, (people, beds) => {
        const rooms = roomsOf(beds);
        if (sum(beds) < people.length) {
          expect(() => placeTeams(people, rooms)).toThrow(RangeError);
          return;
        }
        const placed = placeTeams(people, rooms);
        expect(placed.map((one) => one.person).sort()).toEqual(people.map((one) => one.person).sort());
        for (const room of rooms) {
          expect(placed.filter((one) => one.room === room.id).length).toBeLessThanOrEqual(room.free);
        }
      }),
    );
  });

  test('no two teams share a room as long as there is one for each', () => {
    fc.assert(
      fc.property(lodgers, fc.integer({ min: 1, max: 8 }), fc.nat(3), (people, size, spare) => {
        const needed = sum(sizes(people).map((members) => Math.ceil(members / size)));
        const placed = placeTeams(people, roomsOf(Array.from({ length: needed + spare }, () => size)));
        const teams = new Map(people.map((one) => [one.person, teamOf(one)]));
        for (const { room } of placed) {
          const inside = placed.filter((one) => one.room === room).map((one) => teams.get(one.person));
          expect(new Set(inside).size).toBe(1);
        }
        expect(new Set(placed.map((one) => one.room)).size).toBe(needed);
      }),
    );
  });

  test('a team takes the smallest room that holds it, else the largest ones', () => {
    const team = (name: string, count: number) =>
      Array.from({ length: count }, (_, n): Lodger => ({ person: `${name}${n}`, workshop: null, team: name }));
    const rooms = roomsOf([8, 2, 4, 3]);
    const where = (people: readonly Lodger[]) => placeTeams(people, rooms).map((one) => one.room);
    expect(new Set(where(team('a', 3)))).toEqual(new Set(['r-3']));
    expect(where([...team('a', 2), ...team('b', 4)])).toEqual(['r-2', 'r-2', 'r-2', 'r-2', 'r-1', 'r-1']);
    expect(new Set(where(team('a', 10)))).toEqual(new Set(['r-0', 'r-1']));
  });
});

describe('two points, one line', () => {
  test('both ends of a window belong to it, a moment beyond does not', () => {
    for (const { from, to } of EDITION.lodging.windows) {
      expect([at(from), at(to)].map((one) => isInWindow(one, EDITION))).toEqual([true, true]);
      expect([at(from) - 1, at(to) + 1].map((one) => isInWindow(one, EDITION))).toEqual([false, false]);
    }
  });

  test('whoever departs in a window arrives at the latest half an hour after its end; outside nothing is expected', () => {
    const millisecond = fc.integer({ min: at('00:00'), max: at('23:59') });
    fc.assert(
      fc.property(millisecond, (departed) => {
        const due = arrivalDue(departed, EDITION);
        expect(due === undefined).toBe(!isInWindow(departed, EDITION));
        const ends = EDITION.lodging.windows.map(({ to }) => at(to)).filter((end) => end >= departed);
        if (due !== undefined) expect(due).toBe(Math.min(...ends) + 30 * 60_000);
      }),
    );
    expect(arrivalDue(at('06:00'), EDITION)).toBe(at('09:00'));
    expect(arrivalDue(at('12:00'), EDITION)).toBeUndefined();
  });

  test('late is who left in a window and came nowhere by then; an arrival is never late, nor a deviation', () => {
    const minute = (n: number) => at('00:00') + n * 60_000;
    const due = (departed: number) =>
      EDITION.lodging.windows.flatMap(({ from, to }) =>
        at(from) <= departed && departed <= at(to) ? [at(to) + 30 * 60_000] : [],
      )[0] ?? Infinity;
    lives('ways', (dice) => {
      const direction = dice.of(['departure', 'departure', 'arrival'] as const);
      const left = minute(dice.below(1440));
      // To the moment as well: who comes with the end of the term is in time.
      const last = Math.min(due(left), minute(2000));
      const [arrived, now] = [perhaps(dice, [left + dice.below(300) * 60_000, last]), left + dice.below(300) * 60_000];
      const late = direction === 'departure' && (arrived ?? now) > due(left);
      expect(asked(hasNotArrived, { direction, at: left, arrived }, EDITION, now).done).toBe(late);
    });
  });

  test('without windows every movement is a deviation', () => {
    const never = { ...EDITION, lodging: { ...EDITION.lodging, windows: [] } };
    expect(isInWindow(at('07:00'), never)).toBe(false);
  });
});

interface Stay {
  readonly id: string;
  readonly person: string;
  readonly room: string;
  readonly enterprise: string;
  readonly from: number;
  readonly to: number | null;
}

const ENTERPRISES = ['e-1', 'e-2'];
/** Days are counted from 0; nothing changes after the last of them. */
const DAYS = 20;
const nights = (stay: Stay) => Array.from({ length: (stay.to ?? DAYS) - stay.from }, (_, n) => stay.from + n);

/** A hotel, its stays, and the people of two enterprises. */
class Hotel {
  readonly rooms: { readonly id: string; readonly number: string; readonly capacity: number }[] = [];
  stays: Stay[] = [];
  readonly people = ENTERPRISES.flatMap((enterprise) =>
    Array.from({ length: 6 }, (_, n) => ({
      ...{ person: `${enterprise}-${n}`, enterprise, workshop: null, team: n % 2 ? 'early' : null, lodges: n > 0 },
    })),
  );

  bedsFrom(from: number, enterprise: string): FreeRoom[] {
    return this.rooms.flatMap(({ id, capacity }) => {
      const inside = this.stays.filter((stay) => stay.room === id && nights(stay).some((night) => night >= from));
      if (inside.some((stay) => stay.enterprise !== enterprise)) return [];
      const taken = Array.from({ length: DAYS - from }, (_, n) =>
        inside.filter((one) => nights(one).includes(from + n)),
      );
      const free = capacity - Math.max(0, ...taken.map((one) => one.length));
      return free > 0 ? [{ id, free }] : [];
    });
  }

  candidates(from: number, enterprise: string, among: readonly string[] | null) {
    const housed = (person: string) =>
      this.stays.some((stay) => stay.person === person && nights(stay).some((night) => night >= from));
    return this.people
      .filter((one) => one.enterprise === enterprise && (among === null || among.includes(one.person)))
      .map((one) => ({ ...one, housed: housed(one.person) }));
  }

  /** What must hold of every room in every night. */
  wrong(): string[] {
    return Array.from({ length: DAYS }, (_, night) => {
      const there = this.stays.filter((stay) => nights(stay).includes(night));
      const twice = new Set(there.map((stay) => stay.person)).size < there.length;
      const crowded = this.rooms.filter(({ id, capacity }) => {
        const inside = there.filter((stay) => stay.room === id);
        return inside.length > capacity || new Set(inside.map((stay) => stay.enterprise)).size > 1;
      });
      return [
        ...(twice ? [`somebody has two beds in night ${night}`] : []),
        ...crowded.map((room) => `${room.id} in ${night}`),
      ];
    }).flat();
  }
}

function builds(dice: Dice, hotel: Hotel): void {
  const rooms = Array.from({ length: 1 + dice.below(3) }, () => ({
    ...{ number: String(dice.below(12)), capacity: 1 + dice.below(4) },
  }));
  const known = hotel.rooms.map((room) => room.number);
  const answer = asked(addRooms, known, 'h-1', rooms);
  const numbers = [...known, ...rooms.map((room) => room.number)];
  if (numbers.some((one, n) => numbers.indexOf(one) !== n)) {
    expect(answer.refused).toMatchObject({ code: 'room-known', about: {} });
    return;
  }
  const places = sum(rooms.map((room) => room.capacity));
  expect(doneBy(PEOPLE_ACTS.addRooms, answer).details).toEqual({ hotel: 'h-1', rooms: rooms.length, places });
  hotel.rooms.push(...rooms.map((room) => ({ ...room, id: `room-${room.number}` })));
  expect(asked(addRooms, numbers, 'h-1', rooms).refused?.code).toBe('room-known');
}

function assigns(dice: Dice, hotel: Hotel): void {
  const [enterprise, from] = [dice.of(ENTERPRISES), dice.below(DAYS)];
  const some = [...dice.some(hotel.people.map((one) => one.person)), 'p-nobody'].filter(() => dice.chance(40));
  const among = dice.chance(50) && some.length > 0 ? some : null;
  const people = hotel.candidates(from, enterprise, among);
  const assigning = { hotel: 'h-1', enterprise, from: day(from), among };
  const rooms = hotel.bedsFrom(from, enterprise);
  const answer = asked(assignRooms, { people, rooms }, assigning);
  const unfit = (among ?? []).flatMap((person, n) => {
    const one = people.find((other) => other.person === person);
    const why = !one?.lodges ? 'does-not-lodge' : one.housed ? 'has-a-room' : undefined;
    return why ? [{ at: `/people/${n}`, why }] : [];
  });
  const waiting = people.filter((one) => one.lodges && !one.housed).map((one) => one.person);
  const beds = sum(rooms.map((room) => room.free));
  if (unfit.length > 0) expect(answer.refused).toEqual({ code: 'unknown-reference', about: {}, wrong: unfit });
  else if (beds < waiting.length) {
    expect(answer.refused).toMatchObject({ code: 'no-room', about: { missing: waiting.length - beds } });
  } else {
    const { stays, details } = doneBy(PEOPLE_ACTS.assignRooms, answer);
    expect(stays.map((one) => one.person).sort()).toEqual(waiting.sort());
    expect(details).toEqual({ hotel: 'h-1', enterprise, from: day(from), lodged: waiting.length });
    hotel.stays.push(...stays.map((one) => ({ ...one, id: dice.name('stay'), enterprise, from, to: null })));
    // Everyone has a room now: the same once more gives nobody another.
    const again = { people: hotel.candidates(from, enterprise, null), rooms: hotel.bedsFrom(from, enterprise) };
    if (among === null) expect(asked(assignRooms, again, assigning).done?.stays).toEqual([]);
  }
}

function ends(dice: Dice, hotel: Hotel): void {
  const stay = dice.ofOr(hotel.stays, undefined);
  const [on, id] = [dice.below(DAYS), stay?.id ?? 'stay-0'];
  const written = (one: Stay) => ({ ...one, from: day(one.from), to: one.to === null ? null : day(one.to) });
  const answer = asked(endStay, stay && written(stay), { stay: id, on: day(on) });
  if (!stay || stay.to !== null) expect(answer.refused).toMatchObject({ code: 'unknown-stay', about: {} });
  else if (on <= stay.from) expect(answer.refused).toMatchObject({ code: 'wrong-date', about: { on: day(on) } });
  else {
    const { details } = doneBy(PEOPLE_ACTS.endStay, answer);
    expect(details).toEqual({ stay: id, enterprise: stay.enterprise, on: day(on) });
    const ended = { ...stay, to: on };
    hotel.stays = hotel.stays.map((one) => (one.id === id ? ended : one));
    expect(asked(endStay, written(ended), { stay: id, on: day(on + 1) }).refused?.code).toBe('unknown-stay');
  }
}

test('whatever is built, given out and ended: no bed twice, enterprises apart, everyone or nobody', () => {
  lives('hotels', (dice) => {
    const hotel = new Hotel();
    for (let step = 0; step < 14; step += 1) {
      dice.of([builds, assigns, assigns, ends])(dice, hotel);
      expect(hotel.wrong()).toEqual([]);
    }
  });
});

test('a hotel is told by its id and village, not by its name or address', () => {
  const hotel = { id: 'h-1', name: '演示宾馆', address: '演示路 1 号', village: 'beixing' };
  const { details } = doneBy(PEOPLE_ACTS.registerHotel, asked(registerHotel, hotel));
  expect(details).toEqual({ hotel: 'h-1', village: 'beixing' });
});
