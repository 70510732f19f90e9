/** Stays on a real PostgreSQL: no bed is given twice, whoever comes at the same time; who shared a room is found. */
import fc from 'fast-check';
import {
  endStay as writeEnd,
  endStaysOf,
  freeRooms,
  insertHotel,
  insertRooms,
  insertStays,
  listHotels,
  lockHotel,
  lockStay,
  lodgersOf,
  staysOf,
} from '../../db/people/lodging';
import { roommates } from '../../db/people/movements';
import { leave, lockRoster } from '../../db/people/people';
import { transaction, type Client } from '../../db/sql/pool';
import { addDays } from '../../domain/calendar/calendar';
import { isRefused } from '../../domain/ledger/rejection';
import { assignRooms, endStay, type Assigning } from '../../domain/people/lodging';
import { TestDatabase } from '../support/postgres';
import { employ, employee } from '../support/frozen-rounds';

const DAY = '2026-05-10';
const day = (offset: number) => addDays(DAY, offset);
const ENTERPRISES = ['e-1', 'e-2'];
const HOTELS = ['h-1', 'h-2'];

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
  for (const [n, enterprise] of ENTERPRISES.entries()) {
    await db.register(`2026-000${n + 1}`, enterprise, 'k'.repeat(64));
  }
});
afterAll(() => db.stop());
beforeEach(empty);

async function empty(): Promise<void> {
  await db.pool.query('TRUNCATE people, hotels CASCADE');
  for (const id of HOTELS) {
    await inOne((client) => insertHotel(client, { id, name: id, address: '演示路 1 号', village: 'beixing' }));
  }
}

const inOne = <T>(work: (client: Client) => Promise<T>) => transaction(db.pool, work);
const lodgers = (ids: readonly string[], enterprise = 'e-1', over: object = {}) =>
  employ(
    db.pool,
    enterprise,
    ids.map((id) => employee(id, { loop: 'lodging', ...over })),
  );
const rooms = (capacities: readonly number[], hotel = 'h-1', first = 101) =>
  inOne((client) =>
    insertRooms(
      client,
      hotel,
      capacities.map((capacity, n) => ({ number: String(first + n), capacity })),
    ),
  );
/** As the API does: everyone or nobody, or why not. */
const assign = (over: Partial<Assigning> = {}): Promise<object> =>
  inOne(async (client) => {
    const assigning = { hotel: 'h-1', enterprise: 'e-1', from: DAY, among: null, ...over };
    await lockRoster(client, assigning.enterprise);
    await lockHotel(client, assigning.hotel);
    const beds = { people: await lodgersOf(client, assigning), rooms: await freeRooms(client, assigning) };
    const { stays: placed } = assignRooms(beds, assigning);
    await insertStays(client, assigning, placed);
    return { lodged: placed.length };
  }).catch(refusal);
const end = (stay: string, on: string): Promise<object> =>
  inOne(async (client) => {
    const { details } = endStay(await lockStay(client, stay), { stay, on });
    await writeEnd(client, stay, on);
    return details;
  }).catch(refusal);
function refusal(error: unknown): object {
  if (!isRefused(error)) throw error;
  const { rejection, wrong } = error;
  return wrong.length > 0 ? { wrong } : { ...rejection };
}
const leaves = (person: string, enterprise: string, on: string) =>
  inOne(async (client) => {
    await lockRoster(client, enterprise);
    await leave(client, enterprise, { people: [person], on, at: new Date() });
    return endStaysOf(client, [person], on);
  });
const noRoom = (missing: number) => ({ code: 'no-room', about: { missing } });
const stays = (enterprise = 'e-1') => staysOf(db.pool, enterprise, 1000);
const free = async (on = DAY) => Object.fromEntries((await listHotels(db.pool, on)).map((one) => [one.id, one.free]));
async function stayOf(person: string): Promise<string> {
  return (await stays()).find((one) => one.person === person)?.id ?? '';
}

