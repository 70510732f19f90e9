/** The takeover on a real server and a real PostgreSQL: runs that the landed bundle has begun, wherever they stand and whatever is in the way. */
import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { reopeningId, TASK_QUEUE } from '../../contracts/case/ids';
import type { Adopted } from '../../contracts/case/start';
import type { Command } from '../../domain/case/commands';
import { setTakenOver } from '../../db/operations/takeovers';
import { readProgramme, loadRules } from '../../programme/read';
import { readEnvironment } from '../../config/env';
import { isProven, newSigningKey } from '../../proof/envelope';
import { SigningKeys } from '../../proof/signing';
import { takeOver } from '../../workers/takeover';
import { continues } from '../../workers/takeover/carried';
import { inputOf } from '../../workers/takeover/inputs';
import { LANDED_QUEUE, landedBundle } from '../../workers/takeover/landed-bundle';
import { lateSignals, newestRun, REASON } from '../../workers/takeover/runs';
import { OFFICIAL } from '../support/driven-case';
import { MemoryLedger } from '../support/memory-ledger';
import { TestDatabase } from '../support/postgres';
import { secondEdition } from '../support/second-schema';
import { eventually, Temporal } from '../support/temporal';

const programme = readProgramme(readEnvironment({}).programme);
const keys = new SigningKeys(newSigningKey());

let server: Temporal;
let db: TestDatabase;
beforeAll(async () => {
  [server, db] = await Promise.all([Temporal.start(), TestDatabase.start()]);
});
afterAll(async () => {
  await server.stop();
  await db.stop();
});
/** As a database in which the landed release has worked. */
beforeEach(() => db.pool.query('DELETE FROM takeovers'));

let cases = 0;

/** A case that the landed API has just started. */
async function landedCase({ registered = true } = {}) {
  const caseNumber = `2026-${String((cases += 1)).padStart(4, '0')}`;
  const enterprise = `e-${randomUUID()}`;
  if (registered) await db.register(caseNumber, enterprise, keys.publicKey);
  const ref = { id: enterprise, name: '华岛精密(演示)', kind: 'factory' as const, village: 'beixing' };
  const command = { type: 'open', caseNumber, enterprise: ref, edition: secondEdition(loadRules()) };
  const about = { caseNumber, actor: OFFICIAL, bodyHash: 'b' };
  const envelope = keys.seal({ ...about, commandId: `start-${caseNumber}`, command: command as never });
  const workflowId = reopeningId(enterprise);
  await server.client.workflow.start('reopening', {
    taskQueue: LANDED_QUEUE,
    workflowId,
    args: [{ kind: 'open', envelope, keys: [keys.publicKey] }],
    memo: { caseNumber, startCommand: `start-${caseNumber}` },
  });
  const withdraw: Command = { type: 'withdraw', reason: { text: 't-1', hmac: 'ab' } };
  return {
    ...{ caseNumber, enterprise, workflowId },
    /** Handed over while no worker answers. */
    withdrawLater: () =>
      server.client.workflow
        .getHandle(workflowId)
        .signal('submitLater', keys.seal({ ...about, commandId: `withdraw-${caseNumber}`, command: withdraw })),
    newest: () => newestRun(server.client, workflowId),
    adopted: async () => {
      const input = await inputOf(server.client, { workflowId });
      if (input?.kind !== 'adopted') throw new Error(`${caseNumber} was not adopted`);
      return input as unknown as Adopted;
    },
  };
}

async function takenOver(): Promise<string[]> {
  const said: string[] = [];
  const { client, env } = server;
  const say = (line: string) => void said.push(line);
  await takeOver({ client, connection: env.nativeConnection, pool: db.pool, keys, programme, mode: 'live', say });
  return said.filter((line) => !line.startsWith('taking over'));
}

const isDone = async () => (await db.pool.query('SELECT FROM takeovers')).rowCount === 1;

test('a case goes on in a run of today with all that it carries, an act that was handed over among it', async () => {
  const [plain, withdrawn] = [await landedCase(), await landedCase()];
  await withdrawn.withdrawLater();
  expect(await takenOver()).toEqual([]);
  const { envelope, carried } = await plain.adopted();
  expect(isProven(envelope, [keys.publicKey])).toBe(true);
  expect(carried).toMatchObject({ schema: 3, head: { sequence: 1 }, isRecorded: false });
  expect(carried.unrecorded.map(({ type }) => type)).toEqual(['opened']);
  expect(await withdrawn.adopted()).toMatchObject({ carried: { state: { phase: 'withdrawn' } } });
  expect(await plain.newest()).toMatchObject({
    isRunning: true,
    taskQueue: TASK_QUEUE,
    memo: { caseNumber: plain.caseNumber },
  });
  const { rows } = await db.pool.query('SELECT FROM cases WHERE case_number = $1 AND rules IS NOT NULL', [
    plain.caseNumber,
  ]);
  expect(rows).toHaveLength(1);

  const ledger = new MemoryLedger();
  await server.work(ledger.activities);
  const types = () => (ledger.streams.get(withdrawn.caseNumber) ?? []).map(({ type }) => type);
  const recorded = await eventually(types, (seen) => seen.includes('adopted'));
  expect(recorded).toEqual(['opened', 'withdrawn', 'phase-entered', 'adopted']);
  await server.rest();
});

