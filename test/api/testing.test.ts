/** A day of tests on a real case: sheets are counted or taken back as the case decides, and a positive goes its way to the lifting. */
import type { CaseView } from '../../contracts/case/views';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { some } from './employees';
import { expectProblem, type Answer } from './harness';
import { People } from './town';

const FACTORY = 'e-demo-factory';
const OWNER = 'enterprise-factory';
const CONTROL = 'reviewer-epidemic-control';
const employees = some(5, { joinedOn: '2026-01-01', team: '早班' });

let system: System;
let people: People;
let number: string;
beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
  number = await people.start(FACTORY);
  const imported = await people.post(OWNER, `/enterprises/${FACTORY}/roster/import`, { rows: employees });
  expect(imported.status).toBe(200);
  const view = await people.toStationing(number);
  const members = people.rules.teamParts.map((part) => ({ part, person: '某人' }));
  await people.act('official', number, 'form-team', { members });
  await people.act('official', number, 'assign-liaison', { liaison: 'a-demo-liaison-1', from: people.today(view) });
  await people.act('liaison-1', number, 'arrive', {});
});
afterAll(() => system.stop());

const act = (as: string, name: string, body: unknown, key?: string) =>
  people.post(as, `/reopenings/${number}/${name}`, body, key === undefined ? {} : { key });
const get = (path: string, as = OWNER) => people.get(as, `/reopenings/${number}${path}`);
/** Of the employees from the one of that number on. */
const rows = (from: number, results: readonly string[], over: object = {}) =>
  results.map((result, n) => ({ documentNumber: employees[from + n]?.documentNumber, result, ...over }));

/** Time passes until a round of the test opens and everyone of it is fixed. */
async function opened(test: string): Promise<string> {
  for (;;) {
    const { body } = await people.post('operator', `/reopenings/${number}/fast-forward`, {});
    const view = body.view as CaseView;
    const round = view.operation.rounds.find((one) => one.test === test && one.stage === 'open');
    if (!round) continue;
    const path = `/rounds/${round.id}`;
    await eventually(
      () => get(path),
      (answer) => answer.status === 200,
    );
    // And the case has been told who owes a test: what it is told later is of a later stage.
    await eventually(
      () => people.view(number),
      (seen) => seen.operation.rounds.some((one) => one.id === round.id && one.countedStage === 'open'),
    );
    return round.id;
  }
}
async function counted(round: string): Promise<unknown> {
  const { body } = await get('/rounds');
  return (body.items as { round: string; counts: unknown }[]).find((one) => one.round === round)?.counts;
}
async function statuses(incident: string): Promise<{ [status: string]: number }> {
  const { body } = await get(`/incidents/${incident}`, CONTROL);
  const all = (body.people as { status: string }[]).map((one) => one.status);
  return Object.fromEntries([...new Set(all)].sort().map((one) => [one, all.filter((other) => other === one).length]));
}
const tables = async (...names: string[]) =>
  Promise.all(names.map(async (name) => (await system.database.pool.query(`SELECT FROM ${name}`)).rowCount));
const viewAfter = (answer: Answer) => people.viewAfter(number, answer);

test('from a positive tube to the lifting', async () => {
  const round = await opened('morning-antigen');
  const filed = {
    ...{ round, sheet: 'morning' },
    rows: [...rows(0, ['positive', 'positive'], { tube: 'T1' }), ...rows(2, ['negative', 'negative', 'negative'])],
  };
  const first = await act(OWNER, 'report-tests', filed, 'morning');
  expect(first.status).toBe(200);
  const counts = { negative: 3, recheck: 2, positive: 0, pending: 0, invalid: 0, notTested: 0, untested: 0, owed: 5 };
  expect(await counted(round)).toEqual(counts);
  const { operation } = await viewAfter(first);
  expect(operation.rounds.find((one) => one.id === round)?.counts).toEqual(counts);
  const again = await act(OWNER, 'report-tests', filed, 'morning');
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  expectProblem(await act(OWNER, 'report-tests', { ...filed, sheet: 'another' }, 'morning'), 422, 'key-reused');
  expect(await tables('test_sheets', 'incidents')).toEqual([1, 1]);

  const [incident] = (await viewAfter(again)).incidents;
  expect(incident).toMatchObject({ cause: 'tube', people: 2, status: 'suspected' });
  const id = incident?.id ?? '';
  const rechecked = { incident: id, sheet: 'recheck', rows: rows(0, ['positive', 'negative']) };
  expectProblem(await act('health', 'report-recheck', rechecked), 409, 'not-the-next-step');
  expect(await tables('recheck_results')).toEqual([0]);
  const step = (name: string) => ({ incident: id, step: name });
  await people.act(OWNER, number, 'take-incident-step', step('isolate'));
  await people.act('health', number, 'report-recheck', rechecked);
  await eventually(
    () => statuses(id),
    (found) => found['positive'] === 1 && found['negative'] === 1,
  );

  expectProblem(await act(CONTROL, 'take-incident-step', step('trace')), 409, 'not-the-next-step');
  expect(await statuses(id)).toEqual({ positive: 1, negative: 1 });
  await people.act(OWNER, number, 'take-incident-step', step('inform'));
  await people.act(CONTROL, number, 'suspend', { reason: 'positive', incident: id, opinion: '停工处置' });
  await people.act('health', number, 'take-incident-step', step('transfer'));
  await people.act(OWNER, number, 'take-incident-step', step('disinfect'));
  expectProblem(await act('reviewer-market', 'take-incident-step', step('trace')), 403, 'wrong-department');
  expect(await statuses(id)).toEqual({ positive: 1, negative: 1 });
  await people.act(CONTROL, number, 'take-incident-step', step('trace'));
  expect(await statuses(id)).toEqual({ positive: 1, contact: 4 });
  const { suspensions } = (await people.view(number)).operation;
  await people.act(CONTROL, number, 'lift', { suspension: suspensions[0]?.id, opinion: '同意解除' });
  await eventually(
    () => get(`/incidents/${id}`, CONTROL),
    ({ body }) => body.over === true,
  );
});