/** What must hold of every room on every day, in the words of whoever finds that it does not. */
async function wrong(): Promise<object[]> {
  const { rows } = await db.pool.query<object>(
    `WITH nights AS (
       SELECT s.*, r.capacity, night::date FROM stays s JOIN rooms r ON r.id = s.room,
         generate_series(lower(s.during), LEAST(upper(s.during) - 1, $1::date), interval '1 day') AS night)
     SELECT room, night, 'too many' AS wrong FROM nights GROUP BY room, night, capacity HAVING count(*) > capacity
     UNION ALL SELECT room, night, 'two enterprises' FROM nights GROUP BY room, night HAVING count(DISTINCT enterprise) > 1
     UNION ALL SELECT person, night, 'two rooms' FROM nights GROUP BY person, night HAVING count(*) > 1
     UNION ALL SELECT person, night, 'of another enterprise' FROM nights n JOIN people p ON p.id = n.person
       WHERE p.enterprise <> n.enterprise`,
    [day(20)],
  );
  return rows;
}

test('everyone gets a room or nobody, and it is said how many places are missing', async () => {
  await lodgers(['a', 'b', 'c', 'd', 'e']);
  await lodgers(['on-site', 'outside'], 'e-1', { loop: 'on-site' });
  await rooms([2, 2]);
  expect(await assign()).toEqual(noRoom(1));
  expect([await stays(), await free()]).toEqual([[], { 'h-1': 4, 'h-2': 0 }]);
  await rooms([1], 'h-1', 201);
  expect(await assign()).toEqual({ lodged: 5 });
  expect((await stays()).map((one) => one.person).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(await free()).toEqual({ 'h-1': 0, 'h-2': 0 });
  expect(await assign()).toEqual({ lodged: 0 });
});

test('of those who are named, who does not lodge and who has a room are told, and nobody gets one', async () => {
  await lodgers(['a', 'b']);
  await lodgers(['c'], 'e-1', { loop: 'on-site' });
  await lodgers(['d'], 'e-2');
  await rooms([8]);
  expect(await assign({ among: ['a'] })).toEqual({ lodged: 1 });
  const why = ['has-a-room', undefined, 'does-not-lodge', 'does-not-lodge', 'does-not-lodge'];
  const refused = { wrong: why.flatMap((one, n) => (one ? [{ at: `/people/${n}`, why: one }] : [])) };
  expect(await assign({ among: ['a', 'b', 'c', 'd', 'nobody'] })).toEqual(refused);
  expect((await stays()).map((one) => one.person)).toEqual(['a']);
});

test('a room has people of one enterprise: its free beds are none for another', async () => {
  await lodgers(['a']);
  await lodgers(['b'], 'e-2');
  await rooms([2]);
  expect(await assign()).toEqual({ lodged: 1 });
  expect(await assign({ enterprise: 'e-2' })).toEqual(noRoom(1));
  await end(await stayOf('a'), day(3));
  expect(await assign({ enterprise: 'e-2', from: day(2) })).toEqual(noRoom(1));
  expect(await assign({ enterprise: 'e-2', from: day(3) })).toEqual({ lodged: 1 });
  expect(await wrong()).toEqual([]);
});

test('who follows another into a bed does not count twice', async () => {
  await lodgers(['a', 'b', 'c']);
  await rooms([2]);
  await assign({ among: ['a'] });
  await end(await stayOf('a'), day(5));
  expect(await assign({ among: ['b'], from: day(5) })).toEqual({ lodged: 1 });
  expect([await free(DAY), await free(day(6))]).toEqual([
    { 'h-1': 1, 'h-2': 0 },
    { 'h-1': 1, 'h-2': 0 },
  ]);
  expect(await assign({ among: ['c'], from: day(2) })).toEqual({ lodged: 1 });
  expect(await wrong()).toEqual([]);
});

test('a stay ends once, after its first night', async () => {
  await lodgers(['a']);
  await rooms([1]);
  await assign();
  const stay = await stayOf('a');
  expect(await end(stay, DAY)).toEqual({ code: 'wrong-date', about: { on: DAY } });
  expect(await end('stay-0', day(1))).toMatchObject({ code: 'unknown-stay' });
  expect(await end(stay, day(1))).toEqual({ stay, enterprise: 'e-1', on: day(1) });
  expect(await end(stay, day(2))).toMatchObject({ code: 'unknown-stay' });
  expect(await stays()).toMatchObject([{ person: 'a', from: DAY, to: day(1) }]);
});

test('who leaves gives the bed back; a stay that would have begun later is none', async () => {
  await lodgers(['a', 'b']);
  await rooms([1, 1]);
  await assign({ among: ['a'] });
  await assign({ among: ['b'], from: day(9) });
  expect([await leaves('a', 'e-1', day(4)), await leaves('b', 'e-1', day(4))]).toEqual([1, 1]);
  expect(await stays()).toMatchObject([{ person: 'a', from: DAY, to: day(4) }]);
  expect([await free(day(3)), await free(day(4))]).toMatchObject([{ 'h-1': 1 }, { 'h-1': 2 }]);
});

test('who shares a room, or did so within a week, is a contact; who never was there at the same time is none', async () => {
  await lodgers(['a', 'b', 'c', 'd', 'e']);
  await rooms([3, 2]);
  const today = new Date().toISOString().slice(0, 10);
  const from = addDays(today, -30);
  await assign({ among: ['a', 'b', 'c'], from });
  await assign({ among: ['d', 'e'], from });
  expect((await inOne((client) => roommates(client, ['a']))).sort()).toEqual(['b', 'c']);
  await end(await stayOf('b'), addDays(today, -2));
  await end(await stayOf('c'), addDays(today, -20));
  expect(await roommates(db.pool, ['a'])).toEqual(['b']);
  expect((await roommates(db.pool, ['a', 'd'])).sort()).toEqual(['b', 'e']);
  expect(await roommates(db.pool, [])).toEqual([]);
});

test('whatever is given, ended and built at the same time: no bed twice, loops apart, all or nobody', async () => {
  const from = fc.integer({ min: 0, max: 6 }).map(day);
  const hotel = fc.constantFrom(...HOTELS);
  const enterprise = fc.constantFrom(...ENTERPRISES);
  const person = fc.integer({ min: 0, max: 9 });
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.record({ act: fc.constant('assign' as const), hotel, enterprise, from }) },
    { weight: 4, arbitrary: fc.record({ act: fc.constant('name' as const), hotel, enterprise, from, person }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('end' as const), enterprise, person, from }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('leave' as const), enterprise, person, from }) },
    {
      weight: 1,
      arbitrary: fc.record({ act: fc.constant('build' as const), hotel, capacity: fc.integer({ min: 1, max: 4 }) }),
    },
  );
  let floor = 200;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.array(act, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      async (capacities, waves) => {
        await empty();
        for (const one of ENTERPRISES) {
          await lodgers(
            Array.from({ length: 10 }, (_, n) => `${one}-${n}`),
            one,
          );
        }
        await rooms(capacities);
        await rooms([2], 'h-2');
        let given = 0;
        for (const wave of waves) {
          const results = wave.map(async (one): Promise<number> => {
            switch (one.act) {
              case 'assign':
              case 'name': {
                const among = one.act === 'name' ? [`${one.enterprise}-${one.person}`] : null;
                const { hotel, enterprise, from } = one;
                const assigned = await assign({ hotel, enterprise, from, among });
                return 'lodged' in assigned ? Number(assigned.lodged) : 0;
              }
              case 'end': {
                const found = (await stays(one.enterprise)).find((stay) => stay.to === null);
                if (found) await end(found.id, one.from);
                return 0;
              }
              case 'leave': {
                await leaves(`${one.enterprise}-${one.person}`, one.enterprise, one.from);
                return 0;
              }
              case 'build':
                floor += 1;
                await rooms([one.capacity], one.hotel, floor);
                return 0;
            }
          });
          given += (await Promise.all(results)).reduce((total, one) => total + one, 0);
          expect(await wrong()).toEqual([]);
        }
        const kept = (await stays('e-1')).length + (await stays('e-2')).length;
        // Who leaves before the first night has no stay any more; nothing else takes one away.
        if (waves.flat().some((one) => one.act === 'leave')) expect(kept).toBeLessThanOrEqual(given);
        else expect(kept).toBe(given);
      },
    ),
    { numRuns: 40 },
  );
});
