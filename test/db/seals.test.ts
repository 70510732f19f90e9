/** Seals: after midnight over what changed, one for the days since the last, signed, chained; the crossing once over everything. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append } from '../../db/ledger/ledger';
import { keepSeal } from '../../db/ledger/kept-seal';
import { KeptRing, readRing } from '../../db/ledger/ring';
import { allSeals, sealCrossing, sealEndedDays } from '../../db/ledger/seals';
import { transaction } from '../../db/sql/pool';
import { GENESIS } from '../../proof/chain';
import { hasSigned } from '../../proof/ed25519';
import { sealBytes, sealHash, type Seal } from '../../proof/seal';
import { keptIn } from '../../scripts/ledger/kept-seals';
import { sealOnce } from '../../workers/sealing';
import { atTime } from '../support/database-clock';
import { TestDatabase } from '../support/postgres';
import { newRoot, newWorkerKey, standing } from '../support/root';

const CHINA = 8 * 60;
const root = newRoot();
const key = newWorkerKey();
let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());
beforeEach(async () => {
  await db.rewrite('TRUNCATE ledger_seals, ledger, ledger_streams, key_rows CASCADE');
  await standing(db.pool, root, key);
});

const ACT = { at: 0, by: { account: 'a', role: 'operator' }, type: 'opened', details: {} } as const;

/** An entry of the stream, recorded then. */
async function record(stream: string, time: string): Promise<void> {
  const { sequence } = await transaction(db.pool, (client) => append(client, stream, [ACT]));
  await db.rewrite('UPDATE ledger SET recorded_at = $3 WHERE stream = $1 AND sequence = $2', [stream, sequence, time]);
}
const sealing = async () => ({ signer: key, ring: await readRing(db.pool, root.publicKey), utcOffsetMinutes: CHINA });
async function sealAt(time: string, utcOffsetMinutes = CHINA): Promise<Seal | undefined> {
  const how = { ...(await sealing()), utcOffsetMinutes };
  return atTime(db.pool, time, (client) => sealEndedDays(client, how));
}
async function seals(): Promise<Seal[]> {
  const all: Seal[] = [];
  for await (const seal of allSeals(db.pool)) all.push(seal);
  return all;
}
const streams = (seal: Seal | undefined) => seal?.heads.map(({ stream, sequence }) => `${stream}#${sequence}`);

test('no day is sealed before it has ended, by the town’s midnight; then once', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  expect(await sealAt('2026-05-01T23:59:59+08')).toBeUndefined();
  const seal = await sealAt('2026-05-02T00:00:01+08');
  expect(seal).toMatchObject({ number: 1, kind: 'day', firstDay: '2026-05-01', day: '2026-05-01', previous: GENESIS });
  expect(seal).toMatchObject({ key: key.fingerprint, at: Date.parse('2026-05-02T00:00:01+08:00') });
  expect(seal && hasSigned(key.publicKey, sealBytes(seal.hash), seal.signature ?? '')).toBe(true);
  await record('one', '2026-05-02T09:00:00+08');
  expect(await sealAt('2026-05-02T12:00:00+08')).toBeUndefined();
  expect(await seals()).toEqual([seal]);
});

test('a town far from UTC has its own midnight', async () => {
  await record('one', '2026-05-01T10:00:00Z');
  expect(await sealAt('2026-05-01T12:00:00Z')).toBeUndefined();
  const [first, second] = [
    await sealAt('2026-05-02T09:59:00Z', 14 * 60),
    await sealAt('2026-05-02T10:00:00Z', 14 * 60),
  ];
  expect([first, second?.day]).toEqual([undefined, '2026-05-02']);
});

test('what changed is sealed; a day without anything has no seal, and the next one answers for it', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  await record('two', '2026-05-01T11:00:00+08');
  const first = await sealAt('2026-05-02T00:01:00+08');
  expect(streams(first)).toEqual(['one#1', 'two#1']);
  expect(await sealAt('2026-05-03T00:01:00+08')).toBeUndefined();
  expect(await sealAt('2026-05-04T00:01:00+08')).toBeUndefined();
  await record('two', '2026-05-04T11:00:00+08');
  const second = await sealAt('2026-05-05T00:01:00+08');
  expect(second).toMatchObject({ number: 2, firstDay: '2026-05-02', day: '2026-05-04', previous: first?.hash });
  expect(streams(second)).toEqual(['two#2']);
  expect((await seals()).map((seal) => seal.hash === sealHash(seal))).toEqual([true, true]);
});

test('a new row of the ring is a change', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  const first = await sealAt('2026-05-02T00:01:00+08');
  await standing(db.pool, root, newWorkerKey());
  const second = await sealAt('2026-05-03T00:01:00+08');
  expect([first?.ring?.number, second?.ring?.number, second?.heads]).toEqual([1, 2, []]);
});

