/** Somebody with Temporal's port or UI asks a workflow to end: it is written down, asks for a person, and nothing acknowledged is lost. */
import type { RecordBatch } from '../../contracts/case/views';
import { noticesId, TASK_QUEUE } from '../../contracts/case/ids';
import { DrivenCase, OFFICIAL, text } from '../support/driven-case';
import { MemoryLedger } from '../support/memory-ledger';
import { ScriptedTelling } from '../support/scripted-telling';
import { eventually, Temporal } from '../support/temporal';

let temporal: Temporal;
beforeAll(async () => {
  temporal = await Temporal.start();
});
afterAll(() => temporal.stop());
afterEach(() => temporal.rest());

const copy = (one: DrivenCase) => one.send(OFFICIAL, { type: 'copy', to: { account: text().text, role: 'official' } });

async function attended(id: string): Promise<void> {
  const handle = temporal.client.workflow.getHandle(id);
  const { status } = await eventually(
    () => handle.describe(),
    ({ searchAttributes }) => JSON.stringify(searchAttributes['NeedsAttention']) === '[true]',
  );
  expect(status.name).toBe('RUNNING');
}

test('with PostgreSQL away every answered act is recorded when it is back, the request behind them', async () => {
  const ledger = new MemoryLedger();
  let away = true;
  const record = async (batch: RecordBatch) => {
    if (away) throw new Error('connection refused');
    return ledger.activities.record(batch);
  };
  await temporal.work({ ...ledger.activities, record });
  const one = await DrivenCase.start(temporal.client);
  const answered = [await copy(one), await copy(one)];
  await one.handle.cancel();
  await attended(one.handle.workflowId);
  answered.push(await copy(one));
  away = false;
  await eventually(
    () => ledger.types(one.caseNumber),
    (types) => types.length === 5,
  );
  expect(ledger.types(one.caseNumber)).toEqual(['opened', 'copied', 'copied', 'cancel-requested', 'copied']);
  const commands = ledger.of(one.caseNumber, 'copied').map(({ command }) => command);
  expect(commands).toEqual(answered.map(({ command }) => command));
});

test('the second act of a burst, which waits to be recorded, is recorded', async () => {
  const ledger = new MemoryLedger();
  await temporal.work(ledger.activities);
  const one = await DrivenCase.start(temporal.client);
  const [, second] = [await copy(one), await copy(one)];
  await one.handle.cancel();
  await eventually(
    () => ledger.types(one.caseNumber),
    (types) => types.includes('cancel-requested'),
  );
  expect(ledger.of(one.caseNumber, 'copied').map(({ command }) => command)).toContain(second?.command);
  await one.send(OFFICIAL, { type: 'withdraw', reason: text() });
  expect(await one.handle.result()).toBe('withdrawn');
});

test('a channel writes it down and goes on sending', async () => {
  const telling = new ScriptedTelling();
  await temporal.work(telling.activities);
  const handle = await temporal.client.workflow.start('noticeChannel', {
    taskQueue: TASK_QUEUE,
    workflowId: noticesId('email'),
    args: [{ channel: 'email' }],
  });
  await handle.cancel();
  await attended(handle.workflowId);
  await eventually(
    () => telling.cancelRequests,
    (noted) => noted.includes(handle.workflowId),
  );
  await handle.terminate();
});
