/** What the console asks of a town: where cases queue, who did what, whether a paper is genuine, how it runs; each for whom it is meant. */
import { System } from '../support/system';
import { expectProblem } from './harness';
import { People } from './town';
import { statusOf } from '../support/status';

let system: System;
let people: People;
/** In sign-off, signed by the market office; and one that every department signed. */
let reviewed: string;
let signed: string;

beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
  reviewed = await people.start(await people.enterprise());
  await people.toSignOffs(reviewed);
  await people.act('reviewer-market', reviewed, 'approve', people.approval('market'));
  await people.act('official', reviewed, 'copy', { to: 'a-demo-village-jibang' });
  signed = await people.start(await people.enterprise());
  const { sequence } = await people.toStationing(signed);
  // Until everything is recorded.
  const after = `${reviewed}@${(await people.view(reviewed)).sequence}, ${signed}@${sequence}`;
  await people.get('official', '/duties', { 'fugong-after': after });
});
afterAll(() => system.stop());

test('the board counts cases by phase and by who owes something, and how long departments took', async () => {
  const { status, body } = await people.get('official', '/board');
  expect(status).toBe(200);
  const waiting = (phase: string, owner: string) =>
    (body.matrix as { phase: string; owner: string; cases: number; overdue: number }[]).find(
      (one) => one.phase === phase && one.owner === owner,
    );
  expect(waiting('sign-offs', 'department/economy')).toEqual({
    phase: 'sign-offs',
    owner: 'department/economy',
    cases: 1,
    overdue: 0,
  });
  expect(waiting('sign-offs', 'department/market')).toBeUndefined();
  // Team and liaison are both owed: one case all the same.
  expect(waiting('stationing', 'official')?.cases).toBe(1);
  const turnaround = body.turnaround as { department: string; acts: number; medianHours: number | null }[];
  expect(turnaround.map(({ department }) => department)).toEqual(people.rules.departments.map(({ id }) => id));
  expect(turnaround.find(({ department }) => department === 'market')).toEqual({
    department: 'market',
    acts: 2,
    medianHours: 0,
  });
  expectProblem(await people.get('enterprise-factory', '/board'), 403, 'forbidden');
});

test('one finds what one has done, newest first and page by page, and nobody else’s', async () => {
  const first = await people.get('reviewer-market', '/my/acts?limit=1');
  expect(first.body.items).toMatchObject([{ caseNumber: signed, type: 'approved' }]);
  const second = await people.get('reviewer-market', `/my/acts?limit=1&cursor=${first.body.next as string}`);
  expect(second.body).toMatchObject({ items: [{ caseNumber: reviewed, type: 'approved' }], next: null });
  expect((await people.get('liaison-1', '/my/acts')).body.items).toEqual([]);
});

test('cases that one has started, and that were copied to one', async () => {
  const numbers = async (as: string, mine: string) =>
    ((await people.get(as, `/reopenings?mine=${mine}`)).body.items as { caseNumber: string }[]).map(
      ({ caseNumber }) => caseNumber,
    );
  expect(await numbers('official', 'started')).toEqual([signed, reviewed]);
  expect(await numbers('reviewer-market', 'started')).toEqual([]);
  expect(await numbers('village-jibang', 'copied')).toEqual([reviewed]);
  expect(await numbers('official', 'copied')).toEqual([]);
});

