/** People of one enterprise stand in one order on every list: by workshop, team and name, as pinyin sorts them, page after page. */
import { listAccounts } from '../../db/accounts/accounts';
import { incidentPeople } from '../../db/testing/incidents';
import {
  freeRooms,
  insertHotel,
  insertRooms,
  insertStays,
  lockHotel,
  lodgersOf,
  staysOf,
} from '../../db/people/lodging';
import { listMedicineOrders } from '../../db/supplies/medicines';
import { listMovementsOf, storeMovements } from '../../db/people/movements';
import { erase, listPeople, lockRoster } from '../../db/people/people';
import { transaction, type Client } from '../../db/sql/pool';
import { listRoundPeople } from '../../db/testing/rounds';
import { insertIncident, insertSheet } from '../../db/testing/sheets';
import { instantOf } from '../../domain/calendar/calendar';
import { assignRooms } from '../../domain/people/lodging';
import { TestDatabase } from '../support/postgres';
import { DAY, employ, employee, openRound } from '../support/frozen-rounds';
import { EDITION } from '../support/town';

const CASE = { caseNumber: '2026-0001', enterprise: 'e-1' };
const SURNAMES = [...'阿白蔡陈邓范冯高郭韩何黄蒋金孔李林刘马牛欧潘钱秦任沈孙唐万王吴徐许严杨叶于袁张赵郑周朱'];
const WORKSHOPS = ['2 号车间', '10 号车间', '一车间', '装配车间', null];
const TEAMS = ['早班', '晚班', null];

interface Line {
  readonly id: string;
  readonly name: string | null;
  readonly workshop: string | null;
  readonly team: string | null;
}

/** The rule in its own words: pinyin, numbers by their value; without one last. */
const pinyin = new Intl.Collator('zh-Hans-u-co-pinyin-kn');
const among = (one: string | null, other: string | null) =>
  one === null || other === null ? Number(one === null) - Number(other === null) : pinyin.compare(one, other);
const inOrder = (lines: readonly Line[]) =>
  [...lines].sort(
    (a, b) => among(a.workshop, b.workshop) || among(a.team, b.team) || among(a.name, b.name) || (a.id < b.id ? -1 : 1),
  );

/** Ids as random ones are: in no order that means anything; two share all that people are sorted by. */
const PEOPLE: Line[] = [...SURNAMES, '张'].map((surname, n) => ({
  id: `p-${((n * 7919) % 1009).toString(16).padStart(4, '0')}`,
  name: `${surname}三`,
  workshop: WORKSHOPS[surname === '张' ? 0 : n % WORKSHOPS.length] ?? null,
  team: TEAMS[surname === '张' ? 0 : n % TEAMS.length] ?? null,
}));
const EXPECTED = inOrder(PEOPLE).map(({ id }) => id);

let db: TestDatabase;
let round: string;
const inOne = <T>(work: (client: Client) => Promise<T>) => transaction(db.pool, work);
beforeAll(async () => {
  db = await TestDatabase.start();
  await db.register(CASE.caseNumber, CASE.enterprise, 'k'.repeat(64));
  await employ(
    db.pool,
    CASE.enterprise,
    PEOPLE.map(({ id, ...rest }) => employee(id, { ...rest, name: rest.name ?? '', loop: 'lodging', chronic: true })),
  );
  round = await openRound(db.pool, CASE);
});
afterAll(() => db.stop());

/** Pages of seven, each asked for by the last of the one before. */
async function paged<T>(page: (after: T | null) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let after: T | null = null; ; after = all.at(-1) ?? null) {
    const found: T[] = await page(after);
    all.push(...found.slice(0, 7));
    if (found.length <= 7) return all;
  }
}

test('the roster, and the people of a round', async () => {
  const roster = await paged<Line>((after) =>
    listPeople(db.pool, { enterprise: 'e-1', after: after?.id ?? null, limit: 7 }),
  );
  expect(roster.map(({ id }) => id)).toEqual(EXPECTED);
  for (const untested of [false, true]) {
    const tested = await paged<{ person: string }>((after) =>
      listRoundPeople(db.pool, { ...CASE, round, untested, after: after?.person ?? null, limit: 7 }),
    );
    expect(tested.map(({ person }) => person)).toEqual(EXPECTED);
  }
});

