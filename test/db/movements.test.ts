/** Lists of movements on a real PostgreSQL: each counts once, whole or not at all, and what lies outside the windows is a deviation. */
import { forgetMovements, listMovementsOf, movers, storeMovements } from '../../db/people/movements';
import { leave } from '../../db/people/people';
import { transaction, type Client } from '../../db/sql/pool';
import { instantOf } from '../../domain/calendar/calendar';
import { TestDatabase } from '../support/postgres';
import { employ, employee } from '../support/frozen-rounds';
import { EDITION } from '../support/town';
import { expectWithin } from '../support/pace';

const DAY = '2026-05-10';
const CASE = { caseNumber: '2026-0001', enterprise: 'e-1' };

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
  await db.register(CASE.caseNumber, CASE.enterprise, 'k'.repeat(64));
  await db.register('2026-0002', 'e-2', 'k'.repeat(64));
});
afterAll(() => db.stop());

const inOne = <T>(work: (client: Client) => Promise<T>) => transaction(db.pool, work);
const lodgers = (ids: readonly string[], enterprise = CASE.enterprise) =>
  employ(
    db.pool,
    enterprise,
    ids.map((id) => employee(id, { loop: 'lodging' })),
  );
const at = (time: string, on = DAY) => instantOf(on, time, EDITION);
const moved = (person: string, direction: string, time: string) => ({ person, direction, at: at(time) });
const ROWS = [moved('a', 'departure', '06:40'), moved('b', 'departure', '12:10'), moved('b', 'arrival', '13:00')];
const store = (list = 'l-1', command = 'c-1', rows = ROWS) =>
  inOne((client) => storeMovements(client, { ...CASE, list, command }, rows, EDITION));
const listed = (over: object = {}) =>
  listMovementsOf(db.pool, { ...CASE, deviations: false, before: null, limit: 100, ...over });
beforeEach(async () => {
  await db.pool.query('TRUNCATE people, movement_lists CASCADE');
  await lodgers(['a', 'b']);
});

test('outside the windows are deviations; the same list under its command gives the same answer, under another none', async () => {
  const first = await store();
  expect(first).toEqual({ moved: 3, deviations: [expect.stringMatching(/^v-[0-9a-f]{16}$/), expect.any(String)] });
  expect(await store()).toEqual(first);
  expect(await store('l-1', 'c-2')).toBe('other-command');
  expect(await store('l-2', 'c-1')).toBe('other-command');
  expect((await listed()).map((one) => [one.person, one.direction, one.deviation === null])).toEqual([
    ['b', 'arrival', false],
    ['b', 'departure', false],
    ['a', 'departure', true],
  ]);
  expect((await listed({ deviations: true })).map((one) => one.deviation).sort()).toEqual(
    [...(first as { deviations: string[] }).deviations].sort(),
  );
});

test('the same list at the same time is stored once, and all but those of another command hear the same', async () => {
  const answers = await Promise.all(['c-1', 'c-1', 'c-1', 'c-2', 'c-2'].map((command) => store('l-1', command)));
  expect((await listed()).length).toBe(3);
  const told = new Set(answers.map((answer) => JSON.stringify(answer)));
  expect(told.size).toBe(2);
  expect(told).toContain('"other-command"');
});

test('what the case refuses is taken back as a whole, and may come again', async () => {
  await store();
  await inOne((client) => forgetMovements(client, 'c-1'));
  expect(await listed()).toEqual([]);
  expect(await store('l-1', 'c-2')).toMatchObject({ moved: 3 });
});

test('an unknown person, and nothing of the list is stored', async () => {
  await expect(store('l-1', 'c-1', [...ROWS, moved('nobody', 'arrival', '18:00')])).rejects.toThrow('foreign key');
  expect(await listed()).toEqual([]);
  expect(await store()).toMatchObject({ moved: 3 });
});

test('each departure has the arrival after it, across lists; pages follow each other', async () => {
  await store();
  await store('l-2', 'c-2', [moved('a', 'arrival', '07:05'), moved('a', 'departure', '17:30')]);
  const all = await listed();
  expect(all.map((one) => [one.person, one.direction, one.arrivedAt?.getTime()])).toEqual([
    ['a', 'departure', undefined],
    ['b', 'arrival', undefined],
    ['b', 'departure', at('13:00')],
    ['a', 'arrival', undefined],
    ['a', 'departure', at('07:05')],
  ]);
  const pages = [];
  let before: readonly [string, string, number] | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof listed>> = await listed({ before, limit: 1 });
    const [line] = page;
    if (line) pages.push(line);
    if (!line || page.length < 2) break;
    before = [line.at.toISOString(), line.list, line.number];
  }
  expect(pages).toEqual(all);
});

test('five thousand are stored in well under a second', async () => {
  const rows = Array.from({ length: 5000 }, (_, n) => moved(n % 2 ? 'a' : 'b', 'departure', '07:00'));
  const begun = performance.now();
  expect(await store('l-1', 'c-1', rows)).toEqual({ moved: 5000, deviations: [] });
  expectWithin(1000, performance.now() - begun);
});

test('only people of the enterprise who have not left may stand in a list', async () => {
  await lodgers(['c'], 'e-2');
  await inOne((client) => leave(client, 'e-1', { people: ['b'], on: DAY, at: new Date() }));
  expect((await movers(db.pool, 'e-1')).map((one) => one.person)).toEqual(['a']);
});
