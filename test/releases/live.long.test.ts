/** A release goes live over running cases, with worker processes as they are started: another entry, commands in another order, an act more. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { releases } from '../../db/operations/releases';
import { Child } from '../../scripts/own-system/child';
import { verifyLedger } from '../../scripts/ledger/verify';
import type { BuildStatus } from '../../scripts/release/status';
import { Deployment } from '../../workers/deployment';
import { expectProblem } from '../api/harness';
import { People } from '../api/town';
import { changedBuild, type Build, type Change } from '../support/builds';
import { establishRootKey } from '../../proof/root-key';
import { rootFilesIn } from '../support/root';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { SCHEMA } from '../../domain/case/state';

/** The release before: it does not know how to copy a case to somebody. */
const WITHOUT_COPY: Change = {
  file: 'workflows/reopening/receiving.ts',
  from: 'for (const type of COMMAND_TYPES) {',
  to: "for (const type of COMMAND_TYPES.filter((one) => one !== 'copy')) {",
};
const ANOTHER_DETAIL: Change = {
  file: 'domain/case/reopening.ts',
  from: "act.record('copied', { to: command.to.account, role: command.to.role });",
  to: "act.record('copied', { to: command.to.account, role: command.to.role, release: 'second' });",
};
const ANOTHER_ORDER: Change = {
  file: 'workflows/reopening/workflow.ts',
  from: 'for (const part of parts) part.issue();',
  to: 'for (const part of [...parts].reverse()) part.issue();',
};

let system: System;
let people: People;
let deployment: Deployment;
let folder: string;
let first: Build;
let second: Build;
let worker: Child | undefined;

beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
  // The test's own worker knows nothing of versions.
  await system.temporal.rest();
  deployment = new Deployment(system.temporal.client);
  folder = mkdtempSync(join(tmpdir(), 'fugong-release-'));
  establishRootKey(rootFilesIn(folder));
  [first, second] = [
    await changedBuild(SCHEMA, [WITHOUT_COPY]),
    await changedBuild(SCHEMA, [ANOTHER_DETAIL, ANOTHER_ORDER]),
  ];
  for (const { build, code } of [first, second]) writeFileSync(join(folder, build), code);
});
afterAll(async () => {
  await worker?.stop();
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
});

const settings = () => ({
  DATA_DIR: folder,
  DATABASE_URL: system.database.url,
  TEMPORAL_ADDRESS: system.temporal.env.address,
  SMTP_URL: 'smtp://127.0.0.1:1',
  FUGONG_MODE: 'live',
});

function start({ build }: Build): Child {
  return (worker = Child.start('the worker', 'workers/main.ts', {
    ...settings(),
    WORKFLOW_BUNDLE: join(folder, build),
  }));
}

const becomesCurrent = ({ build }: Build) =>
  eventually(
    () => deployment.current(),
    (current) => current === build,
  );

/** What `npm run release` writes. @throws Error with its last words when it refuses */
async function release(...args: string[]): Promise<{ readonly builds: BuildStatus[] } & Record<string, unknown>> {
  const child = Child.start('release', 'scripts/release.ts', settings(), [...args, '--json']);
  await child.ended().catch(() => undefined);
  if (!child.output.startsWith('{')) throw new Error(child.output.trim());
  return JSON.parse(child.output) as { builds: BuildStatus[] };
}

test('a worker that is killed between registering its build and making it current makes it so at its next start', async () => {
  const killed = start(first);
  await eventually(
    () => releases(system.database.pool),
    ({ length }) => length === 1,
  );
  killed.kill();
  await killed.stop();
  const again = start(first);
  await becomesCurrent(first);
  expect((await releases(system.database.pool)).map(({ build }) => build)).toEqual([first.build]);
  await again.stop();
});

test('a release goes live over cases: they go on, the former build answers too, and all move', async () => {
  start(first);
  await becomesCurrent(first);
  const cases = await Promise.all([1, 2, 3].map(async () => people.start(await people.enterprise())));
  for (const one of cases) await people.view(one);
  await worker?.stop();

  start(second);
  await becomesCurrent(second);
  const [old, other, third] = cases as [string, string, string];
  // Pinned: the first release's code answers in the second one's process.
  await people.toSignOffs(old);
  const fresh = await people.start(await people.enterprise());
  await copied(fresh);
  expect((await entriesOf(fresh, 'copied'))[0]).toMatchObject({ release: 'second' });

  // An act that the case's build does not know is refused for now, and makes the case move.
  const answer = await copy(other);
  expectProblem(answer, 503, 'case-moving');
  expect(answer.headers.get('retry-after')).toBe('2');
  await copied(other);
  expectProblem(await copy(third), 503, 'case-moving');
  const { builds } = await release('status');
  expect(builds.map(({ build, number, current, polled }) => [build, number, current, polled])).toEqual([
    [first.build, expect.any(Number), false, true],
    [second.build, expect.any(Number), true, true],
  ]);
  expect(await release('move')).toMatchObject({ to: second.build, after: 0, left: [] });
  for (const one of cases) await copied(one);
  expect((await entriesOf(old, 'copied'))[0]).toMatchObject({ release: 'second' });
  await expectSound();
});

test('and it is taken back, until somebody decides otherwise', async () => {
  expect(await release('back')).toMatchObject({ to: first.build, after: 0, left: [] });
  expect(await deployment.current()).toBe(first.build);
  await worker?.stop();
  start(second);
  await eventually(
    () => worker?.output.includes('is not made current: an operator has taken it back'),
    (said) => said === true,
  );
  expect(await deployment.current()).toBe(first.build);
  const fresh = await people.start(await people.enterprise());
  await people.toPlan(fresh);
  await expect(release('back', 'ffffffffffff')).rejects.toThrow(/There is no build ffffffffffff/);
  expect(await release('back', second.build)).toMatchObject({ to: second.build, after: 0 });
  await copied(fresh);
  await expectSound();
});

const copy = (caseNumber: string) =>
  people.post(
    'official',
    `/reopenings/${caseNumber}/copy`,
    { to: 'a-demo-reviewer-market' },
    { key: `c-${caseNumber}` },
  );

/** Within a moment also of a case that was still on the first build. */
async function copied(caseNumber: string): Promise<void> {
  await eventually(
    () => copy(caseNumber),
    ({ status }) => status === 200,
  );
}

async function entriesOf(caseNumber: string, type: string): Promise<object[]> {
  const read = () =>
    system.database.pool.query<{ details: object }>(
      "SELECT entry->'details' AS details FROM ledger WHERE stream = $1 AND type = $2",
      [caseNumber, type],
    );
  const { rows } = await eventually(read, ({ rowCount }) => rowCount !== 0);
  return rows.map(({ details }) => details);
}

/** No task has failed for its code, nothing was refused by the ledger, and its chain holds. */
async function expectSound(): Promise<void> {
  const { client } = system.temporal;
  const { WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND } = temporal.api.enums.v1.WorkflowTaskFailedCause;
  const failed: unknown[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: 'WorkflowType = "reopening"' })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { workflowTaskFailedEventAttributes: failure } of events ?? [])
      // A message that came at the last moment: the task is made again.
      if (failure && failure.cause !== WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND) failed.push(failure);
  }
  expect(failed).toEqual([]);
  expect((await system.database.pool.query('SELECT FROM ledger_refusals')).rowCount).toBe(0);
  const found: string[] = [];
  await verifyLedger(system.database.pool, (finding) => found.push(finding));
  expect(found).toEqual([]);
}
