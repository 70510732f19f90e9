/** What a worker or a migration refuses before it changes anything: a lost key beside stored bundles, a database of a later release. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCHEMA } from '../../domain/case/state';
import { registerRelease, releases } from '../../db/operations/releases';
import { migrate } from '../../db/sql/migrate';
import { buildIdOf } from '../../workers/bundle';
import { establishWorkerKeys } from '../../workers/keys';
import { registrationOf } from '../../workers/stored-bundles';
import { TestDatabase } from '../support/postgres';

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'fugong-worker-'));
const workerKeyFile = join(folder, 'keys', 'worker-key');
const establish = () => establishWorkerKeys(database.pool, { workerKeyFile }, { warn: () => undefined });

beforeAll(async () => {
  database = await TestDatabase.start();
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true });
});

test('the first worker makes the key, for its owner alone; beside stored bundles a missing one is not made anew', async () => {
  const [key] = await establish();
  expect(statSync(workerKeyFile).mode & 0o777).toBe(0o600);
  expect((await establish())[0].fingerprint).toBe(key.fingerprint);
  const code = 'exports.one = 1;';
  await registerRelease(database.pool, registrationOf({ build: buildIdOf(code), code, schema: SCHEMA }, key));
  rmSync(workerKeyFile);
  await expect(establish()).rejects.toThrow(
    /^WORKER_KEY_FILE .+ is missing, and the system of this database has one: copy/,
  );
  expect(existsSync(workerKeyFile)).toBe(false);
  expect(await releases(database.pool)).toHaveLength(1);
});

test('a database that a later release has brought up to date is left as it is', async () => {
  await database.pool.query("INSERT INTO migrations (name, run_on) VALUES ('0999_later', now())");
  await expect(migrate(database.url, () => undefined)).rejects.toThrow(
    'The database was brought up to date by a later release (0999_later): start that release or a later one.',
  );
});
