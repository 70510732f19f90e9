/** The ledger of acts outside a case, and how it is read: appended in the caller's transaction, in order, in pages. */
import { EMPTY_STREAM, entryHash } from '../../proof/chain';
import { append, readEntries, streamHead } from '../../db/ledger/ledger';
import { transaction } from '../../db/sql/pool';
import type { Draft } from '../../domain/ledger/entry';
import { TestDatabase } from '../support/postgres';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

const act = (n: number): Draft => ({
  at: 1_000 + n,
  by: { account: 'official-1', role: 'official' },
  type: 'copied',
  command: `c${n}`,
  details: { n },
});
const write = (stream: string, ...drafts: Draft[]) => transaction(db.pool, (client) => append(client, stream, drafts));
const read = (stream: string, after = 0, limit = 100) => readEntries(db.pool, { stream, after, limit });

test('what several append at once is one chain without a gap', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => write('accounts', act(n), act(100 + n))));
  const entries = (await read('accounts')).map(({ entry }) => entry);
  expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  entries.forEach((entry, index) => {
    expect(entry.hash).toBe(entryHash(entry));
    if (index > 0) expect(entry.previous).toBe(entries[index - 1]?.hash);
  });
  expect(await streamHead(db.pool, 'accounts')).toEqual({ sequence: 40, hash: entries[39]?.hash });
});

test('a transaction that fails leaves no gap', async () => {
  await write('enterprises', act(1));
  const failing = transaction(db.pool, async (client) => {
    await append(client, 'enterprises', [act(2)]);
    throw new Error('after all not');
  });
  await expect(failing).rejects.toThrow('after all not');
  await expect(write('enterprises', act(3))).resolves.toMatchObject({ sequence: 2 });
  expect((await read('enterprises')).map(({ entry }) => entry.details)).toEqual([{ n: 1 }, { n: 3 }]);
});

test('nothing to append changes nothing', async () => {
  expect(await write('empty')).toEqual(EMPTY_STREAM);
  expect(await streamHead(db.pool, 'empty')).toEqual(EMPTY_STREAM);
  expect(await streamHead(db.pool, 'unknown')).toEqual(EMPTY_STREAM);
});

test('pages follow each other, with the time at which PostgreSQL recorded', async () => {
  await write('pages', ...[1, 2, 3, 4, 5].map(act));
  const [first, second] = [await read('pages', 0, 3), await read('pages', 3, 3)];
  expect([...first, ...second].map(({ entry }) => entry.sequence)).toEqual([1, 2, 3, 4, 5]);
  expect(first[0]?.recordedAt).toBeInstanceOf(Date);
  const { rows } = await db.pool.query(`SELECT account, role, command, at FROM ledger WHERE stream = 'pages' LIMIT 1`);
  expect(rows).toEqual([{ account: 'official-1', role: 'official', command: 'c1', at: new Date(1001) }]);
});
