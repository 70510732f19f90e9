/** Open runs move to another build: 500 cases there and back, and what a start does when too many builds are open. */
import { registerRelease, releases } from '../../db/operations/releases';
import { newSigningKey } from '../../proof/envelope';
import { registrationOf } from '../../workers/stored-bundles';
import { buildIdOf } from '../../workers/bundle';
import { Deployment, MOVING_TYPES } from '../../workers/deployment';
import { moveRuns } from '../../workers/moving';
import { changedBuild, type Build } from '../support/builds';
import { DrivenCase, OFFICIAL } from '../support/driven-case';
import { MemoryLedger } from '../support/memory-ledger';
import { expectWithin } from '../support/pace';
import { TestDatabase } from '../support/postgres';
import { eventually, Temporal } from '../support/temporal';
import { WorkerStarts } from '../support/worker-start';
import { SCHEMA } from '../../domain/case/state';

const CASES = 500;

let temporal: Temporal;
let database: TestDatabase;
let ledger: MemoryLedger;
let starts: WorkerStarts;
let deployment: Deployment;
let builds: Build[];

beforeAll(async () => {
  [temporal, database] = await Promise.all([Temporal.start(), TestDatabase.start()]);
  ledger = new MemoryLedger();
  starts = new WorkerStarts(temporal, database, ledger.activities);
  deployment = new Deployment(temporal.client);
  // What tells them apart changes no rule: the time is what is measured here.
  const from = 'export function isNewRunDue()';
  builds = [];
  for (const n of [1, 2, 3, 4])
    builds.push(
      await changedBuild(SCHEMA, [{ file: 'workflows/continuing.ts', from, to: `export const n = ${n};\n${from}` }]),
    );
});
afterAll(async () => {
  await starts.end();
  await temporal.stop();
  await database.stop();
});

/** Of moving all of them, cold, 20 a second. */
const MOST_MS = 60_000;

async function timed<T>(work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  expectWithin(MOST_MS, performance.now() - begun);
  return result;
}

const openOn = ({ build }: Build) => deployment.openRuns(build, MOVING_TYPES);
const [one, two, three, four] = [0, 1, 2, 3].map((n) => () => builds[n]!) as [
  () => Build,
  () => Build,
  () => Build,
  () => Build,
];

test(`${CASES} cases move within a minute, and back again`, async () => {
  await starts.restart(one());
  const cases: DrivenCase[] = [];
  const key = newSigningKey();
  const starting = Array.from({ length: CASES }, (_, n) => n);
  const starter = async (): Promise<void> => {
    while (starting.pop() !== undefined) cases.push(await DrivenCase.start(temporal.client, { key }));
  };
  await Promise.all(Array.from({ length: 10 }, starter));
  const some = cases[7]!;
  await some.toSignOffs();
  await eventually(
    () => openOn(one()),
    (open) => open === CASES,
  );
  // Another process, which has never seen them.
  await starts.restart(two());
  expect(await deployment.current()).toBe(two().build);

  expect(await moveRuns(temporal.client, { dryRun: true })).toMatchObject({ before: CASES, after: CASES });
  expect(await openOn(one())).toBe(CASES);
  expect(await timed(() => moveRuns(temporal.client))).toEqual({ to: two().build, before: CASES, after: 0, left: [] });
  expect(await Promise.all([openOn(one()), openOn(two())])).toEqual([0, CASES]);
  // Done again it changes nothing.
  expect(await moveRuns(temporal.client)).toMatchObject({ before: 0, after: 0 });

  await deployment.makeCurrent(one().build);
  expect(await timed(() => moveRuns(temporal.client))).toMatchObject({ before: CASES, after: 0 });

  const before = ledger.types(some.caseNumber).length;
  await some.update(some.envelope(OFFICIAL, { type: 'copy', to: { account: 'a', role: 'official' } }));
  expect((await some.status()).view.phase).toBe('sign-offs');
  expect(ledger.types(some.caseNumber).length).toBeGreaterThanOrEqual(before);
});

test('what has been interrupted is gone on with', async () => {
  await deployment.makeCurrent(two().build);
  const stopping = new AbortController();
  const moving = moveRuns(temporal.client, {
    stopping: stopping.signal,
    progress: (moved) => moved > 30 && stopping.abort(),
  });
  await expect(moving).rejects.toThrow(/abort/i);
  expect(await openOn(one())).toBeGreaterThan(0);
  expect(await moveRuns(temporal.client)).toMatchObject({ after: 0 });
  expect(await openOn(two())).toBe(CASES);
});

test('before a fourth build opens, the worker ends with a line, or moves the cases of the oldest', async () => {
  expect(await deployment.current()).toBe(two().build);
  // One case stays on each of two builds, the rest is on the second.
  await deployment.makeCurrent(one().build);
  const left = await DrivenCase.start(temporal.client);
  await left.status();
  await deployment.makeCurrent(two().build);
  await starts.restart(three());
  const last = await DrivenCase.start(temporal.client);
  await last.status();
  expect(await Promise.all([openOn(one()), openOn(two()), openOn(three())])).toEqual([1, expect.any(Number), 1]);

  await expect(starts.restart(four())).rejects.toThrow(
    /^3 builds have open cases \(.*\), and this one would be the fourth: move them to the current one first \(npm run release -- move\)\.$/,
  );
  expect(await deployment.current()).toBe(three().build);
  expect((await releases(database.pool)).map(({ build }) => build)).not.toContain(four().build);

  await starts.restart(four(), { fourthBuild: 'move' });
  expect(starts.said).toContainEqual(
    expect.stringMatching(/^three builds have open cases: those of the oldest, release 1/),
  );
  expect(await openOn(one())).toBe(0);
  expect(await deployment.current()).toBe(four().build);
});

test('an older release does not become current by itself, and does not start on a higher schema', async () => {
  await starts.restart(two());
  expect(starts.said.at(-1)).toMatch(/is not made current: release 4 .* is newer; npm run release -- back/);
  expect(await deployment.current()).toBe(four().build);
  const code = 'exports.higher = 1;';
  const higher = { build: buildIdOf(code), code, schema: SCHEMA + 1 };
  await registerRelease(database.pool, registrationOf(higher, starts.key));
  await expect(starts.restart(two())).rejects.toThrow(
    `This release knows the state of cases up to schema ${SCHEMA}, and release 5 (build ${higher.build}) of this system has schema ${SCHEMA + 1}: start that release or a later one.`,
  );
});