test('two workers at midnight make one seal', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  const made = await Promise.all(Array.from({ length: 4 }, () => sealAt('2026-05-02T00:00:30+08')));
  expect(made.filter((seal) => seal !== undefined)).toHaveLength(1);
  expect(await seals()).toHaveLength(1);
});

test('an end that is not committed yet is in the next seal', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  await transaction(db.pool, async (client) => {
    await append(client, 'slow', [ACT]);
    expect(streams(await sealAt('2026-05-02T00:01:00+08'))).toEqual(['one#1']);
  });
  expect(streams(await sealAt('2026-05-03T00:01:00+08'))).toEqual(['slow#1']);
});

test('seals from before go on: the first signed one answers from their day on, over what changed since', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  await record('two', '2026-05-01T10:00:00+08');
  const heads = (await db.pool.query('SELECT stream, sequence, hash FROM ledger_streams ORDER BY stream'))
    .rows as Seal['heads'];
  const old = { kind: 'all' as const, number: 1, day: '2026-05-01', heads, previous: GENESIS };
  const hash = sealHash({ ...old, firstDay: null, at: 0, ring: null, key: null });
  await db.pool.query('INSERT INTO ledger_seals (number, day, heads, previous, hash) VALUES (1, $1, $2, $3, $4)', [
    ...[old.day, JSON.stringify(heads), old.previous, hash],
  ]);
  expect(await sealAt('2026-05-01T20:00:00+08')).toBeUndefined();
  await record('two', '2026-05-01T21:00:00+08');
  const seal = await sealAt('2026-05-02T00:01:00+08');
  expect(seal).toMatchObject({ number: 2, firstDay: '2026-05-01', day: '2026-05-01', previous: hash });
  expect(streams(seal)).toEqual(['two#2']);
});

test('the crossing seals everything once, also after a call that was cut off, and is kept as a file', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  await sealAt('2026-05-02T00:01:00+08');
  const how = { ...(await sealing()), signer: root };
  const cross = () => atTime(db.pool, '2026-05-02T15:00:00+08', (client) => sealCrossing(client, how));
  const seal = await cross();
  expect(seal).toMatchObject({ number: 2, kind: 'crossing', firstDay: '2026-05-02', day: '2026-05-02' });
  expect(seal.key).toBe(root.fingerprint);
  expect(streams(seal)).toEqual(['one#1']);
  expect(await cross()).toEqual(seal);
  // The rest of its day is the next seal's.
  await record('one', '2026-05-02T16:00:00+08');
  expect(await sealAt('2026-05-03T00:01:00+08')).toMatchObject({
    number: 3,
    firstDay: '2026-05-02',
    day: '2026-05-02',
  });
  const folder = mkdtempSync(join(tmpdir(), 'fugong-seals-'));
  const file = keepSeal(join(folder, 'seals'), seal);
  keepSeal(join(folder, 'seals'), seal);
  expect(existsSync(file)).toBe(true);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ number: 2, at: '2026-05-02T07:00:00.000Z' });
  const { heads, ...line } = seal;
  expect(keptIn(folder)).toEqual([{ number: 2, hash: seal.hash, line, heads }]);
  rmSync(folder, { recursive: true });
});

test('one whom somebody with SQL has put there under this name is not taken for the crossing', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  await db.pool.query(
    `INSERT INTO ledger_seals (number, kind, first_day, day, heads, previous, hash, signer, signature)
     VALUES (1, 'crossing', '2026-05-01', '2026-05-01', '[]', '', 'f', $1, $2)`,
    [root.fingerprint, 'a'.repeat(128)],
  );
  const how = { ...(await sealing()), signer: root };
  expect(await transaction(db.pool, (client) => sealCrossing(client, how))).toMatchObject({ number: 2 });
});

test('a worker whose key does not count yet, or was revoked, or is unknown, seals nothing', async () => {
  await record('one', '2026-05-01T10:00:00+08');
  const waiting = newWorkerKey();
  await standing(db.pool, root, waiting, 60_000);
  const ring = new KeptRing(db.pool, root.publicKey);
  for (const other of [waiting, newWorkerKey()])
    await expect(sealOnce({ pool: db.pool, key: other, ring, utcOffsetMinutes: CHINA })).rejects.toThrow(
      `the worker's key ${other.fingerprint} does not count`,
    );
  expect(await seals()).toEqual([]);
  expect(await sealOnce({ pool: db.pool, key, ring, utcOffsetMinutes: CHINA })).toMatchObject({ number: 1 });
});
