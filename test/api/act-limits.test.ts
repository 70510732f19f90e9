/** Acts a minute: an account's over all it does, a case's from all who act on it; what is too much changes nothing, and others go on. */
import { ActLimits, type ActsPerMinute } from '../../api/http/act-limits';
import { Town } from '../../scripts/demo/town';
import { System } from '../support/system';
import { Api, expectProblem, type Answer } from './harness';
import { People } from './town';

const NONE: ActsPerMinute = { account: null, case: null };
const limits = (most: Partial<ActsPerMinute>) => new ActLimits({ ...NONE, ...most });

function expectTooMany(answer: Answer, code: string, most: number): void {
  expectProblem(answer, 429, code);
  const seconds = Number(answer.headers.get('retry-after'));
  expect(answer.body.about).toEqual({ most, seconds });
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
}

/** Everything that an act may leave in PostgreSQL. */
const TRACES = ['commands', 'texts', 'documents', 'ledger', 'enterprises', 'liaison_claims'];
async function traces({ pool }: { pool: Api['database']['pool'] }): Promise<unknown[]> {
  return Promise.all(
    TRACES.map(async (table) => (await pool.query(`SELECT count(*) AS rows FROM ${table}`)).rows[0] as unknown),
  );
}

describe('of an account', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
  });
  afterAll(() => api.stop());
  afterEach(() => jest.restoreAllMocks());

  const upload = (of: Api, as: string) =>
    of.send('/documents?name=x.txt', { as, raw: 'words', headers: { 'content-type': 'text/plain' } });
  const register = (of: Api, as: string, key: string) => {
    const json = { name: '某厂', uscc: '91350200MA0000001', kind: 'factory', village: 'beixing' };
    return of.send('/enterprises', { as, json, headers: { 'idempotency-key': key } });
  };
  async function beside(most: Partial<ActsPerMinute>, work: (other: Api) => Promise<void>): Promise<void> {
    const other = await api.beside({ limits: limits(most) });
    try {
      await work(other);
    } finally {
      await other.stopServing();
    }
  }

  test('counts what it sends, whatever and to whom, repeats and mistakes as well; reads, sign-out and others go on', () =>
    beside({ account: 4 }, async (one) => {
      expect((await upload(one, 'official')).status).toBe(201);
      expect((await register(one, 'official', 'k')).status).toBe(422);
      expect((await register(one, 'official', 'k')).status).toBe(422);
      expectProblem(await one.send('/stock/receipts', { as: 'official', json: {} }), 422, 'invalid-body');
      const before = await traces(api.database);
      for (const answer of [await upload(one, 'official'), await register(one, 'official', 'k')]) {
        expectTooMany(answer, 'too-many-acts', 4);
      }
      expect(await traces(api.database)).toEqual(before);
      expect((await one.send('/me', { as: 'official' })).status).toBe(200);
      expect((await one.send('/sign-out', { as: 'official', method: 'POST' })).status).toBe(204);
      expect((await upload(one, 'operator')).status).toBe(201);
    }));

  test('is told truly when to come again, and may then send as many', () =>
    beside({ account: 2 }, async (one) => {
      for (let sent = 0; sent < 2; sent += 1) expect((await upload(one, 'official')).status).toBe(201);
      const told = Number((await upload(one, 'official')).headers.get('retry-after'));
      const [real, begun] = [Date.now.bind(Date), Date.now()];
      let ahead = 0;
      jest.spyOn(Date, 'now').mockImplementation(() => real() + ahead);
      // What is refused does not put it off, and a moment before its time it is refused still.
      ahead = (told - 1) * 1000 - (real() - begun);
      const again = await upload(one, 'official');
      expectTooMany(again, 'too-many-acts', 2);
      expect(Number(again.headers.get('retry-after'))).toBeLessThanOrEqual(2);
      ahead = told * 1000;
      const sent = [await upload(one, 'official'), await upload(one, 'official'), await upload(one, 'official')];
      expect(sent.map(({ status }) => status)).toEqual([201, 201, 429]);
    }));

  test('is counted by each process for itself: two let through twice as many', () =>
    beside({ account: 2 }, (one) =>
      beside({ account: 2 }, async (other) => {
        const statuses: number[] = [];
        for (const at of [one, one, one, other, other, other]) statuses.push((await upload(at, 'official')).status);
        expect(statuses).toEqual([201, 201, 429, 201, 201, 429]);
      }),
    ));

  test('is none where the setting says so', () =>
    beside({}, async (one) => {
      const answers = await Promise.all(Array.from({ length: 130 }, () => upload(one, 'official')));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    }));

  test('is in the description of every act, and of nothing else', async () => {
    const { paths } = (await api.send('/openapi.json')).body as {
      paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
    };
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(methods)) {
        const isAct = method === 'post' && !['/sign-in', '/sign-out'].includes(path);
        const said = responses['429']?.description ?? '';
        expect([path, method, said.includes('`too-many-acts`')]).toEqual([path, method, isAct]);
        const onCase = isAct && path.startsWith('/reopenings/{case}/') && !path.endsWith('/fast-forward');
        expect([path, said.includes('`too-many-acts-on-case`')]).toEqual([path, onCase]);
      }
    }
  });
});

