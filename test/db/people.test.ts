/** Who owes a test on a day, who is exempt, who works together, who is found by a number: on a real PostgreSQL. */
import fc from 'fast-check';
import {
  activeAmong,
  erase,
  exemption,
  findPeople,
  insertPeople,
  leave,
  owesTests,
  rosterCounts,
  teammates,
  type NewPerson,
} from '../../db/people/people';
import { setDays } from '../../db/people/person-days';
import { isUniqueViolation, transaction, type Client } from '../../db/sql/pool';
import { addDays } from '../../domain/calendar/calendar';
import { TestDatabase } from '../support/postgres';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
  for (const id of ['e-1', 'e-2']) {
    await db.pool.query(
      `INSERT INTO enterprises (id, name, uscc, kind, village) VALUES ($1, $1, $1, 'factory', 'beixing')`,
      [id],
    );
  }
});
afterAll(() => db.stop());
beforeEach(() => db.pool.query('TRUNCATE people CASCADE'));

const inOne = <T>(work: (client: Client) => Promise<T>) => transaction(db.pool, work);
const lookup = (text: string) => Buffer.from(`lookup of ${text}`);

function person(id: string, over: Partial<NewPerson> = {}): NewPerson {
  return {
    id,
    name: `演示${id}`,
    documentType: 'resident-id',
    documentSealed: Buffer.from([0, 1, 255]),
    documentLookup: lookup(id),
    documentMask: '990***********0000',
    phoneSealed: Buffer.from([2, 3]),
    phoneLookup: lookup(`phone ${id}`),
    phoneMask: '199****0000',
    workshop: null,
    team: null,
    loop: 'on-site',
    chronic: null,
    partyMember: null,
    joinedOn: '2026-05-01',
    quietUntil: null,
    ...over,
  };
}
const put = (people: readonly NewPerson[], enterprise = 'e-1') =>
  inOne((client) => insertPeople(client, enterprise, people));

async function owing(date: string): Promise<{ [id: string]: string | null }> {
  const { rows } = await db.pool.query<{ id: string; why: string | null }>(
    `SELECT id, ${exemption('$1')} AS why FROM people p WHERE enterprise = 'e-1' AND ${owesTests('$1')}`,
    [date],
  );
  return Object.fromEntries(rows.map(({ id, why }) => [id, why]));
}

test('sealed bytes come back as they were', async () => {
  await put([person('a')]);
  const { rows } = await db.pool.query('SELECT document_sealed, document_lookup, chronic FROM people');
  expect(rows).toEqual([{ document_sealed: Buffer.from([0, 1, 255]), document_lookup: lookup('a'), chronic: false }]);
});

test('who is in the loop that day owes a test: from the day of joining to the day before leaving', async () => {
  await put([person('a'), person('b', { loop: 'lodging' }), person('c', { loop: 'outside' })]);
  expect(await owing('2026-04-30')).toEqual({});
  expect(await owing('2026-05-01')).toEqual({ a: null, b: null });
  const on = { people: ['a'], on: '2026-05-03', at: new Date() };
  expect(await inOne((client) => leave(client, 'e-1', on))).toBe(1);
  expect(Object.keys(await owing('2026-05-02')).sort()).toEqual(['a', 'b']);
  expect(await owing('2026-05-03')).toEqual({ b: null });
});

test('who is away owes nothing, who is exempt is there with the reason; both on the first and the last day', async () => {
  await put([person('a'), person('b'), person('c')]);
  const days = { from: '2026-05-02', to: '2026-05-03' };
  await inOne(async (client) => {
    await setDays(client, 'person_absences', { person: 'a', ...days, reason: 'sick' });
    await setDays(client, 'person_exemptions', { person: 'b', ...days, reason: 'medical' });
  });
  expect(await owing('2026-05-01')).toEqual({ a: null, b: null, c: null });
  for (const date of ['2026-05-02', '2026-05-03']) expect(await owing(date)).toEqual({ b: 'medical', c: null });
  expect(await owing('2026-05-04')).toEqual({ a: null, b: null, c: null });
  // Back a day early: the same span, said anew.
  await inOne((client) =>
    setDays(client, 'person_absences', { person: 'a', ...days, to: '2026-05-02', reason: 'sick' }),
  );
  expect(Object.keys(await owing('2026-05-03')).sort()).toEqual(['a', 'b', 'c']);
});