describe('the code on a paper', () => {
  const stranger = (path: string) => fetch(system.address + path);

  test('tells a stranger where the case stands, and names nobody', async () => {
    const told = (await people.get('official', `/reopenings/${signed}/verification`)).body as { path: string };
    // What every printed form carries besides its code.
    expect(told).toMatchObject({ rootKey: expect.stringMatching(/^\d{5}( \d{5}){4}$/), seal: null });
    const { path } = told;
    const answer = await stranger(path);
    const text = await answer.text();
    expect(answer.status).toBe(200);
    const view = JSON.parse(text) as { departments: { signedOn: string | null }[] };
    expect(view).toMatchObject({ caseNumber: signed, phase: 'stationing', startedOperatingOn: null });
    expect(view.departments.map(({ signedOn }) => signedOn)).not.toContain(null);
    expect(text).not.toMatch(/a-demo|审核人/);
  });

  test('is another one for each case, and a wrong one tells nothing', async () => {
    const codeOf = async (caseNumber: string) =>
      ((await people.get('official', `/reopenings/${caseNumber}/verification`)).body.path as string).split('/').at(-1);
    const [one, other] = [await codeOf(signed), await codeOf(reviewed)];
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(one).not.toBe(other);
    for (const path of [`/verify/${signed}/${other ?? ''}`, `/verify/2099-0001/${one ?? ''}`, `/verify/${signed}/x`]) {
      const answer = await stranger(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(await answer.json()).toMatchObject({ code: expect.stringMatching(/^unknown-(verification|case)$/) });
    }
  });

  test('is not given to those who see orders only, and guessing it is slowed down', async () => {
    expectProblem(await people.get('storekeeper', `/reopenings/${signed}/verification`), 403, 'forbidden');
    const statuses = [];
    for (let guess = 0; guess < 12; guess += 1) {
      statuses.push(await statusOf(`${system.address}/verify/${reviewed}/${String(guess).padStart(16, '0')}`));
    }
    expect(statuses.slice(0, 5)).toEqual(Array(5).fill(404));
    expect(statuses.at(-1)).toBe(429);
  });
});

test('operators see workflows, messages and ready-made questions for the Temporal UI', async () => {
  const { body } = await people.get('operator', '/operations');
  expect(body.workflows).toContainEqual({ type: 'reopening', status: 'Running', count: 2 });
  expect(body.needsAttention).toEqual([]);
  const link = (body.links as { query: string; url: string }[]).find(({ query }) => query === 'OverdueCount > 0');
  expect(link?.url).toBe('http://127.0.0.1:1/namespaces/default/workflows?query=OverdueCount%20%3E%200');
  expectProblem(await people.get('reviewer-market', '/operations'), 403, 'forbidden');
});

test('the ledger is searched by person, kind, stream and time', async () => {
  const search = async (query: string) => {
    const { body } = await people.get('operator', `/audit?${query}`);
    return body as { items: { stream: string; type: string; by: { name: string | null } }[]; next: string | null };
  };
  const byMarket = await search('account=reviewer-market&type=approved');
  expect(byMarket.items.map(({ stream }) => stream)).toEqual([signed, reviewed]);
  expect(byMarket.items[0]?.by.name).toContain('市场所');
  expect((await search(`account=${encodeURIComponent('市场所')}&stream=${reviewed}`)).items).toHaveLength(1);
  expect((await search(`type=approved&to=2020-01-01T00:00:00Z`)).items).toEqual([]);
  const pages = [];
  for (let cursor = ''; ;) {
    const page = await search(`stream=${signed}&limit=5${cursor && `&cursor=${cursor}`}`);
    pages.push(...page.items);
    if (page.next === null) break;
    cursor = page.next;
  }
  const { sequence } = await people.view(signed);
  expect(pages).toHaveLength(sequence);
  expect(JSON.stringify(pages)).not.toContain('hash');
  expectProblem(await people.get('enterprise-factory', '/audit'), 403, 'forbidden');
});

test('the storekeeper finds those who deliver, and nobody else', async () => {
  const { body } = await people.get('storekeeper', '/accounts?role=official');
  expect((body.items as { role: string }[]).map(({ role }) => role)).toEqual(['volunteer']);
});

test('statistics tell what became of cases by day, and how long departments took', async () => {
  const { body } = await people.get('official', '/statistics');
  const today = people.today(await people.view(signed));
  expect(body.trend).toEqual([{ date: today, opened: 2, signed: 1, operating: 0, completed: 0 }]);
  expect(body.turnaround).toHaveLength(people.rules.departments.length);
  expect(body.cover).toEqual([]);
});

test('the code of a case changes when the sign-offs have passed, and the old one ends', async () => {
  const caseNumber = await people.start(await people.enterprise());
  await people.toSignOffs(caseNumber);
  const path = async () => (await people.get('official', `/reopenings/${caseNumber}/verification`)).body.path as string;
  const before = await path();
  expect(await statusOf(system.address + before)).toBe(200);
  let view = await people.view(caseNumber);
  for (const { id } of people.rules.departments) {
    view = await people.act(`reviewer-${id}`, caseNumber, 'approve', people.approval(id));
  }
  await people.get('official', '/duties', { 'fugong-after': `${caseNumber}@${view.sequence}` });
  const after = await path();
  expect(after).not.toBe(before);
  expect(await statusOf(system.address + after)).toBe(200);
  expect(await statusOf(system.address + before)).toBe(404);
});
