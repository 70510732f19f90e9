/** Who shares a room, and when whoever departed is late: for any teams, rooms and windows. */
import fc from 'fast-check';
import { instantOf } from '../../domain/calendar/calendar';
import { arrivalDue, isInWindow, placeTeams, type FreeRoom, type Lodger } from '../../domain/people/lodging';
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

  test('without windows every movement is a deviation', () => {
    const never = { ...EDITION, lodging: { ...EDITION.lodging, windows: [] } };
    expect(isInWindow(at('07:00'), never)).toBe(false);
  });
});