test('any mix of joining, leaving and absences: SQL says what the rule says', async () => {
  const day = (n: number) => addDays('2026-05-01', n);
  const one = fc.record({
    loop: fc.constantFrom('on-site' as const, 'lodging' as const, 'outside' as const),
    joins: fc.nat(8),
    leaves: fc.option(fc.nat(8)),
    away: fc.option(fc.tuple(fc.nat(8), fc.nat(3))),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 6 }), fc.nat(10), async (people, at) => {
      await db.pool.query('TRUNCATE people CASCADE');
      await put(people.map(({ loop, joins }, n) => person(`p${n}`, { loop, joinedOn: day(joins) })));
      await inOne(async (client) => {
        for (const [n, { joins, leaves, away }] of people.entries()) {
          const on = day(joins + (leaves ?? 0));
          if (leaves !== null) await leave(client, 'e-1', { people: [`p${n}`], on, at: new Date() });
          if (away) {
            const span = { from: day(away[0]), to: day(away[0] + away[1]) };
            await setDays(client, 'person_absences', { person: `p${n}`, ...span, reason: 'leave' });
          }
        }
      });
      const owes = people.flatMap(({ loop, joins, leaves, away }, n) => {
        const there = joins <= at && (leaves === null || at < joins + leaves);
        const isAway = away !== null && away[0] <= at && at <= away[0] + away[1];
        return loop !== 'outside' && there && !isAway ? [`p${n}`] : [];
      });
      expect(Object.keys(await owing(day(at))).sort()).toEqual(owes.sort());
    }),
    { numRuns: 40 },
  );
});

test('one person is on one roster at a time, whoever asks', async () => {
  await put([person('a')]);
  const again = put([person('b', { documentLookup: lookup('a') })], 'e-2');
  expect(await again.then(() => false, isUniqueViolation)).toBe(true);
  await inOne((client) => leave(client, 'e-1', { people: ['a'], on: '2026-05-02', at: new Date() }));
  await put([person('b', { documentLookup: lookup('a') })], 'e-2');
});

test('people are found by id, document or phone, in their own enterprise', async () => {
  await put([person('a'), person('b'), person('c')]);
  await put([person('d')], 'e-2');
  const wanted = { ids: ['c', 'd'], documents: [lookup('a'), lookup('d')], phones: [lookup('phone b')] };
  const found = await findPeople(db.pool, 'e-1', wanted);
  expect(found.map((one) => one.id).sort()).toEqual(['a', 'b', 'c']);
  expect([...(await activeAmong(db.pool, 'e-1', ['a', 'd', 'nobody']))]).toEqual(['a']);
});

test('contacts are those of the same team and workshop who are still there', async () => {
  const early = { workshop: '一车间', team: '早班' };
  await put([
    ...['a', 'b', 'c'].map((id) => person(id, early)),
    person('late', { ...early, team: '晚班' }),
    person('elsewhere', { ...early, workshop: '二车间' }),
    ...['x', 'y'].map((id) => person(id)),
  ]);
  await put([person('other', early)], 'e-2');
  await inOne((client) => leave(client, 'e-1', { people: ['c'], on: '2026-05-02', at: new Date() }));
  expect(await teammates(db.pool, ['a'])).toEqual(['b']);
  // Without a team there is nobody to be named.
  expect(await teammates(db.pool, ['x'])).toEqual([]);
});

test('who is erased is off the roster and out of every count, and the row stays', async () => {
  await put([person('a', { chronic: true }), person('b', { loop: 'lodging' })]);
  expect(await rosterCounts(db.pool, 'e-1')).toEqual({ onSite: 1, lodging: 1, outside: 0, chronic: 1 });
  await inOne((client) => erase(client, 'a', '2026-04-01'));
  expect(await rosterCounts(db.pool, 'e-1')).toEqual({ onSite: 0, lodging: 1, outside: 0, chronic: 0 });
  expect(await owing('2026-05-01')).toEqual({ b: null });
  const { rows } = await db.pool.query('SELECT name, document_lookup, left_on FROM people ORDER BY id LIMIT 1');
  expect(rows).toEqual([{ name: null, document_lookup: null, left_on: '2026-05-01' }]);
});

test('the roster of five thousand is asked at once', async () => {
  await put(Array.from({ length: 5000 }, (_none, n) => person(`p${n}`)));
  expect(Object.keys(await owing('2026-05-01'))).toHaveLength(5000);
});
