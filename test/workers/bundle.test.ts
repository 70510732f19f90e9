/** A bundle of workflow code: the same in every folder, and run from the database only when it is what a worker of this system has stored. */
import { gzipSync } from 'node:zlib';
import { SCHEMA } from '../../domain/case/state';
import { registerRelease, releases, type Registration } from '../../db/operations/releases';
import { newSigningKey } from '../../proof/envelope';
import { WorkerKey } from '../../proof/worker-key';
import { buildIdOf, SDK_VERSION, SOURCES } from '../../workers/bundle';
import { OtherSdk, registrationOf, runnableBundle } from '../../workers/stored-bundles';
import { bundledElsewhere, presentBuild, type Build } from '../support/builds';
import { TestDatabase } from '../support/postgres';

let database: TestDatabase;
let present: Build;
const key = new WorkerKey(newSigningKey());

beforeAll(async () => {
  [database, present] = await Promise.all([TestDatabase.start(), presentBuild(SCHEMA)]);
});
afterAll(() => database.stop());

const register = (one: Registration) => registerRelease(database.pool, one);
const run = (build: string, ...keys: WorkerKey[]) => runnableBundle(database.pool, build, keys);

/** Another code, with its own row as the key's holder makes it. */
let serial = 0;
function another(signer = key): Registration {
  const code = `exports.other = ${(serial += 1)};`;
  return registrationOf({ build: buildIdOf(code), code, schema: SCHEMA }, signer);
}

test('two folders give the same code, and it names neither', async () => {
  const elsewhere = await bundledElsewhere([]);
  expect(buildIdOf(elsewhere)).toBe(present.build);
  expect(elsewhere === present.code).toBe(true);
  expect(present.code.includes(SOURCES)).toBe(false);
});

test('its build is twelve digits of its hash, with the SDK', () => {
  expect(present.build).toMatch(/^[0-9a-f]{12}$/);
  expect(buildIdOf(present.code, '1.0.0')).not.toBe(present.build);
  expect(buildIdOf(`${present.code} `)).not.toBe(present.build);
});

test('what was stored is run as it was, and numbered once', async () => {
  const row = registrationOf(present, key);
  await register(row);
  await register(row);
  await register(registrationOf(present, new WorkerKey(newSigningKey())));
  const found = await run(present.build, key);
  expect(found.code === present.code).toBe(true);
  expect(found).toMatchObject({ build: present.build, sdk: SDK_VERSION, schema: SCHEMA });
  await register(another());
  const numbers = (await releases(database.pool)).map(({ number }) => number);
  expect(numbers).toEqual([numbers[0], (numbers[0] ?? 0) + 1]);
});

test('an older key of the file is believed, an unknown one is not', async () => {
  const row = another();
  await register(row);
  await expect(run(row.build, new WorkerKey(newSigningKey()), key)).resolves.toMatchObject({ build: row.build });
  await expect(run(row.build, new WorkerKey(newSigningKey()))).rejects.toThrow(
    new RegExp(`^Build ${row.build} is not run: no key of WORKER_KEY_FILE has signed its bundle.*$`),
  );
});

test('code that somebody with SQL has put under a build is not run, however it is signed', async () => {
  const honest = another();
  await register({ ...honest, code: gzipSync('exports.evil = 1;') });
  await expect(run(honest.build, key)).rejects.toThrow(
    `Build ${honest.build} is not run: its bundle in the database was altered.`,
  );
  const evil = 'exports.evil = 2;';
  const build = buildIdOf(evil);
  await register({ ...another(), build, code: gzipSync(evil) });
  await expect(run(build, key)).rejects.toThrow(/no key of WORKER_KEY_FILE has signed/);
  await database.pool.query(
    `INSERT INTO releases (build, sdk, schema, code) VALUES ('0123456789ab', '${SDK_VERSION}', 2, 'no gzip')`,
  );
  await expect(run('0123456789ab', key)).rejects.toThrow(/was altered/);
  await expect(run('ba9876543210', key)).rejects.toThrow('the database has no bundle of it');
});

test('what was signed for one schema is not run under another', async () => {
  const row = another();
  await register({ ...row, schema: SCHEMA + 1 });
  await expect(run(row.build, key)).rejects.toThrow(/no key of WORKER_KEY_FILE has signed/);
});

test('a bundle of another SDK is named with both', async () => {
  const code = 'exports.sdk = 1;';
  const [sdk, schema] = ['1.99.0', SCHEMA];
  const row = registrationOf({ build: buildIdOf(code, sdk), code, schema, sdk }, key);
  await register(row);
  const running = run(row.build, key);
  await expect(running).rejects.toThrow(OtherSdk);
  await expect(running).rejects.toThrow(`Build ${row.build} is of SDK 1.99.0, and this worker has ${SDK_VERSION}.`);
});

test.each(['releases', 'release_signatures', 'release_choices'])('rows of %s can only be added', async (table) => {
  for (const change of [`UPDATE ${table} SET build = build`, `DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`])
    await expect(database.pool.query(change)).rejects.toThrow(/can only be added/);
});
