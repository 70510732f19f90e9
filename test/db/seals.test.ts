/** The daily seal: one a day whoever records, over every end that is committed, chained to the day before. */
import { GENESIS } from '../../proof/chain';
import { append } from '../../db/ledger/ledger';
import { transaction } from '../../db/sql/pool';
import { createRecorder } from '../../db/case/recorder';
import { createSealer, sealHash, type Seal } from '../../db/ledger/seals';
import { TestDatabase } from '../support/postgres';
import { Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());
beforeEach(() => db.rewrite('TRUNCATE ledger_seals'));

async function seals(): Promise<Seal[]> {
  return (await db.pool.query<Seal>('SELECT number, day, heads, previous, hash FROM ledger_seals ORDER BY number'))
    .rows;
}
const today = async (minutes: number) =>
  (
    await db.pool.query<{ day: string }>(`SELECT (now() AT TIME ZONE 'UTC' + make_interval(mins => $1))::date AS day`, [
      minutes,
    ])
  ).rows[0]?.day;

test('several recorders at once make one seal of the day, by the date of the town, and it holds what was recorded', async () => {
  const recordings = await Promise.all(Array.from({ length: 4 }, () => Recording.begin(db)));
  await Promise.all(recordings.map((one) => createRecorder(db.as('worker')).record(one.add({}).batch())));
  const [seal, ...more] = await seals();
  expect(more).toEqual([]);
  expect(seal).toMatchObject({ number: 1, previous: GENESIS, day: await today(8 * 60), hash: seal && sealHash(seal) });
  const sealed = seal?.heads.map(({ stream }) => stream) ?? [];
  expect(sealed).toEqual([...sealed].sort());
  const [first] = recordings.filter((one) => sealed.includes(one.caseNumber));
  expect(seal?.heads).toContainEqual({ stream: first?.caseNumber, sequence: 1, hash: first?.entries[0]?.hash });
});

test('a town far from UTC has its own day', async () => {
  const one = (await Recording.begin(db)).add({});
  await createRecorder(db.as('worker'), { utcOffsetMinutes: 14 * 60 }).record(one.batch());
  expect((await seals()).map(({ day }) => day)).toEqual([await today(14 * 60)]);
});

test('each day is chained to the one before; an earlier day is not sealed any more', async () => {
  for (const day of ['2026-05-01', '2026-05-02', '2026-05-02', '2026-05-01', '2026-05-04'])
    await createSealer(db.pool)(day);
  const made = await seals();
  expect(made.map(({ number, day }) => [number, day])).toEqual([
    [1, '2026-05-01'],
    [2, '2026-05-02'],
    [3, '2026-05-04'],
  ]);
  expect(made.map(({ previous }) => previous)).toEqual([GENESIS, made[0]?.hash, made[1]?.hash]);
});

test('an end that is not committed yet is in the next seal', async () => {
  const act = { at: 0, by: { account: 'a', role: 'operator' }, type: 'opened', details: {} } as const;
  await transaction(db.pool, async (client) => {
    await append(client, 'slow', [act]);
    await createSealer(db.pool)('2026-05-01');
  });
  await createSealer(db.pool)('2026-05-02');
  const holding = (await seals()).map(({ heads }) => heads.some(({ stream }) => stream === 'slow'));
  expect(holding).toEqual([false, true]);
});

test('a day that is sealed is not asked for again; what failed is tried again', async () => {
  let transactions = 0;
  let away = true;
  const connect = () => {
    transactions += 1;
    return away ? Promise.reject(new Error('away')) : db.pool.connect();
  };
  const pool = new Proxy(db.pool, {
    get: (target, name) => (name === 'connect' ? connect : Reflect.get(target, name)) as unknown,
  });
  const sealDay = createSealer(pool);
  await expect(sealDay('2026-05-01')).rejects.toThrow('away');
  away = false;
  await Promise.all([sealDay('2026-05-01'), sealDay('2026-05-01')]);
  await sealDay('2026-05-01');
  expect(transactions).toBe(2);
  expect(await seals()).toHaveLength(1);
});
