/** Somebody with Temporal's port ends, copies and squats: the reconciler names each, ends what is nobody's, and the API speaks to none of it. */
import { reopeningId } from '../../contracts/case/ids';
import { openRun } from '../../api/case/whose-run';
import { status } from '../../workflows/reopening/messages';
import { expectProblem } from '../api/harness';
import { People } from '../api/town';
import { Stranger } from '../support/stranger';
import { System } from '../support/system';
import { eventually } from '../support/temporal';

let system: System;
let people: People;
let stranger: Stranger;
beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
  stranger = new Stranger(system, people);
});
afterAll(() => system.stop());

test('a case that nobody touches: its first run is known from the start, nothing is found, and acts are done', async () => {
  const one = await stranger.begin();
  expect(await stranger.firstRunOf(one)).toBe((await openRun(system.temporal.client, one.id))?.firstRun);
  expect(await stranger.pass(one.number, one.id)).toEqual([]);
  expect((await stranger.copyTo(one)).status).toBe(200);
  await stranger.recorded(one);
  expect(await stranger.pass(one.number, one.id)).toEqual([]);
  expect(await stranger.operations()).toMatchObject({ isLate: false, lastPass: { found: 0 } });
  await stranger.rows(`UPDATE reconciler_pass SET ended_at = ended_at - interval '4 min'`);
  expect((await stranger.operations()).isLate).toBe(true);
});

test('a case terminated and started again with its old input: no act reaches the copy, the ledger takes nothing, it is ended and named', async () => {
  const one = await stranger.begin();
  const entries = () => stranger.rows('SELECT sequence, hash FROM ledger WHERE stream = $1 ORDER BY 1', one.number);
  const before = await entries();
  const run = await stranger.replaceByCopy(one);
  expectProblem(await stranger.copyTo(one), 409, 'not-running');
  // Operators need not wait for a pass, nor whoever looks at the case.
  expect(await stranger.attentionOf(one)).toBe('missing-run');
  // Its recording is refused, and that does not shut the case itself.
  await eventually(
    async () => (await system.temporal.client.workflow.getHandle(one.id, run).query(status)).needsAttention,
    (attention) => attention === 'ForeignCase',
  );
  expect(await stranger.rows('SELECT FROM ledger_refusals WHERE stream = $1', one.number)).toEqual([]);
  expect(await stranger.pass(one.number, one.id)).toEqual(['(foreign-run chain)', 'missing-run replaced']);
  expect(await stranger.endedBy(one.id, run)).toMatch(/fugong: no run of this system \(chain\)/);
  expect([await stranger.wasSpokenTo(one.id, run), await entries()]).toEqual([false, before]);
  expect(await stranger.pass(one.number, one.id)).toEqual(['(foreign-run chain)', 'missing-run ended']);
});

test('a squatter of another type, with the memo of another case: starts are told to come again, until it is ended', async () => {
  const other = await stranger.begin();
  const enterprise = await people.enterprise();
  const id = reopeningId(enterprise);
  const start = () => people.post('official', '/reopenings', { enterprise }, { key: `squatted-${enterprise}` });
  const memo = { caseNumber: other.number, startCommand: 'x' };
  const run = await stranger.squat(id, 'noticeChannel', { channel: 'mail' }, memo);
  const refused = await start();
  expectProblem(refused, 503, 'foreign-run');
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(await stranger.pass(id)).toEqual(['(foreign-run type)']);
  expect(await stranger.endedBy(id, run)).toMatch(/\(type\)/);
  expect((await start()).status).toBe(201);
});

test('a case from before first runs were kept: the pass learns it of a run whose start is signed and whose ledger ends as PostgreSQL’s', async () => {
  const one = await stranger.begin();
  expect((await stranger.copyTo(one)).status).toBe(200);
  await stranger.recorded(one);
  const run = await stranger.firstRunOf(one);
  await stranger.forget(one);
  expect(await stranger.pass(one.number, one.id)).toEqual([]);
  expect(await stranger.firstRunOf(one)).toBe(run);
});

test('a copy of such a case is not taken for it, nor ended, for nobody can say so', async () => {
  const one = await stranger.begin();
  await stranger.forget(one);
  const run = await stranger.replaceByCopy(one);
  await stranger.passes(one.id, 'unclear-run head');
  expect([await stranger.firstRunOf(one), (await stranger.open(one.id))?.runId]).toEqual([undefined, run]);
  await system.temporal.client.workflow.getHandle(one.id).terminate('by an operator');
  await stranger.passes(one.id, '(unclear-run head)');
  expect(await stranger.pass(one.number)).toEqual(['missing-run ended']);
});

test('a ledger that ends elsewhere by PostgreSQL than by its case, until it is mended', async () => {
  const one = await stranger.begin();
  await stranger.pass();
  const move = (by: number) =>
    stranger.rows('UPDATE ledger_streams SET sequence = sequence + $2 WHERE stream = $1', one.number, by);
  await move(1);
  expect(await stranger.pass(one.number)).toEqual(['other-head case-behind']);
  expect(await stranger.attentionOf(one)).toBe('other-head');
  await move(-1);
  expect(await stranger.pass(one.number)).toEqual(['(other-head case-behind)']);
});
