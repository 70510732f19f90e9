/** Hotels and stays over HTTP: everyone or nobody, once under a key, seen by few; and movements up to where the case is asked. */
import { localDate } from '../../domain/calendar/calendar';
import type { Row } from './employees';
import { FACTORY, MARKET, Rosters, some } from './employees';
import { expectProblem, type Answer } from './harness';

const CASE = '/reopenings/2026-9001';
const ENTERPRISE = 'e-demo-factory';
const LODGING = `/enterprises/${ENTERPRISE}/lodging`;
const OFFICIAL = { as: 'official' };
const HOTEL = { name: '演示宾馆', address: '演示路 1 号', village: 'beixing' };

let rosters: Rosters;
beforeAll(async () => {
  rosters = await Rosters.start();
});
afterAll(() => rosters.api.stop());
beforeEach(() => rosters.api.database.pool.query('TRUNCATE people, hotels, movement_lists CASCADE'));

const get = (path: string, as = 'official') => rosters.api.send(path, { as });
const post = (path: string, json: object, options: { as?: string; key?: string } = OFFICIAL) =>
  rosters.post(path, json, { ...OFFICIAL, ...options });
async function hotel(...capacities: number[]): Promise<string> {
  const registered = await post('/hotels', HOTEL);
  expect(registered.status).toBe(201);
  const path = `/hotels/${String(registered.body.id)}`;
  const rooms = capacities.map((capacity, n) => ({ number: String(101 + n), capacity }));
  if (rooms.length > 0) expect((await post(`${path}/rooms`, { rooms })).status).toBe(200);
  return path;
}
const lodging = (count: number, over: object = {}) => some(count, { loop: 'lodging', ...over });
const body = (over: object = {}) => ({ enterprise: ENTERPRISE, from: '2026-05-10', ...over });
const stays = async () => (await get(LODGING)).body.items as { id: string; name: string; room: string; to: unknown }[];
async function entries(): Promise<{ type: string; details: Record<string, unknown> }[]> {
  const { body } = await get('/ledger?stream=lodging&limit=200');
  return body.items as { type: string; details: Record<string, unknown> }[];
}
const pointers = ({ body }: Answer) => (body.errors as { pointer: string }[]).map((one) => one.pointer);

describe('hotels', () => {
  test('are registered by officials with their rooms, and listed with what is free', async () => {
    const path = await hotel(2, 2);
    const id = path.slice('/hotels/'.length);
    const { body: listed } = await get('/hotels', 'enterprise-factory');
    expect(listed.items).toEqual([{ ...HOTEL, id, rooms: 2, places: 4, free: 4 }]);
    expect((await entries()).slice(-2)).toMatchObject([
      { type: 'hotel-registered', details: { hotel: id, village: 'beixing' } },
      { type: 'rooms-added', details: { hotel: id, rooms: 2, places: 4 } },
    ]);
    expectProblem(await post('/hotels', HOTEL, { as: 'enterprise-factory' }), 403, 'forbidden');
    expectProblem(await get('/hotels', 'volunteer'), 403, 'forbidden');
  });

  test('in villages of the programme, with rooms of one to eight beds, each number once', async () => {
    expectProblem(await post('/hotels', { ...HOTEL, village: 'nowhere' }), 422, 'unknown-reference');
    const path = await hotel(2);
    for (const capacity of [0, 9, 1.5, '2']) {
      expectProblem(await post(`${path}/rooms`, { rooms: [{ number: '201', capacity }] }), 422, 'invalid-body');
    }
    const twice = [
      { number: '301', capacity: 1 },
      { number: '301', capacity: 2 },
    ];
    expectProblem(await post(`${path}/rooms`, { rooms: twice }), 409, 'room-known');
    const rooms = [
      { number: '302', capacity: 1 },
      { number: '101', capacity: 2 },
    ];
    expectProblem(await post(`${path}/rooms`, { rooms }), 409, 'room-known');
    expect((await get('/hotels')).body.items).toMatchObject([{ rooms: 1, places: 2 }]);
    expectProblem(await post(`/hotels/h-${'0'.repeat(16)}/rooms`, { rooms }), 404, 'unknown-hotel');
    expectProblem(await post('/hotels/elsewhere/rooms', { rooms }), 404, 'unknown-hotel');
  });

  test('under one key once', async () => {
    const first = await post('/hotels', HOTEL, { key: 'hotel-1' });
    const again = await post('/hotels', HOTEL, { key: 'hotel-1' });
    expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first.body, 'true']);
    expect((await get('/hotels')).body.items).toHaveLength(1);
  });
});