describe('on cases', () => {
  let system: System;
  let all: People;
  beforeAll(async () => {
    system = await System.start();
    all = await People.of(system);
  });
  afterAll(() => system.stop());

  async function begun(): Promise<string> {
    const number = await all.start(await all.enterprise());
    await all.view(number);
    return number;
  }
  async function limited(most: Partial<ActsPerMinute>, work: (people: People) => Promise<void>): Promise<void> {
    const served = await system.beside({ limits: limits(most) });
    const people = await People.of({ address: served.address, accounts: system.accounts });
    try {
      await work(people);
    } finally {
      await served.stop();
    }
  }
  const copy = (people: People, number: string, to = 'a-demo-reviewer-market') =>
    people.post('official', `/reopenings/${number}/copy`, { to });
  /** Done, and everything of it is recorded. */
  async function copyShown(people: People, number: string): Promise<void> {
    const answer = await copy(people, number);
    expect(answer.status).toBe(200);
    await all.viewAfter(number, answer);
  }
  /** Refused by the rules, but an act all the same. */
  const approve = (people: People, number: string, department: string) =>
    people.post(`reviewer-${department}`, `/reopenings/${number}/approve`, people.approval(department));

  test('the demonstration sends again what was too much, when it is told to', async () => {
    const told = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const usedUp = new ActLimits({ account: 1, case: null }, 2);
    const served = await system.beside({ limits: usedUp });
    try {
      const town = await Town.at(served.address, system.dataDir);
      // A machine that takes longer than the window for one request tries again.
      while (told.mock.calls.length === 0) {
        await usedUp.fromAccount('a-demo-official').catch(() => undefined);
        expect(await town.upload('x.txt', 'words', town.account('official'))).toMatch(/^d-/);
      }
      expect(told).toHaveBeenCalledWith(expect.stringMatching(/一分钟内办理次数已达上限，[12] 秒后继续/));
    } finally {
      told.mockRestore();
      await served.stop();
    }
  });

  test('an account’s acts count together over several cases, and what is too much reaches none', async () => {
    const cases = [await begun(), await begun(), await begun()];
    await limited({ account: 3, case: 2 }, async (people) => {
      for (const number of cases) await copyShown(people, number);
      const before = await traces(system.database);
      for (const number of cases) expectTooMany(await copy(people, number, 'a-demo-operator'), 'too-many-acts', 3);
      expect(await traces(system.database)).toEqual(before);
      for (const number of cases) {
        expect((await all.view(number)).copies).toEqual(['a-demo-reviewer-market']);
        // What the account was refused has used up nothing of the case's.
        expectProblem(await approve(people, number, 'market'), 409, 'wrong-phase');
      }
    });
  });

  test('a case’s acts count together from several accounts; who may not see it uses up nothing, and other cases go on', async () => {
    const [one, other] = [await begun(), await begun()];
    await limited({ case: 3 }, async (people) => {
      for (let sent = 0; sent < 5; sent += 1) {
        const path = `/reopenings/${one}/withdraw`;
        expectProblem(await people.post('enterprise-factory', path, { reason: '不办了' }), 404, 'unknown-case');
        expectProblem(await people.post('operator', path, { reason: '不办了' }), 403, 'forbidden');
      }
      await copyShown(people, one);
      expectProblem(await approve(people, one, 'market'), 409, 'wrong-phase');
      expectProblem(await approve(people, one, 'economy'), 409, 'wrong-phase');
      const before = await traces(system.database);
      expectTooMany(await approve(people, one, 'market'), 'too-many-acts-on-case', 3);
      expectTooMany(await copy(people, one, 'a-demo-operator'), 'too-many-acts-on-case', 3);
      expect(await traces(system.database)).toEqual(before);
      expect((await all.view(one)).copies).toEqual(['a-demo-reviewer-market']);
      // The same people, on another case; and the same case is read.
      expect((await copy(people, other)).status).toBe(200);
      expect((await people.get('official', `/reopenings/${one}`)).status).toBe(200);
    });
  });
});
