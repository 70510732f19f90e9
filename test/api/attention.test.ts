/** What a case's page says that only a person can mend: to officials and operators, as the workflow shows it, and nothing when Temporal is away. */
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { FAILURES } from '../../contracts/case/failures';
import { reopeningId } from '../../contracts/case/ids';
import { MemoryLedger } from '../support/memory-ledger';
import { expectWithin } from '../support/pace';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { People } from './town';

/** Port 1 of this machine: nobody listens there. */
const NOBODY = '127.0.0.1:1';

let system: System;
let people: People;
beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
});
afterAll(() => system.stop());

async function begun(): Promise<{ enterprise: string; number: string }> {
  const enterprise = await people.enterprise();
  const number = await people.start(enterprise);
  await people.view(number);
  return { enterprise, number };
}
const attention = async (as: string, number: string) =>
  (await people.get(as, `/reopenings/${number}`)).body.needsAttention as string | null;
const copy = (number: string) => people.post('official', `/reopenings/${number}/copy`, { to: 'a-demo-village-jibang' });

test('a request to cancel is told to officials and operators, with its reason as long as a worker knows it', async () => {
  const [one, other] = [await begun(), await begun()];
  await copy(one.number);
  expect(await attention('official', one.number)).toBeNull();
  await system.temporal.client.workflow.getHandle(reopeningId(one.enterprise)).cancel();
  await eventually(
    () => attention('operator', one.number),
    (told) => told === 'CancelRequested',
  );
  expect(await attention('official', one.number)).toBe('CancelRequested');
  // Whom it does not help is not told.
  expect(await attention('reviewer-market', one.number)).toBeNull();
  expect(await attention('official', other.number)).toBeNull();

  await system.temporal.rest();
  expect(await attention('official', one.number)).toBe('Unexplained');
  await system.work();
});

test('a recording that keeps failing is told, though it cannot record that', async () => {
  const { number } = await begun();
  await system.temporal.rest();
  const record = () => Promise.reject(ApplicationFailure.nonRetryable('round is not there', FAILURES.notThere));
  await system.temporal.work({ ...new MemoryLedger().activities, record });
  expect((await copy(number)).status).toBe(200);
  await eventually(
    () => attention('official', number),
    (told) => told === 'RecordingFails',
  );
  await system.temporal.rest();
  await system.work();
  await eventually(
    () => attention('official', number),
    (told) => told === null,
  );
});

test('what another case under the enterprise’s id shows is not said of this one', async () => {
  const { enterprise, number } = await begun();
  const handle = system.temporal.client.workflow.getHandle(reopeningId(enterprise));
  await handle.terminate();
  const next = await people.start(enterprise);
  await people.view(next);
  await handle.cancel();
  await eventually(
    () => attention('official', next),
    (told) => told === 'CancelRequested',
  );
  expect(await attention('official', number)).toBeNull();
});

test('without Temporal the page comes all the same, and says nothing of it', async () => {
  const { number } = await begun();
  const connection = Connection.lazy({ address: NOBODY, interceptors: [] });
  const served = await system.beside({ temporal: new Client({ connection }) });
  const away = await People.of({ address: served.address, accounts: system.accounts });
  const begin = performance.now();
  const { status, body } = await away.get('official', `/reopenings/${number}`);
  expectWithin(1_500, performance.now() - begin);
  expect([status, body.needsAttention]).toEqual([200, null]);
  expect(body.view.phase).toBe('survey');
  await served.stop();
  await connection.close();
});