describe('rooms are given', () => {
  test('team by team, and the ledger has ids, the date and the number only', async () => {
    const [early, late] = [lodging(2, { team: '早班' }), lodging(2, { team: '晚班' })];
    await rosters.imported([...early, ...late, ...some(1)]);
    const path = await hotel(2, 2);
    expect((await post(`${path}/assign`, body())).body).toEqual({ lodged: 4 });
    const roomOf = new Map((await stays()).map((one) => [one.name, one.room]));
    const rooms = (rows: readonly Row[]) => [...new Set(rows.map((row) => roomOf.get(row.name)))];
    expect([rooms(early).length, rooms(late).length]).toEqual([1, 1]);
    const last = (await entries()).at(-1);
    const details = { hotel: path.slice('/hotels/'.length), enterprise: ENTERPRISE, from: '2026-05-10', lodged: 4 };
    expect(last).toMatchObject({ type: 'lodged', details });
    expect(JSON.stringify(await entries())).not.toMatch(/演示员工|演示路/);
  });

  test('all or nobody: what is missing is said, and nothing has changed', async () => {
    await rosters.imported(lodging(3));
    const path = await hotel(2);
    const before = await entries();
    const refused = await post(`${path}/assign`, body());
    expectProblem(refused, 409, 'no-room');
    expect(refused.body).toMatchObject({ about: { missing: 1 } });
    expect([await stays(), await entries()]).toEqual([[], before]);
  });

  test('to whoever lodges with this enterprise and has none: the others are named', async () => {
    const [one = '', two = ''] = await rosters.imported(lodging(2));
    const [onSite = ''] = await rosters.imported(some(1));
    const [other = ''] = await rosters.imported(lodging(1), MARKET, 'enterprise-supermarket');
    const path = await hotel(8);
    expect((await post(`${path}/assign`, body({ people: [one] }))).body).toEqual({ lodged: 1 });
    const refused = await post(`${path}/assign`, body({ people: [two, one, onSite, other, 'p-nobody'] }));
    expectProblem(refused, 422, 'unknown-reference');
    expect(pointers(refused)).toEqual(['/people/1', '/people/2', '/people/3', '/people/4']);
    expect(await stays()).toHaveLength(1);
  });

  test('by officials, of hotels and to enterprises that are there, from a date that exists', async () => {
    const path = await hotel(1);
    expectProblem(await post(`${path}/assign`, body(), { as: 'enterprise-factory' }), 403, 'forbidden');
    expectProblem(await post(`${path}/assign`, body({ enterprise: 'e-none' })), 404, 'unknown-enterprise');
    expectProblem(await post(`/hotels/h-${'0'.repeat(16)}/assign`, body()), 404, 'unknown-hotel');
    expectProblem(await post(`${path}/assign`, body({ from: '2026-02-30' })), 422, 'invalid-body');
    expectProblem(await post(`${path}/assign`, body({ people: [] })), 422, 'invalid-body');
  });

  test('at the same time to two enterprises and twice under one key: never one bed for two', async () => {
    await rosters.imported(lodging(2));
    await rosters.imported(lodging(2), MARKET, 'enterprise-supermarket');
    const path = await hotel(2);
    const market = body({ enterprise: 'e-demo-supermarket' });
    const answers = await Promise.all([
      post(`${path}/assign`, body(), { key: 'factory' }),
      post(`${path}/assign`, body(), { key: 'factory' }),
      post(`${path}/assign`, market, { key: 'market' }),
    ]);
    expect(answers.map((one) => one.status).sort()).toEqual(
      answers[0].status === 200 ? [200, 200, 409] : [200, 409, 409],
    );
    const { rows } = await rosters.api.database.pool.query('SELECT DISTINCT enterprise FROM stays');
    expect(rows).toHaveLength(1);
  });
});

describe('stays', () => {
  test('end after their first night, once; the bed is free again', async () => {
    await rosters.imported(lodging(1));
    const path = await hotel(1);
    await post(`${path}/assign`, body());
    const [stay] = await stays();
    const end = (on: string, as = 'official', id = stay?.id) => post(`/stays/${String(id)}/end`, { on }, { as });
    expectProblem(await end('2026-05-10'), 422, 'wrong-date');
    expectProblem(await end('2026-05-12', 'enterprise-factory'), 403, 'forbidden');
    expect((await end('2026-05-12')).status).toBe(200);
    expectProblem(await end('2026-05-13'), 404, 'unknown-stay');
    expectProblem(await end('2026-05-13', 'official', `stay-${'0'.repeat(16)}`), 404, 'unknown-stay');
    expect(await stays()).toMatchObject([{ id: stay?.id, to: '2026-05-12' }]);
    expect((await get('/hotels')).body.items).toMatchObject([{ places: 1, free: 1 }]);
    const details = { stay: stay?.id, enterprise: ENTERPRISE, on: '2026-05-12' };
    expect((await entries()).at(-1)).toMatchObject({ type: 'stay-ended', details });
  });

  test('end with the person, who leaves or is erased', async () => {
    const [gone = '', erased = ''] = await rosters.imported(lodging(2));
    await post(`${await hotel(2)}/assign`, body());
    expect((await rosters.post(`${FACTORY}/leave`, { people: [gone], on: '2026-05-20' })).status).toBe(200);
    expect((await post(`/people/${erased}/erase`, {})).status).toBe(200);
    const today = localDate(Date.now(), { utcOffsetMinutes: 480 });
    expect((await stays()).map((one) => one.to).sort()).toEqual(['2026-05-20', today].sort());
  });

  test('are for the enterprise itself, its liaison, officials and the health centre', async () => {
    await rosters.imported(lodging(1));
    await post(`${await hotel(1)}/assign`, body());
    for (const as of ['enterprise-factory', 'liaison-1', 'official', 'health']) {
      const answer = await get(LODGING, as);
      expect([as, answer.status, answer.body.items.length]).toEqual([as, 200, 1]);
      expect(answer.text).not.toMatch(/990000|1990000/);
    }
    for (const as of [
      'enterprise-supermarket',
      'liaison-2',
      'village-jibang',
      'storekeeper',
      'volunteer',
      'operator',
    ]) {
      expectProblem(await get(LODGING, as), 404, 'unknown-enterprise');
    }
  });
});