test('what only a person can mend is named and left as it was; the others go on, and so does it once it is mended', async () => {
  const [fit, foreign, unknown] = [await landedCase(), await landedCase(), await landedCase({ registered: false })];
  const other = 'f'.repeat(64);
  await db.pool.query('INSERT INTO ledger_streams (stream, sequence, hash) VALUES ($1, 7, $2)', [
    foreign.caseNumber,
    other,
  ]);
  const said = await takenOver();
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
  expect(await isDone()).toBe(false);

  await db.pool.query('DELETE FROM ledger_streams WHERE stream = $1', [foreign.caseNumber]);
  await db.register(unknown.caseNumber, unknown.enterprise, keys.publicKey);
  const once = (await fit.newest())?.runId;
  expect(await takenOver()).toEqual([]);
  await foreign.adopted();
  await unknown.adopted();
  expect((await fit.newest())?.runId).toBe(once);
  expect(await isDone()).toBe(true);
});

test('a run that the landed code cannot replay does not keep the others from going on', async () => {
  const fit = await landedCase();
  const handle = await server.client.workflow.start('reopening', {
    taskQueue: LANDED_QUEUE,
    workflowId: reopeningId('e-broken'),
    // Read by the workflow before anything else.
    args: [null],
    memo: { caseNumber: '2026-broken' },
  });
  expect(await takenOver()).toEqual([
    'case 2026-broken stays as it was: its workflow task fails',
    expect.stringMatching(/^1 cases stay/),
  ]);
  await fit.adopted();
  await handle.terminate('a test');
});

test('a takeover that was cut off after the end of a run begins it again, and forwards what came at the last moment', async () => {
  const { workflowId, withdrawLater, newest, adopted } = await landedCase();
  const worker = await Worker.create({
    connection: server.env.nativeConnection,
    namespace: server.client.options.namespace,
    taskQueue: LANDED_QUEUE,
    workflowBundle: landedBundle(),
    activities: {},
  });
  await worker.runUntil(() => eventually(newest, (run) => run?.taskAttempts === 0));
  await withdrawLater();
  const { runId = '' } = (await newest()) ?? {};
  await server.client.workflow.getHandle(workflowId, runId).terminate(REASON);
  expect(await lateSignals(server.client, { workflowId, runId })).toMatchObject([{ name: 'submitLater' }]);

  expect(await takenOver()).toEqual([]);
  expect((await adopted()).envelope.command.from).toBe(runId);
  const events = (await server.client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
  const signals = events.flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
  expect(signals).toEqual(['submitLater']);
});

test('a run that a person has ended stays ended', async () => {
  const { workflowId, newest } = await landedCase();
  await server.client.workflow.getHandle(workflowId).terminate('not needed');
  expect(await takenOver()).toEqual([]);
  expect(await newest()).toMatchObject({ isRunning: false, taskQueue: LANDED_QUEUE });
});

test('orders and channels are ended, a summary in course begins again under its id', async () => {
  const start = (type: string, workflowId: string, args: unknown[]) =>
    server.client.workflow.start(type, { taskQueue: LANDED_QUEUE, workflowId, args });
  await start('supplyOrder', 'order/2026-0001/1', [{ caseNumber: '2026-0001', enterprise: 'e-1', order: 1 }]);
  await start('noticeChannel', 'notices/email', [{ channel: 'email' }]);
  await start('dailySummary', 'daily-summary-1', []);
  await takenOver();
  const [order, channel, summary] = await Promise.all(
    ['order/2026-0001/1', 'notices/email', 'daily-summary-1'].map((id) => newestRun(server.client, id)),
  );
  expect(order?.isRunning).toBe(false);
  expect(channel?.isRunning).toBe(false);
  expect(summary).toMatchObject({ isRunning: true, taskQueue: TASK_QUEUE });
});

test('where it is done it does nothing', async () => {
  const { newest } = await landedCase();
  await setTakenOver(db.pool);
  expect(await takenOver()).toEqual([]);
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
