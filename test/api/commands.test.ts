/** Acts on a case over HTTP, on a real Temporal and PostgreSQL: done once, refused with a reason, seen by whom they concern. */
import { reopeningId } from '../../contracts/case/ids';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { expectProblem } from './harness';
import { forgetRecorded, People } from './town';
import { expectWithin } from '../support/pace';

let system: System;
let people: People;
beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
});
afterAll(() => system.stop());

const freshCase = async () => people.start(await people.enterprise());
const caseAtSignOffs = async () => {
  const number = await freshCase();
  await people.toSignOffs(number);
  return number;
};

describe('a start', () => {
  test('sent five times at once under one key opens one case', async () => {
    const enterprise = await people.enterprise();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => people.post('official', '/reopenings', { enterprise }, { key: 'same' })),
    );
    expect(answers.map((one) => one.status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map((one) => one.body.caseNumber as string)).size).toBe(1);
  });

  test('by five people at once opens one case, and the others are told which', async () => {
    const enterprise = await people.enterprise();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => people.post('official', '/reopenings', { enterprise })),
    );
    const [opened, ...others] = answers.sort((a, b) => a.status - b.status);
    expect(opened?.status).toBe(201);
    for (const other of others) {
      expectProblem(other, 409, 'already-open');
      expect(other.body.about).toEqual({ caseNumber: opened?.body.caseNumber, link: opened?.body.link });
    }
    const { rows } = await system.database.pool.query('SELECT case_number FROM cases WHERE enterprise = $1', [
      enterprise,
    ]);
    expect(rows).toHaveLength(1);
  });

  test('after a crash between the number and the workflow goes on under the same number', async () => {
    const enterprise = await people.enterprise();
    const first = await people.post('official', '/reopenings', { enterprise }, { key: 'crash' });
    const caseNumber = first.body.caseNumber as string;
    await eventually(
      () => people.get('official', '/reopenings'),
      ({ body }) => JSON.stringify(body).includes(caseNumber),
    );
    // As if the workflow had never been started.
    await system.temporal.client.workflow.getHandle(reopeningId(enterprise)).terminate();
    await forgetRecorded(system, caseNumber);
    const again = await people.post('official', '/reopenings', { enterprise }, { key: 'crash' });
    expect([again.status, again.body.caseNumber]).toEqual([201, caseNumber]);
    expect((await people.view(caseNumber)).phase).toBe('survey');
  });
});