describe('movements', () => {
  let people: Row[];
  beforeEach(async () => {
    people = lodging(2);
    await rosters.imported(people);
  });
  const row = (n: number, direction: string, time: string) => ({
    ...{ documentNumber: people[n]?.documentNumber, direction },
    at: `2026-05-10T${time}:00+08:00`,
  });
  const report = (list: string, rows: object[], options: object = {}) =>
    rosters.post(`${CASE}/report-movements`, { list, rows }, options);

  test('are shown with names, their deviations, and who has not arrived, to whom people are shown', async () => {
    const rows = [row(0, 'departure', '06:40'), row(0, 'arrival', '07:10'), row(1, 'departure', '12:10')];
    // Everything was in order and is stored; the case cannot be asked, for Temporal is away.
    expectProblem(await report('gate/1', [...rows, row(1, 'departure', '17:10')]), 503, 'temporal-unavailable');
    for (const as of ['enterprise-factory', 'liaison-1', 'official']) {
      const { body: shown } = await get(`${CASE}/movements`, as);
      const lines = shown.items as { name: string; deviation: string | null; notArrived: boolean }[];
      expect(lines.map((one) => [one.name, one.deviation !== null, one.notArrived])).toEqual([
        [people[1]?.name, false, true],
        [people[1]?.name, true, false],
        [people[0]?.name, false, false],
        [people[0]?.name, false, false],
      ]);
    }
    const { body: only } = await get(`${CASE}/movements?deviations=true`);
    expect(only.items).toMatchObject([{ name: people[1]?.name, deviation: expect.stringMatching(/^v-/) }]);
    const { body: page } = await get(`${CASE}/movements?limit=3`);
    const { body: rest } = await get(`${CASE}/movements?limit=3&cursor=${String(page.next)}`);
    expect([page.items.length, rest.items.length, rest.next]).toEqual([3, 1, null]);
    for (const as of ['village-jibang', 'reviewer-market', 'operator']) {
      const { status } = await get(`${CASE}/movements`, as);
      expect([as, [403, 404].includes(status)]).toEqual([as, true]);
    }
    expectProblem(await get(`${CASE}/movements`, 'enterprise-supermarket'), 404, 'unknown-case');
    expectProblem(await get(`${CASE}/movements?cursor=e30`), 400, 'invalid-query');
  });

  test('of unknown people are refused row by row, and nothing is stored', async () => {
    const [stranger] = lodging(1);
    const unknown = { ...row(0, 'arrival', '18:00'), documentNumber: stranger?.documentNumber };
    const refused = await report('gate/1', [row(0, 'departure', '06:40'), unknown]);
    expectProblem(refused, 422, 'table-invalid');
    expect(pointers(refused)).toEqual(['/rows/1']);
    expect((await get(`${CASE}/movements`)).body.items).toEqual([]);
  });

  test('come from the pasted table of a gate as well; a list comes once', async () => {
    const table = `证件号码\t方向\t时间\n${String(people[0]?.documentNumber)}\t离开\t2026-05-10 07:15`;
    const paste = (key: string) => rosters.post(`${CASE}/report-movements`, { list: 'gate/1', table }, { key });
    expectProblem(await paste('first'), 503, 'temporal-unavailable');
    expectProblem(await paste('second'), 409, 'already-done');
    expect((await get(`${CASE}/movements`)).body.items).toMatchObject([{ at: '2026-05-09T23:15:00.000Z' }]);
    for (const at of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:00-08:00']) {
      const answer = await report(`gate/${at.slice(0, 4)}`, [{ ...row(0, 'arrival', '07:00'), at }]);
      expect([at, [422, 503].includes(answer.status)]).toEqual([at, true]);
      expect((await get(`${CASE}/movements`)).status).toBe(200);
    }
  });
});