test('a sheet that the case refuses is taken back, and may be sent again as it should be', async () => {
  const round = await opened('evening-nucleic-acid');
  const filed = { round, sheet: 'evening', rows: rows(3, ['negative', 'positive']) };
  const before = await tables('test_sheets', 'test_results', 'incidents');
  expectProblem(await act(OWNER, 'report-tests', filed, 'evening'), 422, 'sampling-missing');
  expectProblem(await act(OWNER, 'report-tests', { ...filed, sampling: 'self' }), 422, 'no-certified-sampler');
  expect(await tables('test_sheets', 'test_results', 'incidents')).toEqual(before);
  expect(await counted(round)).toMatchObject({ untested: 5 });
  const taken = await act('health', 'report-tests', { ...filed, sampling: 'mobile' });
  expect(taken.status).toBe(200);
  expect((await viewAfter(taken)).incidents.at(-1)).toMatchObject({
    cause: 'nucleic-acid',
    people: 1,
    status: 'confirmed',
  });
  const results = await get(`/rounds/${round}`, 'health');
  const one = (results.body.items as { name: string; resultId: string }[]).find(
    ({ name }) => name === employees[3]?.name,
  );
  const corrected = await act('health', 'correct-tests', {
    ...{ round, sheet: 'correction', reason: '录入错误' },
    rows: [{ ...rows(3, ['invalid'])[0], corrects: one?.resultId }],
  });
  expect(corrected.status).toBe(200);
  expect(await counted(round)).toMatchObject({ positive: 1, invalid: 1, untested: 3 });
});

test('a sheet that is repeated after the case has forgotten it gets its first outcome, and stays', async () => {
  const round = await opened('morning-antigen');
  const filed = { round, sheet: 'forgotten', rows: rows(0, ['negative']) };
  const first = await act(OWNER, 'report-tests', filed, 'forgotten');
  // The case remembers 200 commands; a run takes ten Updates at a time.
  for (let sent = 0; sent < 208; sent += 8) {
    const guided = Array.from({ length: 8 }, () =>
      act('reviewer-market', 'guide', { department: 'market', text: '指导' }),
    );
    for (const answer of await Promise.all(guided)) expect(answer.status).toBe(200);
  }
  const again = await act(OWNER, 'report-tests', filed, 'forgotten');
  expect([again.status, again.body.sequence]).toEqual([200, first.body.sequence]);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await counted(round)).toMatchObject({ negative: 1, untested: 4 });
});

test('self-sampling is by an employee of the enterprise whom the health centre has certified', async () => {
  const round = await opened('evening-nucleic-acid');
  const { body } = await get(`/rounds/${round}`);
  const sampler = (body.items as { person: string }[])[0]?.person;
  const stranger = `p-${'0'.repeat(32)}`;
  expectProblem(await act(OWNER, 'name-sampler', { person: stranger }), 422, 'unknown-reference');
  const sheet = { round, sheet: 'self', rows: rows(0, ['negative']), sampling: 'self', sampler };
  await people.act(OWNER, number, 'name-sampler', { person: sampler });
  expectProblem(await act(OWNER, 'report-tests', sheet), 422, 'no-certified-sampler');
  await people.act('health', number, 'certify-sampler', { person: sampler });
  expect((await act(OWNER, 'report-tests', sheet)).status).toBe(200);
  expect(await counted(round)).toMatchObject({ negative: 1, untested: 4 });
});

test('the mobile samplers have their route of the day', async () => {
  const date = people.today(await people.view(number));
  await people.act(OWNER, number, 'request-visit', { date });
  const route = await eventually(
    () => people.get('health', `/sampling-visits?date=${date}`),
    ({ body }) => body.items.length > 0,
  );
  const visit = { caseNumber: number, enterprise: FACTORY, visit: `visit-${date}`, done: false, people: 5 };
  expect(route.body.items).toEqual([expect.objectContaining(visit)]);
  expectProblem(await people.get(OWNER, `/sampling-visits?date=${date}`), 403, 'forbidden');
});

test('nothing of a person is in the ledger', async () => {
  const { body } = await people.get('official', `/ledger?stream=${number}&limit=200`);
  const written = JSON.stringify(body);
  for (const { name, documentNumber, phone } of employees) {
    for (const secret of [name, documentNumber, phone]) expect(written.includes(secret)).toBe(false);
  }
  expect(written.includes('incident-confirmed')).toBe(true);
});
