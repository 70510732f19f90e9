/** Keys under the root: who gets them by himself and who does not, how one is added and revoked, and what a process keeps of them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { establishRoot, NotStanding, standIn } from '../../db/ledger/own-keys';
import { KeptRing, lockRing, readRing, revokeKey } from '../../db/ledger/ring';
import { transaction } from '../../db/sql/pool';
import { newSigningKey, publicKeyOf } from '../../proof/envelope';
import { keyFingerprint, type Holder } from '../../proof/ring';
import { rootFingerprint, type RootFiles } from '../../proof/root-key';
import { add } from '../../scripts/keys/add';
import type { Desk } from '../../scripts/keys/desk';
import { list } from '../../scripts/keys/list';
import { revoke } from '../../scripts/keys/revoke';
import { root } from '../../scripts/keys/root';
import { TestDatabase } from '../support/postgres';
import { newRoot, newWorkerKey, rootFilesIn, standing } from '../support/root';

let db: TestDatabase;
let folder: string;
let files: RootFiles;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());
beforeEach(async () => {
  await db.rewrite('TRUNCATE key_rows, signing_keys');
  folder = mkdtempSync(join(tmpdir(), 'fugong-ring-'));
  files = rootFilesIn(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const made = () => publicKeyOf(newSigningKey());
const stand = (holder: Holder, ...publicKeys: string[]) =>
  standIn(db.pool, { holder, publicKeys, file: 'FILE' }, files);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'not refused',
    (error: Error) => {
      expect(error).toBeInstanceOf(NotStanding);
      expect(error.message).not.toContain('\n');
      return error.message;
    },
  );

test('a system that never had a root gets one, for its owner alone; the next start finds it', async () => {
  const first = await establishRoot(db.pool, files);
  expect(first.made).toBe(true);
  expect(statSync(files.rootKeyFile).mode & 0o777).toBe(0o600);
  expect(await establishRoot(db.pool, files)).toEqual({ ...first, made: false });
  // A crash after the private half.
  rmSync(files.rootPublicKeyFile);
  expect(await establishRoot(db.pool, files)).toMatchObject({ publicKey: first.publicKey });
  // The private half is kept elsewhere.
  rmSync(files.rootKeyFile);
  expect(await establishRoot(db.pool, files)).toEqual({ ...first, made: false });
  expect(existsSync(files.rootKeyFile)).toBe(false);
});

test('the first keys of API and worker are signed by themselves, the older ones of the file too; all count at once', async () => {
  const { publicKey } = await establishRoot(db.pool, files);
  const [present, older, lost, worker] = [made(), made(), made(), made()];
  await db.pool.query('INSERT INTO signing_keys (public_key) VALUES ($1), ($2)', [lost, older]);
  expect((await stand('api', present, older)).waitMs).toBe(0);
  const { ring } = await stand('worker', worker);
  const state = (key: string, holder: Holder = 'api') => {
    const found = ring.byFingerprint(keyFingerprint(holder, key));
    return found && (found.revokedAt === null ? 'counts' : 'revoked');
  };
  expect([present, older, lost].map((key) => state(key))).toEqual(['counts', 'counts', 'revoked']);
  expect([state(worker, 'worker'), state(worker)]).toEqual(['counts', undefined]);
  const again = await stand('api', present, older);
  expect([again.ring.head, again.rootPublicKey]).toEqual([ring.head, publicKey]);
});

test('of several processes that start at once each finds its key', async () => {
  await establishRoot(db.pool, files);
  const [api, worker] = [made(), made()];
  await Promise.all([stand('api', api), stand('worker', worker), stand('worker', worker), stand('api', api)]);
  expect((await stand('api', api)).ring.head.number).toBe(2);
});

test('a key that nobody has added does not count, also where the root is at hand; nor does one that was revoked', async () => {
  await establishRoot(db.pool, files);
  const [own, other] = [made(), made()];
  await stand('api', own);
  expect(await refusal(stand('api', other, own))).toMatch(/^FILE: key [0-9a-f]{16} does not stand .+ keys -- add api/);
  const desk = deskOf();
  await revoke(desk, keyFingerprint('api', own), null);
  expect(await refusal(stand('api', own))).toMatch(/^FILE: key [0-9a-f]{16} was revoked: npm run keys -- add api/);
});

test('without the public root, with another one, or without any key and the private half, a start is refused', async () => {
  expect(await refusal(stand('api', made()))).toMatch(/^ROOT_PUBLIC_KEY_FILE .+ is missing: make it once/);
  await establishRoot(db.pool, files);
  const privately = readFileSync(files.rootKeyFile);
  rmSync(files.rootKeyFile);
  expect(await refusal(stand('api', made()))).toMatch(/^FILE: no key of api stands under the root key yet/);
  writeFileSync(files.rootKeyFile, privately);
  await stand('api', made());
  rmSync(files.rootPublicKeyFile);
  rmSync(files.rootKeyFile);
  for (const start of [stand('api', made()), establishRoot(db.pool, files)])
    expect(await refusal(start)).toMatch(/^ROOT_PUBLIC_KEY_FILE .+ is missing, and the system of this database has/);
  writeFileSync(files.rootPublicKeyFile, newRoot().publicKey);
  expect(await refusal(stand('api', made()))).toMatch(/^No key of this database stands under root key \d{5} /);
  writeFileSync(files.rootKeyFile, privately);
  expect(await refusal(stand('api', made()))).toContain('is not the public half of');
  writeFileSync(files.rootPublicKeyFile, 'nonsense');
  expect(await refusal(stand('api', made()))).toContain('must hold one public root key a line');
});

function deskOf(said: string[] = []): Desk {
  const environment = {
    ...files,
    signingKeyFile: join(folder, 'signing-key'),
    workerKeyFile: join(folder, 'worker-key'),
  };
  return { pool: db.pool, environment, say: (line) => said.push(line) };
}
const lines = (file: string) => readFileSync(file, 'utf8').trim().split('\n');

describe('npm run keys', () => {
  test('add puts a key first when it has stood its time, and a call that was cut off goes on with the same key', async () => {
    const said: string[] = [];
    const desk = deskOf(said);
    await root(desk);
    const file = join(folder, 'signing-key');
    const first = newSigningKey();
    writeFileSync(file, `${Buffer.from(first).toString('hex')}\n`, { mode: 0o600 });
    // The first call signs what is there.
    await add(desk, 'api');
    expect(lines(file)).toHaveLength(1);
    // Cut off while it waits: the key stands beside the file, and its row is there.
    const next = newSigningKey();
    writeFileSync(`${file}.next`, `${Buffer.from(next).toString('hex')}\n`, { mode: 0o600 });
    await add(desk, 'api', 300);
    expect(lines(file)).toEqual([next, first].map((key) => Buffer.from(key).toString('hex')));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.next`)).toBe(false);
    // Cut off after the file was written.
    writeFileSync(`${file}.next`, `${Buffer.from(next).toString('hex')}\n`);
    await add(desk, 'api', 300);
    expect(lines(file)).toHaveLength(2);
    const { ring, waitMs } = await stand('api', publicKeyOf(next), publicKeyOf(first));
    expect([ring.keys.length, waitMs]).toEqual([2, 0]);
    expect(said.join('\n')).toMatch(/stand under the root key and count from now[^]+counts from [^]+first line of/);
  });

  test('a key that is used before its time waits', async () => {
    const desk = deskOf();
    await root(desk);
    await stand('worker', made());
    const early = newWorkerKey();
    const { publicKey } = await establishRoot(db.pool, files);
    const privately = (await import('../../proof/root-key')).readRootKey(files)!;
    await standing(db.pool, privately, early, 60_000);
    const { waitMs, rootPublicKey } = await stand('worker', early.publicKey);
    expect(waitMs).toBeGreaterThan(30_000);
    expect(rootPublicKey).toBe(publicKey);
  });

  test('list tells what counts, and names rows that nobody signed; revoke says what to note down', async () => {
    const said: string[] = [];
    const desk = deskOf(said);
    await root(desk);
    const own = made();
    await stand('api', own);
    const theirs = newWorkerKey();
    await standing(db.pool, newRoot(), theirs);
    const name = keyFingerprint('api', own);
    await revoke(desk, name, 'the laptop was lost');
    await revoke(desk, name, 'again');
    await list(desk);
    const ring = await readRing(db.pool, (await establishRoot(db.pool, files)).publicKey);
    expect(said).toContainEqual(expect.stringContaining(`row 末条 2, ${ring.head.hash}`));
    expect(said).toContainEqual(expect.stringContaining('No key of api counts any more'));
    expect(said).toContainEqual(
      expect.stringMatching(new RegExp(`^${name}  api .+ revoked .+\\(the laptop was lost\\)`)),
    );
    expect(said).toContainEqual(expect.stringMatching(new RegExp(`^✗ row 1 \\(${theirs.fingerprint}\\): not signed`)));
    expect(said.join('\n')).toContain(rootFingerprint((await establishRoot(db.pool, files)).publicKey));
    expect(await refusal(revoke(desk, theirs.fingerprint, null))).toContain('No key');
  });

  test('without the private half nothing is added or revoked', async () => {
    const desk = deskOf();
    await root(desk);
    const own = made();
    await stand('api', own);
    rmSync(files.rootKeyFile);
    writeFileSync(join(folder, 'signing-key'), `${'1'.repeat(64)}\n`);
    expect(await refusal(add(desk, 'api'))).toContain('are both needed here');
    expect(await refusal(revoke(desk, keyFingerprint('api', own), null))).toContain('are both needed here');
  });
});

test('what a process has read of the ring stays, whatever becomes of the rows', async () => {
  const own = newRoot();
  const [one, two] = [newWorkerKey(), newWorkerKey()];
  await standing(db.pool, own, one);
  const kept = new KeptRing(db.pool, own.publicKey);
  await kept.read();
  await transaction(db.pool, async (client) => {
    await lockRing(client);
    await revokeKey(client, own, { fingerprint: one.fingerprint, reason: null });
  });
  await kept.read();
  await db.rewrite('DELETE FROM key_rows WHERE number = 2');
  // Its number is given again, for PostgreSQL no longer knows of the first one.
  await standing(db.pool, own, two);
  await db.rewrite('DELETE FROM key_rows WHERE number = 1');
  await standing(db.pool, newRoot(), newWorkerKey());
  const { keys } = await kept.read();
  expect(keys.map(({ fingerprint, revokedAt }) => [fingerprint, revokedAt !== null])).toEqual([
    [one.fingerprint, true],
    [two.fingerprint, false],
  ]);
  expect(kept.ring).toBe(await kept.read());
});
