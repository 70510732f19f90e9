/** A start that finds open runs on a build which it cannot run: of another SDK it refuses, of a bundle that was altered it says so and works. */
import { gzipSync } from 'node:zlib';
import { SCHEMA } from '../../domain/case/state';
import { registerRelease, releases } from '../../db/operations/releases';
import { buildIdOf } from '../../workers/bundle';
import { Deployment } from '../../workers/deployment';
import { Fleet } from '../../workers/fleet';
import { registrationOf } from '../../workers/stored-bundles';
import { presentBuild, type Build } from '../support/builds';
import { DrivenCase } from '../support/driven-case';
import { MemoryLedger } from '../support/memory-ledger';
import { TestDatabase } from '../support/postgres';
import { Temporal } from '../support/temporal';
import { WorkerStarts } from '../support/worker-start';

let temporal: Temporal;
let database: TestDatabase;
let starts: WorkerStarts;
let present: Build;
const ledger = new MemoryLedger();

beforeAll(async () => {
  [temporal, database, present] = await Promise.all([Temporal.start(), TestDatabase.start(), presentBuild(SCHEMA)]);
  starts = new WorkerStarts(temporal, database, ledger.activities);
});
afterAll(async () => {
  await starts.end();
  await temporal.stop();
  await database.stop();
});

/** A case whose first task a build has done that is then gone. */
async function openOn(build: string): Promise<void> {
  const { client, env } = temporal;
  const { namespace } = client.options;
  const fleet = new Fleet({ connection: env.nativeConnection, namespace, activities: ledger.activities });
  await fleet.start(build, present.code, { former: false });
  await new Deployment(client).makeCurrent(build);
  await (await DrivenCase.start(client)).status();
  fleet.stop();
  await fleet.ended();
}

test('of another SDK: one line and no start, unless another worker is said to run it', async () => {
  const sdk = '1.99.0';
  const build = buildIdOf(present.code, sdk);
  await registerRelease(database.pool, registrationOf({ ...present, build, sdk }, starts.key));
  await openOn(build);
  await expect(starts.restart(present)).rejects.toThrow(
    new RegExp(
      `^Build ${build} is of SDK 1\\.99\\.0, and this worker has .+\\. It has 1 open runs: move them first, .+$`,
    ),
  );
  expect(await releases(database.pool)).toHaveLength(1);
  await starts.restart(present, { otherSdk: 'elsewhere' });
  expect(starts.said).toContainEqual(expect.stringMatching(/is of SDK 1\.99\.0.+It has 1 open runs\.$/));
  expect(await new Deployment(temporal.client).current()).toBe(present.build);
});

test('an altered bundle is not run, and all else is', async () => {
  await starts.end();
  const code = `${present.code}\n`;
  const build = buildIdOf(code);
  const honest = registrationOf({ build, code, schema: SCHEMA }, starts.key);
  await registerRelease(database.pool, { ...honest, code: gzipSync('exports.evil = 1;') });
  await openOn(build);
  const fleet = await starts.restart(present, { otherSdk: 'elsewhere' });
  expect(starts.said).toContain(
    `Build ${build} is not run: its bundle in the database was altered. It has 1 open runs.`,
  );
  expect(fleet.builds).toEqual([present.build]);
});
