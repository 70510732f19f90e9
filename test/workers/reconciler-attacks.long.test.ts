/** More of what somebody with Temporal's port can do to runs: while no worker runs, with paused, reset and forged ones, and under other ids. */
import { startInput } from '../../api/case/start-input';
import { reopeningId } from '../../contracts/case/ids';
import type { Start } from '../../contracts/case/start';
import { loadRules } from '../../programme/read';
import { newSigningKey } from '../../proof/envelope';
import { SigningKeys } from '../../proof/signing';
import { expectProblem } from '../api/harness';
import { forgetRecorded, People } from '../api/town';
import { Stranger } from '../support/stranger';
import { System } from '../support/system';
import { eventually } from '../support/temporal';

let system: System;
let people: People;
let stranger: Stranger;
beforeAll(async () => {
  system = await System.start('frontend.WorkflowPauseEnabled=true', 'limit.historyCount.suggestContinueAsNew=30');
  people = await People.of(system);
  stranger = new Stranger(system, people);
});
afterAll(() => system.stop());

const client = () => system.temporal.client;

test('the same while no worker runs: an act is not handed over to the copy', async () => {
  const one = await stranger.begin();
  await system.temporal.rest();
  const run = await stranger.replaceByCopy(one);
  expectProblem(await stranger.copyTo(one), 409, 'not-running');
  expect(await stranger.wasSpokenTo(one.id, run)).toBe(false);
  await system.work();
  expect(await stranger.pass(one.id)).toEqual(['(foreign-run chain)']);
});

test('squatters with input of their own: signed with a key of theirs, for another enterprise, or nothing that can be read', async () => {
  const other = await stranger.begin();
  const stolen = (await startInput(client(), { workflowId: other.id }))?.input as Start;
  const enterprise = await people.enterprise();
  const id = reopeningId(enterprise);
  const keys = new SigningKeys(newSigningKey());
  const { command } = stolen.envelope;
  const { signature: _, ...unsigned } = stolen.envelope;
  const opening = { ...command, enterprise: { ...command.enterprise, id: enterprise }, edition: loadRules() };
  const forged = { kind: 'open', envelope: keys.seal({ ...unsigned, command: opening }), keys: [keys.publicKey] };
  for (const input of [forged, stolen, { kind: 'open' }, 'x']) {
    // Those that the case's own code refuses end by themselves when a worker sees them.
    await system.temporal.rest();
    const run = await stranger.squat(id, 'reopening', input);
    expectProblem(await people.post('official', '/reopenings', { enterprise }), 503, 'foreign-run');
    await stranger.pass();
    expect(await stranger.endedBy(id, run)).toMatch(/\(start\)/);
  }
  await system.work();
  expect(await stranger.pass(id)).toEqual(Array(4).fill('(foreign-run start)'));
  expect((await people.post('official', '/reopenings', { enterprise })).status).toBe(201);
});

test('of another type under the ids of orders, channels and bulletins', async () => {
  const ids = ['order/2026-0001/1', 'notices/nowhere', 'bulletin/b-1', 'daily-summary-x'];
  await system.temporal.rest();
  const runs = [];
  for (const id of ids) runs.push(await stranger.squat(id, 'reopening', {}));
  expect(await stranger.pass(...ids)).toEqual(Array(4).fill('(foreign-run type)'));
  for (const [n, id] of ids.entries()) expect(await stranger.endedBy(id, runs[n] ?? '')).toMatch(/\(type\)/);
  await system.work();
});

test('a run that was terminated, or paused, is missing; one that goes on is not', async () => {
  const [ended, paused] = [await stranger.begin(), await stranger.begin()];
  await client().workflow.getHandle(ended.id).terminate('by a stranger');
  await stranger.pause(paused.id);
  await stranger.passes(ended.number, 'missing-run ended');
  await stranger.passes(paused.number, 'missing-run paused');
  await stranger.unpause(paused.id);
  await stranger.passes(paused.number, '(missing-run paused)');
  expect((await stranger.copyTo(paused)).status).toBe(200);
});

test('a squatter that is paused is ended as well', async () => {
  const id = reopeningId(await people.enterprise());
  await system.temporal.rest();
  const run = await stranger.squat(id, 'noticeChannel', {});
  await stranger.pause(id);
  await stranger.listed(id, run);
  await stranger.passes(id, '(foreign-run type)');
  expect(await stranger.open(id)).toBeUndefined();
  await system.work();
});

test('a start that was cut off before it was written down: its repeat learns it, by the signed input alone', async () => {
  await system.temporal.rest();
  const enterprise = await people.enterprise();
  const start = () => people.post('official', '/reopenings', { enterprise }, { key: 'cut-off' });
  const { caseNumber } = (await start()).body as { caseNumber: string };
  const one = { enterprise, number: caseNumber, id: reopeningId(enterprise) };
  const run = await stranger.firstRunOf(one);
  await stranger.forget(one);
  const again = await start();
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
  expect(await stranger.firstRunOf(one)).toBe(run);
  await system.work();
  await stranger.recorded(one);
});

test('a run that the API signed and PostgreSQL does not know is named and left: a backup may be older than it', async () => {
  const one = await stranger.begin();
  await forgetRecorded(system, one.number);
  await stranger.rows('DELETE FROM cases WHERE case_number = $1', one.number);
  expect(await stranger.pass(one.id)).toEqual(['unclear-run unregistered']);
  expect(await stranger.open(one.id)).toBeDefined();
  await client().workflow.getHandle(one.id).terminate('by an operator');
});

test('the run of a case that is closed, brought back by a reset: a moment is given to it, and then it is ended', async () => {
  const one = await stranger.begin();
  await people.act('official', one.number, 'withdraw', { reason: '设备检修' });
  await eventually(
    () => stranger.open(one.id),
    (run) => run === undefined,
  );
  const run = await stranger.reset(one);
  expect(await stranger.pass(one.id)).toEqual(['foreign-run closed']);
  expect(await stranger.open(one.id)).toBeDefined();
  await stranger.rows(
    `UPDATE discrepancies SET since = since - interval '6 min' WHERE subject = $1`,
    `${one.id} ${run}`,
  );
  expect(await stranger.pass(one.id)).toEqual(['(foreign-run closed)']);
  expect(await stranger.open(one.id)).toBeUndefined();
});

test('a run that was reset to before its acts has another end than its ledger', async () => {
  const one = await stranger.begin();
  expect((await stranger.copyTo(one)).status).toBe(200);
  await stranger.recorded(one);
  expect(await stranger.pass(one.number)).toEqual([]);
  await stranger.reset(one);
  await eventually(
    () => stranger.pass(one.number),
    ([found]) => /^other-head (case-behind|other-hash)$/.test(found ?? ''),
  );
});

test('a case that goes on in another run is the same chain: acts are done, its ledger takes them, nothing is found', async () => {
  const one = await stranger.begin();
  const first = await stranger.firstRunOf(one);
  await stranger.pass();
  for (const { login } of system.accounts) {
    if ((await stranger.open(one.id))?.runId !== first) break;
    expect((await stranger.copyTo(one, `a-demo-${login}`)).status).toBeLessThan(500);
  }
  await eventually(
    () => stranger.open(one.id),
    (run) => run !== undefined && run.runId !== first,
  );
  await stranger.recorded(one);
  expect(await stranger.pass(one.number, one.id)).toEqual([]);
  const text = 'SELECT first_run AS first, current_run AS current FROM case_runs WHERE case_number = $1';
  const [known] = await stranger.rows<{ first: string; current: string }>(text, one.number);
  expect(known).toEqual({ first, current: (await stranger.open(one.id))?.runId });
});