describe('an act', () => {
  let number: string;
  beforeAll(async () => {
    number = await caseAtSignOffs();
  });
  const approve = (as: string, body: unknown, key?: string) =>
    people.post(as, `/reopenings/${number}/approve`, body, key === undefined ? {} : { key });

  test('of the wrong role, the wrong department, at the wrong time, on a stale version is refused', async () => {
    expectProblem(await approve('official', people.approval('market')), 403, 'forbidden');
    expectProblem(await approve('reviewer-market', people.approval('economy')), 403, 'wrong-department');
    expectProblem(await approve('reviewer-market', people.approval('no-such')), 404, 'unknown-department');
    expectProblem(await approve('reviewer-market', people.approval('market', { round: 2 })), 409, 'stale-round');
    const stale = people.approval('market', { versions: { 'work-plan': 7 } });
    expectProblem(await approve('reviewer-market', stale), 409, 'stale-version');
    const early = await people.post('official', `/reopenings/${number}/complete`, { waivers: [] });
    expectProblem(early, 409, 'wrong-phase');
    expect(early.body.about).toMatchObject({ phase: 'sign-offs', possibleIn: ['operating'] });
    expect((await people.view(number)).review.verdicts).toEqual({});
  });

  test('takes effect once under its key, whatever is repeated', async () => {
    const body = people.approval('economy', { opinion: '同意复工,电话13800001111' });
    const [first, at] = [await approve('reviewer-economy', body, 'k'), await approve('reviewer-economy', body, 'k')];
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([200, null]);
    expect([at.status, at.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect([at.body.command, at.body.sequence]).toEqual([first.body.command, first.body.sequence]);
    expect(first.headers.get('fugong-after')).toBe(`${number}@${first.body.sequence}`);
    expectProblem(await approve('reviewer-economy', { ...body, opinion: '另一意见' }, 'k'), 422, 'key-reused');
    expectProblem(await approve('reviewer-economy', body, 'k2'), 409, 'already-done');
    const written = { 'fugong-after': `${number}@${first.body.sequence}` };
    const outcome = await people.get('reviewer-economy', `/commands/${first.body.command}`, written);
    expect(outcome.body).toMatchObject({ status: 'done', caseNumber: number, problem: null });
    expectProblem(await people.get('reviewer-market', `/commands/${first.body.command}`), 404, 'unknown-command');
    // A repeat is answered as the first time; what has happened since shows in the case.
    const other = await approve('reviewer-market', people.approval('market'));
    const later = await approve('reviewer-economy', body, 'k');
    expect(later.body).toEqual(first.body);
    expect(later.headers.get('fugong-after')).toBe(first.headers.get('fugong-after'));
    const shown = await people.viewAfter(number, other, 'reviewer-economy');
    expect(Object.keys(shown.review.verdicts).sort()).toEqual(['economy', 'market']);
  });

  test('that was refused may be tried again under the same key with another body', async () => {
    const wrong = people.approval('enforcement', { checklist: [] });
    expectProblem(await approve('reviewer-enforcement', wrong, 'again'), 422, 'checklist-incomplete');
    expect((await approve('reviewer-enforcement', people.approval('enforcement'), 'again')).status).toBe(200);
  });

  test('naming people and files that are not there is refused with their places', async () => {
    const to = await people.post('official', `/reopenings/${number}/copy`, { to: 'a-nobody' });
    expectProblem(to, 422, 'unknown-reference');
    expect(to.body.errors[0].pointer).toBe('/to');
    const theirs = await people.upload('enterprise-supermarket', 'x');
    const documents = [`d-${'0'.repeat(32)}`, theirs];
    const evidence = await people.post('official', `/reopenings/${number}/submit-evidence`, {
      requirement: 'r1',
      documents,
    });
    expectProblem(evidence, 422, 'unknown-reference');
    expect(evidence.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
      '/documents/0',
      '/documents/1',
    ]);
  });

  test('neither its words nor anybody’s name enter Temporal', async () => {
    const known = await people.view(number);
    const history = await system.temporal.client.workflow.getHandle(reopeningId(known.enterprise.id)).fetchHistory();
    const payloads = (value: unknown): string =>
      value instanceof Uint8Array
        ? Buffer.from(value).toString('utf8')
        : value !== null && typeof value === 'object'
          ? Object.values(value).map(payloads).join('\n')
          : String(value);
    const told = payloads(history);
    expect(told).toContain('a-demo-reviewer-economy');
    for (const words of ['同意复工', '13800001111', '调研组', '经济办审核人']) expect(told).not.toContain(words);
  });
});

test('until a round ends the enterprise sees who has acted, not how; afterwards all', async () => {
  const number = await people.start('e-demo-factory');
  await people.toSignOffs(number, 'enterprise-factory');
  const defects = [{ material: 'work-plan', text: '缺少应急联系人' }];
  const { checklist: _, ...seen } = people.approval('economy');
  await people.act('reviewer-economy', number, 'return-plan', { ...seen, defects, opinion: '请补正' });
  const mark = { 'fugong-after': `${number}@${(await people.view(number)).sequence}` };
  const ledger = () => people.get('enterprise-factory', `/reopenings/${number}/ledger?limit=200`, mark);

  const view = await people.view(number, 'enterprise-factory');
  expect(Object.values(view.review.verdicts)).toEqual([
    { verb: 'acted', by: 'a-demo-reviewer-economy', at: expect.any(Number) as number },
  ]);
  const during = await ledger();
  expect(during.text).not.toMatch(/缺少应急联系人|请补正|returned|"hash"|"previous"/);
  const last = during.body.items.at(-1) as { type: string; details: object };
  expect([last.type, last.details]).toEqual(['acted', { department: 'economy', round: 1 }]);
  const official = await people.get('official', `/reopenings/${number}/ledger?limit=200`, mark);
  expect(official.text).toMatch(/缺少应急联系人/);
  expect(official.body.items.at(-1).hash).toMatch(/^[0-9a-f]{64}$/);

  for (const { id } of people.rules.departments) {
    if (id !== 'economy') await people.act(`reviewer-${id}`, number, 'approve', people.approval(id));
  }
  const after = await people.get('enterprise-factory', `/reopenings/${number}`);
  expect(after.body.view.review.status).toBe('rectifying');
  await eventually(
    () => people.get('enterprise-factory', `/reopenings/${number}`),
    ({ text }) => text.includes('缺少应急联系人'),
  );
  const [document] = Object.keys(after.body.documents as object);
  const shown = await fetch(`${system.address}/documents/${document}`, {
    headers: { authorization: `Bearer ${system.accounts.find((one) => one.login === 'official')?.token}` },
  });
  expect(shown.status).toBe(200);
  await shown.body?.cancel();
});

test('a case is nobody’s whom it does not concern; a liaison sees it from the assignment on, and is at one place at a time', async () => {
  const [first, second] = [await freshCase(), await freshCase()];
  await people.toStationing(first);
  const view = await people.toStationing(second);
  for (const as of ['enterprise-factory', 'village-jibang', 'liaison-1', 'volunteer']) {
    expectProblem(await people.get(as, `/reopenings/${first}`), 404, 'unknown-case');
    expectProblem(await people.get(as, `/reopenings/${first}/ledger`), 404, 'unknown-case');
  }
  // The storekeeper sees whose case it is and its orders, and nothing else of it.
  const kept = await people.get('storekeeper', `/reopenings/${first}`);
  expect(kept.body.view).toMatchObject({ supply: { orders: [] }, materials: {}, requirements: [], agenda: [] });
  expect((await people.get('storekeeper', `/reopenings/${first}/ledger`)).body.items).toEqual([]);
  expectProblem(await people.post('liaison-1', `/reopenings/${first}/arrive`, {}), 404, 'unknown-case');
  const body = { liaison: 'a-demo-liaison-1', from: people.today(view) };
  const assign = (number: string, sent: unknown = body) =>
    people.post('official', `/reopenings/${number}/assign-liaison`, sent);
  expectProblem(await assign(first, { ...body, liaison: 'a-demo-health' }), 422, 'wrong-role');
  expect((await assign(first)).status).toBe(200);
  expect((await people.get('liaison-1', `/reopenings/${first}`)).status).toBe(200);
  const busy = await assign(second);
  expectProblem(busy, 409, 'liaison-busy');
  expect(busy.body.about).toEqual({ from: body.from, to: null });
  expect((await assign(second, { ...body, liaison: 'a-demo-liaison-2' })).status).toBe(200);
  expect((await people.post('liaison-1', `/reopenings/${first}/arrive`, {})).status).toBe(200);
  // What the rules refused has given its claim back.
  const { rows } = await system.database.pool.query(`SELECT account FROM liaison_claims ORDER BY account`);
  expect(rows).toEqual([{ account: 'a-demo-liaison-1' }, { account: 'a-demo-liaison-2' }]);
});

test('a file belongs to one case', async () => {
  const [first, second] = [await caseAtSignOffs(), await freshCase()];
  const { materials } = await people.view(first);
  const document = Object.values(materials)[0]?.[0]?.document;
  await eventually(
    () => system.database.pool.query('SELECT stream FROM documents WHERE id = $1', [document]),
    ({ rows }) => (rows[0] as { stream: string | null }).stream === first,
  );
  const body = { material: 'work-plan', document };
  expectProblem(await people.post('official', `/reopenings/${second}/add-material`, body), 409, 'document-attached');
});

describe('on a closed case', () => {
  test('the act that closed it is answered again, every other is refused, and a new case may be opened', async () => {
    const enterprise = await people.enterprise();
    const number = await people.start(enterprise);
    const withdraw = (key: string) =>
      people.post('official', `/reopenings/${number}/withdraw`, { reason: '设备检修' }, { key });
    const first = await withdraw('w');
    expect([first.status, first.body.phase]).toEqual([200, 'withdrawn']);
    const again = await eventually(
      () => withdraw('w'),
      (answer) => answer.status === 200,
    );
    expect([again.headers.get('idempotent-replayed'), again.body.sequence]).toEqual(['true', first.body.sequence]);
    expectProblem(await withdraw('w2'), 409, 'case-closed');
    expectProblem(await people.post('official', `/reopenings/${number}/fast-forward`, {}), 409, 'case-closed');
    const next = await people.start(enterprise);
    expect(next > number).toBe(true);
    expectProblem(await withdraw('w3'), 409, 'case-closed');
    expect((await people.view(number)).phase).toBe('withdrawn');
  });
});

test('lists are filtered, paged, and include what was just written', async () => {
  const enterprise = await people.enterprise();
  const { body, headers } = await people.post('official', '/reopenings', { enterprise });
  const mark = { 'fugong-after': headers.get('fugong-after') ?? '' };
  const listed = async (query: string) =>
    (await people.get('official', `/reopenings?${query}`, mark)).body as {
      items: { caseNumber: string; phase: string; closed: boolean }[];
      next: string | null;
      asOf: string | null;
    };
  const all = await listed('limit=200');
  expect(all.items[0]?.caseNumber).toBe(body.caseNumber);
  expect(all.asOf).toBeNull();
  expect(
    (await listed('phase=survey&waitingOn=official&overdue=false&closed=false&village=beixing')).items[0]?.caseNumber,
  ).toBe(body.caseNumber);
  expect((await listed('closed=true')).items.every((one) => one.closed)).toBe(true);
  expect((await listed(`q=${body.caseNumber}`)).items).toHaveLength(1);
  const paged: string[] = [];
  for (let cursor = ''; ;) {
    const page = await listed(`limit=2${cursor}`);
    paged.push(...page.items.map((one) => one.caseNumber));
    if (page.next === null) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(paged).toEqual(all.items.map((one) => one.caseNumber));
  const duties = await people.get('official', `/duties?case=${body.caseNumber}`, mark);
  expect(duties.body.items).toMatchObject([
    { id: 'survey', name: '上门调研', ownerName: '镇工作人员', owner: 'official' },
  ]);
});

test('a read that cannot wait long enough says up to when it is complete', async () => {
  const begun = Date.now();
  const { body } = await people.get('official', '/reopenings', { 'fugong-after': '2026-9999@5' });
  expect(Date.parse(body.asOf as string)).toBeGreaterThanOrEqual(begun);
  expectWithin(4000, Date.now() - begun);
});

test('the clock of a case is moved step by step, or until a time', async () => {
  const number = await freshCase();
  await people.view(number);
  const before = await people.get('official', `/reopenings/${number}`);
  const forward = (body: unknown) => people.post('operator', `/reopenings/${number}/fast-forward`, body);
  const one = await forward({});
  expect(one.status).toBe(200);
  expect(Date.parse(one.body.clock as string)).toBeGreaterThanOrEqual(before.body.nextWake as number);
  expect(one.body.steps).toBe(1);
  const until = new Date(Date.parse(one.body.clock as string) + 20 * 86_400_000).toISOString();
  const many = await forward({ until });
  expect(Math.abs(Date.parse(many.body.clock as string) - Date.parse(until))).toBeLessThan(5000);
  expect(many.body.view.agenda).toMatchObject([{ id: 'survey', overdue: true, escalated: true }]);
  expectProblem(await forward({ until: new Date().toISOString() }), 422, 'invalid-body');
  expectProblem(await forward({ until: '2099-01-01T00:00:00Z' }), 422, 'invalid-body');
  expectProblem(await people.post('enterprise-factory', `/reopenings/${number}/fast-forward`, {}), 403, 'forbidden');
});
