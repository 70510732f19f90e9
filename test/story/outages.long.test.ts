/** What people meet when a part is away: no worker, no PostgreSQL, a stranger at Temporal's port. Nothing is lost, nothing is done twice. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { temporalBinary } from '../../local/temporal-binary';
import { readEnvironment } from '../../config/env';
import { reopeningId } from '../../contracts/case/ids';
import type { Status } from '../../contracts/case/views';
import { verifyLedger } from '../../scripts/ledger/verify';
import { status } from '../../workflows/reopening/messages';
import { expectProblem } from '../api/harness';
import { People } from '../api/town';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { statusOf } from '../support/status';

let system: System;
let people: People;
beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
});
afterAll(() => system.stop());

/** A case whose plan is with the departments, and how it stands in Temporal without the API. */
async function caseAtSignOffs() {
  const enterprise = await people.enterprise();
  const number = await people.start(enterprise);
  await people.toSignOffs(number);
  const handle = system.temporal.client.workflow.getHandle(reopeningId(enterprise));
  const asked = { handle, status: (): Promise<Status> => handle.query(status) };
  return { number, path: `/reopenings/${number}`, ...asked };
}

async function entriesOf(stream: string): Promise<{ type: string; command: string | null; hash: string }[]> {
  const { rows } = await system.database.pool.query<{ type: string; command: string | null; hash: string }>(
    'SELECT type, command, hash FROM ledger WHERE stream = $1 ORDER BY sequence',
    [stream],
  );
  return rows;
}

/** Until PostgreSQL has what the case says it has done. */
async function recorded(one: { number: string; status(): Promise<Status> }) {
  const { head } = await one.status();
  return eventually(
    () => entriesOf(one.number),
    (entries) => entries.at(-1)?.hash === head.hash,
  );
}

test('without a worker a sign-off is answered 202, and takes effect once when one is back', async () => {
  const one = await caseAtSignOffs();
  const approve = () =>
    people.post('reviewer-market', `${one.path}/approve`, people.approval('market'), { key: 'late' });
  await system.temporal.rest();
  const [first, again] = [await approve(), await approve()];
  expect([first.status, again.status]).toEqual([202, 202]);
  const link = first.headers.get('location') ?? '';
  expect(again.headers.get('location')).toBe(link);
  expect((await people.get('reviewer-market', link)).body).toMatchObject({ status: 'pending', caseNumber: one.number });
  // What is on the screen meanwhile is what was recorded last; whoever waits for more is told up to when it is complete.
  const meanwhile = await people.view(one.number);
  expect(meanwhile.review.verdicts).toEqual({});
  const mark = { 'fugong-after': `${one.number}@${meanwhile.sequence + 1}` };
  const waiting = await people.get('official', one.path, mark);
  expect([waiting.status, typeof waiting.body.asOf]).toEqual([200, 'string']);
  await system.work();
  const settled = await people.settled('reviewer-market', link.replace('/commands/', ''));
  expect(settled.body).toMatchObject({ status: 'done', caseNumber: one.number, problem: null });
  expect(Object.keys((await people.view(one.number)).review.verdicts)).toEqual(['market']);
  const after = await approve();
  expect([after.status, after.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  const entries = await recorded(one);
  expect(entries.filter((entry) => entry.command === first.body.command).map((entry) => entry.type)).toEqual([
    'approved',
  ]);
});

test('without a worker a sign-off that the rules refuse is told so afterwards', async () => {
  const one = await caseAtSignOffs();
  await system.temporal.rest();
  const body = people.approval('market', { round: 7 });
  const first = await people.post('reviewer-market', `${one.path}/approve`, body);
  expect(first.status).toBe(202);
  await system.work();
  const settled = await people.settled('reviewer-market', first.body.command as string);
  expect(settled.body).toMatchObject({ status: 'refused', problem: { code: 'stale-round', status: 409 } });
});

test('without PostgreSQL nothing is changed and nothing acknowledged is lost; the ledger completes itself', async () => {
  const one = await caseAtSignOffs();
  // Two at once: the second waits for its batch when PostgreSQL goes.
  const acknowledged = await Promise.all([
    people.post('reviewer-market', `${one.path}/approve`, people.approval('market')),
    people.post('reviewer-economy', `${one.path}/approve`, people.approval('economy')),
  ]);
  await system.database.pause();
  expect(acknowledged.map((answer) => answer.status)).toEqual([200, 200]);
  const before = await one.status();
  const enforcement = people.approval('enforcement');
  expectProblem(
    await people.post('reviewer-enforcement', `${one.path}/approve`, enforcement),
    503,
    'database-unavailable',
  );
  expectProblem(await people.get('official', one.path), 503, 'database-unavailable');
  expectProblem(await people.get('official', '/duties'), 503, 'database-unavailable');
  expect(await statusOf(`${system.address}/healthz`)).toBe(200);
  expect((await one.status()).head).toEqual(before.head);

  await system.database.resume();
  const entries = await recorded(one);
  for (const { body } of acknowledged) {
    expect(entries.filter((entry) => entry.command === body.command)).toHaveLength(1);
  }
  const found: string[] = [];
  await verifyLedger(system.database.pool, (finding) => found.push(finding));
  expect(found).toEqual([]);
  await people.act('reviewer-enforcement', one.number, 'approve', enforcement);
});

test('an Update and a signal by the Temporal CLI, without proof, change nothing', async () => {
  const one = await caseAtSignOffs();
  const before = await one.status();
  const program = await temporalBinary(readEnvironment());
  const cli = (...args: string[]) =>
    promisify(execFile)(program, [
      ...['workflow', ...args, '--workflow-id', one.handle.workflowId],
      ...['--address', String(system.temporal.env.address), '--input'],
      JSON.stringify({
        caseNumber: one.number,
        commandId: 'cli',
        bodyHash: 'cli',
        actor: { account: 'a-demo-reviewer-market', role: 'reviewer', department: 'market' },
        command: { type: 'approve', ...people.approval('market') },
        signature: '00'.repeat(64),
      }),
    ]);
  const update = await cli('update', 'execute', '--name', 'approve').catch((error: { stderr: string }) => error);
  expect(update.stderr).toContain('the message carries no valid proof (type: Unproven');
  await cli('signal', '--name', 'submitLater');
  const after = await eventually(
    () => one.status(),
    (seen) => seen.head.sequence > before.head.sequence,
  );
  expect({ ...after.view, sequence: 0, clock: 0 }).toEqual({ ...before.view, sequence: 0, clock: 0 });
  const entries = await recorded(one);
  expect(entries.slice(before.head.sequence).map((entry) => entry.type)).toEqual(['message-ignored']);
});
