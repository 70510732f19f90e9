/** The takeover on a real server and a real PostgreSQL: runs that the landed bundle has begun, wherever they stand and whatever is in the way. */
import { Worker } from '@temporalio/worker';
import { reopeningId, TASK_QUEUE } from '../../contracts/case/ids';
import { setTakenOver } from '../../db/operations/takeovers';
import { isProven } from '../../proof/envelope';
import { continues } from '../../workers/takeover/carried';
import { LANDED_QUEUE, landedBundle } from '../../workers/takeover/landed-bundle';
import { lateSignals, newestRun, REASON } from '../../workers/takeover/runs';
import { LandedSystem } from '../support/landed-system';
import { MemoryLedger } from '../support/memory-ledger';
import { eventually } from '../support/temporal';

let landed: LandedSystem;
beforeAll(async () => {
  landed = await LandedSystem.start();
});
afterAll(() => landed.stop());
beforeEach(() => landed.forget());

test('a case goes on in a run of today with all that it carries, an act that was handed over among it', async () => {
  const [plain, withdrawn] = [await landed.case(), await landed.case()];
  await withdrawn.withdrawLater();
  expect(await landed.takeOver()).toEqual([]);
  const { envelope, carried } = await plain.adopted();
  expect(isProven(envelope, [landed.keys.publicKey])).toBe(true);
  expect(carried).toMatchObject({ schema: 3, head: { sequence: 1 }, recorded: null });
  expect(carried.unrecorded.map(({ type }) => type)).toEqual(['opened']);
  expect(await withdrawn.adopted()).toMatchObject({ carried: { state: { phase: 'withdrawn' } } });
  expect(await plain.newest()).toMatchObject({
    isRunning: true,
    taskQueue: TASK_QUEUE,
    memo: { caseNumber: plain.caseNumber },
  });
  const { rows } = await landed.db.pool.query('SELECT FROM cases WHERE case_number = $1 AND rules IS NOT NULL', [
    plain.caseNumber,
  ]);
  expect(rows).toHaveLength(1);
  const known = await landed.db.pool.query('SELECT first_run FROM case_runs WHERE case_number = $1', [
    plain.caseNumber,
  ]);
  const { runId } = (await newestRun(landed.server.client, reopeningId(plain.enterprise))) ?? {};
  expect(known.rows).toEqual([{ first_run: runId }]);

  const ledger = new MemoryLedger();
  await landed.server.work(ledger.activities);
  const types = () => (ledger.streams.get(withdrawn.caseNumber) ?? []).map(({ type }) => type);
  const recorded = await eventually(types, (seen) => seen.includes('adopted'));
  expect(recorded).toEqual(['opened', 'withdrawn', 'phase-entered', 'adopted']);
  await landed.server.rest();
});

test('what only a person can mend is named and left as it was; the others go on, and so does it once it is mended', async () => {
  const [fit, foreign, unknown] = [await landed.case(), await landed.case(), await landed.case({ registered: false })];
  const other = 'f'.repeat(64);
  await landed.db.pool.query('INSERT INTO ledger_streams (stream, sequence, hash) VALUES ($1, 7, $2)', [
    foreign.caseNumber,
    other,
  ]);
  const said = await landed.takeOver();
  expect(said.sort()).toEqual([
    expect.stringMatching(/^2 cases stay on the release before/),
    expect.stringMatching(
      new RegExp(`^case ${foreign.caseNumber} stays as it was: its ledger ends at 7 \\(ffffffff\\)`),
    ),
    `case ${unknown.caseNumber} stays as it was: nobody has registered it`,
  ]);
  await fit.adopted();
  for (const { newest } of [foreign, unknown]) {
    expect(await newest()).toMatchObject({ isRunning: true, taskQueue: LANDED_QUEUE });
  }
  expect(await landed.isDone()).toBe(false);

  await landed.db.pool.query('DELETE FROM ledger_streams WHERE stream = $1', [foreign.caseNumber]);
  await landed.db.register(unknown.caseNumber, unknown.enterprise, landed.keys.publicKey);
  const once = (await fit.newest())?.runId;
  expect(await landed.takeOver()).toEqual([]);
  await foreign.adopted();
  await unknown.adopted();
  expect((await fit.newest())?.runId).toBe(once);
  expect(await landed.isDone()).toBe(true);
});

test('a takeover that was cut off after the end of a run begins it again, and forwards what came at the last moment', async () => {
  const { workflowId, withdrawLater, newest, adopted } = await landed.case();
  const worker = await Worker.create({
    connection: landed.connection,
    namespace: landed.client.options.namespace,
    taskQueue: LANDED_QUEUE,
    workflowBundle: landedBundle(),
    activities: {},
  });
  await worker.runUntil(() => eventually(newest, (run) => run?.taskAttempts === 0));
  await withdrawLater();
  const { runId = '' } = (await newest()) ?? {};
  await landed.client.workflow.getHandle(workflowId, runId).terminate(REASON);
  expect(await lateSignals(landed.client, { workflowId, runId })).toMatchObject([{ name: 'submitLater' }]);

  expect(await landed.takeOver()).toEqual([]);
  expect((await adopted()).envelope.command.from).toBe(runId);
  const events = (await landed.client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
  const signals = events.flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
  expect(signals).toEqual(['submitLater']);
});

test('a run that a person has ended stays ended', async () => {
  const { workflowId, newest } = await landed.case();
  await landed.client.workflow.getHandle(workflowId).terminate('not needed');
  expect(await landed.takeOver()).toEqual([]);
  expect(await newest()).toMatchObject({ isRunning: false, taskQueue: LANDED_QUEUE });
});

test('orders and channels are ended, a summary in course begins again under its id', async () => {
  const start = (type: string, workflowId: string, args: unknown[]) =>
    landed.client.workflow.start(type, { taskQueue: LANDED_QUEUE, workflowId, args });
  await start('supplyOrder', 'order/2026-0001/1', [{ caseNumber: '2026-0001', enterprise: 'e-1', order: 1 }]);
  await start('noticeChannel', 'notices/email', [{ channel: 'email' }]);
  await start('dailySummary', 'daily-summary-1', []);
  await landed.takeOver();
  const [order, channel, summary] = await Promise.all(
    ['order/2026-0001/1', 'notices/email', 'daily-summary-1'].map((id) => newestRun(landed.client, id)),
  );
  expect(order?.isRunning).toBe(false);
  expect(channel?.isRunning).toBe(false);
  expect(summary).toMatchObject({ isRunning: true, taskQueue: TASK_QUEUE });
});

test('where it is done it does nothing', async () => {
  const { newest } = await landed.case();
  await setTakenOver(landed.db.pool);
  expect(await landed.takeOver()).toEqual([]);
  expect(await newest()).toMatchObject({ isRunning: true, taskQueue: LANDED_QUEUE });
});

test('a ledger is continued from the end of the case and from every entry that a cut-off recording may have come to', () => {
  const entry = (sequence: number) => ({ sequence, hash: `h${sequence}`, previous: `h${sequence - 1}` }) as never;
  const carried = { head: { sequence: 5, hash: 'h5' }, unrecorded: [entry(4), entry(5)] };
  for (const sequence of [3, 4, 5]) expect(continues(carried, { sequence, hash: `h${sequence}` })).toBe(true);
  for (const sequence of [2, 6]) expect(continues(carried, { sequence, hash: `h${sequence}` })).toBe(false);
  expect(continues(carried, { sequence: 4, hash: 'other' })).toBe(false);
  expect(continues({ ...carried, unrecorded: [] }, { sequence: 5, hash: 'h5' })).toBe(true);
});