test('movements of one moment, newest first', async () => {
  const rows = ['06:40', '12:10'].flatMap((time) =>
    PEOPLE.map(({ id }) => ({ person: id, direction: 'departure', at: instantOf(DAY, time, EDITION) })),
  );
  await inOne((client) => storeMovements(client, { ...CASE, list: 'l-1', command: 'c-1' }, rows, EDITION));
  const found = await paged<{ person: string; at: Date; list: string; number: number }>((after) => {
    const before = after && ([after.at.toISOString(), after.list, after.number] as const);
    return listMovementsOf(db.pool, { caseNumber: CASE.caseNumber, deviations: false, before, limit: 7 });
  });
  expect(found.map(({ person }) => person)).toEqual([...EXPECTED, ...EXPECTED]);
  expect(found[0]?.at.getTime()).toBe(instantOf(DAY, '12:10', EDITION));
});

test('rooms, medicines that are not over, incidents with their contacts', async () => {
  await inOne(async (client) => {
    await insertHotel(client, { id: 'h-1', name: 'h-1', address: '演示路 1 号', village: 'beixing' });
    await insertRooms(
      client,
      'h-1',
      PEOPLE.map((_one, n) => ({ number: String(n + 1), capacity: 1 })),
    );
    await lockRoster(client, 'e-1');
    await lockHotel(client, 'h-1');
    const assigning = { hotel: 'h-1', enterprise: 'e-1', from: DAY, among: null };
    const beds = { people: await lodgersOf(client, assigning), rooms: await freeRooms(client, assigning) };
    await insertStays(client, assigning, assignRooms(beds, assigning).stays);
    for (const { id } of PEOPLE) {
      await client.query(
        `INSERT INTO medicine_orders (id, enterprise, person, ordered_by, status)
         VALUES ('m-' || $1::text, 'e-1', $1, 'official-1', $2)`,
        [id, id === EXPECTED[0] ? 'received' : 'ordered'],
      );
    }
    const key = { caseNumber: CASE.caseNumber, round, sheet: 's' };
    await insertSheet(client, key, { command: 'c', account: 'official-1' }, []);
    await insertIncident(client, key, 'c', { cause: 'tube', tube: 'T1', people: PEOPLE.slice(5).map(({ id }) => id) });
    await client.query(
      `INSERT INTO incident_people (incident, person, status) SELECT i.id, p.id, 'contact' FROM incidents i, people p
       WHERE p.id = ANY ($1)`,
      [PEOPLE.slice(0, 5).map(({ id }) => id)],
    );
  });
  expect((await staysOf(db.pool, 'e-1', 100)).map(({ person }) => person)).toEqual(EXPECTED);
  const by = { account: 'official-1', role: 'official' } as const;
  const medicines = await listMedicineOrders(db.pool, by, 100);
  expect(medicines.map(({ person }) => person)).toEqual([...EXPECTED.slice(1), EXPECTED[0]]);
  const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM incidents');
  const involved = await incidentPeople(db.pool, rows[0]?.id ?? '');
  const [held, contacts] = [PEOPLE.slice(5), PEOPLE.slice(0, 5)].map((some) => inOrder(some).map(({ id }) => id));
  expect(involved.map(({ person }) => person)).toEqual([...(held ?? []), ...(contacts ?? [])]);
});

test('accounts that may be named', async () => {
  for (const [n, surname] of SURNAMES.entries()) {
    await db.pool.query(
      `INSERT INTO accounts (id, login, display_name, role) VALUES ($1, $1, $2, 'volunteer') ON CONFLICT DO NOTHING`,
      [`v-${(n * 7919) % 1009}`, `${surname}志愿`],
    );
  }
  const found = await paged<{ name: string; login: string }>((after) =>
    listAccounts(db.pool, { role: 'volunteer', after: after?.login ?? null, limit: 7 }),
  );
  expect(found.map(({ name }) => name)).toEqual(SURNAMES.map((surname) => `${surname}志愿`).sort(pinyin.compare));
});

test('who is erased stands last, and a page may begin behind that person', async () => {
  await inOne((client) => erase(client, EXPECTED[0] ?? '', DAY));
  const left = await paged<Line>((after) =>
    listPeople(db.pool, { enterprise: 'e-1', left: true, after: after?.id ?? null, limit: 7 }),
  );
  expect(left.map(({ id }) => id)).toEqual([EXPECTED[0]]);
  const tested = await listRoundPeople(db.pool, { ...CASE, round, untested: false, after: null, limit: 100 });
  expect(tested.map(({ person }) => person).indexOf(EXPECTED[0] ?? '')).toBeGreaterThanOrEqual(0);
  expect(await listPeople(db.pool, { enterprise: 'e-1', left: true, after: EXPECTED[0] ?? '', limit: 7 })).toEqual([]);
});
