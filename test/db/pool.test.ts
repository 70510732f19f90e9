/** Connections: dropped ones break a transaction and no process, transactions are whole, and who is away is told from who refuses. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { attempt, createPool, isRefusal, isUnavailable, transaction, type Pool } from '../../db/sql/pool';
import { TestDatabase } from '../support/postgres';

let db: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  db = await TestDatabase.start();
  pool = createPool(db.url);
  await pool.query('CREATE TABLE noted (id integer PRIMARY KEY)');
});
afterAll(async () => {
  await pool.end();
  await db.stop();
});
beforeEach(() => pool.query('TRUNCATE noted'));

const note = 'INSERT INTO noted VALUES ($1)';
async function noted(): Promise<number[]> {
  return (await pool.query<{ id: number }>('SELECT id FROM noted ORDER BY id')).rows.map(({ id }) => id);
}
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a transaction', () => {
  test('is all or nothing, and throws what was thrown in it', async () => {
    await transaction(pool, (client) => client.query(note, [1]));
    const failing = transaction(pool, async (client) => {
      await client.query(note, [2]);
      throw new Error('the first error');
    });
    await expect(failing).rejects.toThrow('the first error');
    expect(await noted()).toEqual([1]);
  });

  test('of which an error was swallowed does not pass for committed', async () => {
    const swallowing = transaction(pool, async (client) => {
      await client.query(note, [1]);
      await client.query(note, [1]).catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow(/rolled back/);
    expect(await noted()).toEqual([]);
  });

  test('can attempt a part: a refusal undoes that part only, any other error the whole', async () => {
    await transaction(pool, async (client) => {
      await client.query(note, [1]);
      const refusal = await attempt(client, async () => {
        await client.query(note, [2]);
        await client.query(note, [1]);
      });
      expect(refusal).toMatchObject({ code: '23505', constraint: 'noted_pkey' });
      expect(await attempt(client, async () => void (await client.query(note, [3])))).toBeUndefined();
    });
    expect(await noted()).toEqual([1, 3]);
    const broken = transaction(pool, (client) => attempt(client, () => Promise.reject(new Error('a defect'))));
    await expect(broken).rejects.toThrow('a defect');
  });

  test('whose connection is dropped in use fails by itself; the pool goes on with others', async () => {
    const inUse = transaction(pool, async (client) => {
      await client.query(note, [1]);
      await db.dropConnections();
      await client.query(note, [2]);
    });
    expect(isUnavailable(await errorOf(inUse))).toBe(true);
    expect(await noted()).toEqual([]);
  });
});

test('a connection that is dropped while it is idle is replaced', async () => {
  const idle = createPool(db.url);
  const lost = new Promise((resolve) => idle.once('error', resolve));
  await idle.query('SELECT 1');
  await db.dropConnections();
  await lost;
  expect((await idle.query('SELECT 1')).rowCount).toBe(1);
  await idle.end();
});

test('numbers, dates and times come as the code expects them', async () => {
  const { rows } = await pool.query(
    `SELECT 9007199254740991::bigint AS big, '2026-05-01'::date AS day, to_timestamp(1.5) AS at`,
  );
  expect(rows).toEqual([{ big: Number.MAX_SAFE_INTEGER, day: '2026-05-01', at: new Date(1500) }]);
});

describe('who is away', () => {
  test('nobody listens, or nobody answers', async () => {
    const nobody = createPool('postgres://fugong@127.0.0.1:1/fugong');
    expect(isUnavailable(await errorOf(nobody.query('SELECT 1')))).toBe(true);
    const taken: Socket[] = [];
    const silent = createServer((socket) => taken.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const waiting = createPool(`postgres://fugong@127.0.0.1:${port}/fugong`);
    expect(isUnavailable(await errorOf(waiting.query('SELECT 1')))).toBe(true);
    for (const socket of taken) socket.destroy();
    await Promise.all([nobody.end(), waiting.end(), new Promise((resolve) => silent.close(resolve))]);
  });

  test('PostgreSQL ends a statement that takes too long', async () => {
    const slow = transaction(pool, async (client) => {
      await client.query('SET LOCAL statement_timeout = 1');
      await client.query('SELECT pg_sleep(10)');
    });
    expect(isUnavailable(await errorOf(slow))).toBe(true);
  });

  test('PostgreSQL itself says so', () => {
    for (const code of ['08006', '53300', '57P01', '57P03', '58030', '25P03', '40P01'])
      expect(isUnavailable(Object.assign(new Error('x'), { code }))).toBe(true);
    expect(isUnavailable(new AggregateError([Object.assign(new Error(''), { code: 'ECONNREFUSED' })]))).toBe(true);
  });

  test('whoever refuses what is asked is not away', async () => {
    await pool.query(note, [1]);
    const errors = [
      await errorOf(pool.query(note, [1])),
      await errorOf(pool.query(`SELECT 'x'::integer`)),
      await errorOf(pool.query('SELECT nonsense')),
    ];
    expect(errors.map(isUnavailable)).toEqual([false, false, false]);
    expect(errors.map(isRefusal)).toEqual([true, true, false]);
    expect([new Error('timeout of the round'), undefined, 'text'].map(isUnavailable)).toEqual([false, false, false]);
  });
});
