/** A liaison's days: one enterprise at a time, whatever comes at once, comes late, is refused, handed over or closed. */
import { claimLiaison, releaseClaim, releaseForgotten } from '../../db/case/booked-days';
import { isExclusionViolation } from '../../db/sql/pool';
import { createRecorder } from '../../db/case/recorder';
import type { Draft } from '../../domain/ledger/entry';
import { TestDatabase } from '../support/postgres';
import { keepActs, Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());
beforeEach(() => db.rewrite('TRUNCATE liaison_claims, recorded_acts'));

const record: ReturnType<typeof createRecorder>['record'] = async (batch) => {
  await keepActs(db);
  return createRecorder(db.as('worker')).record(batch);
};
const begin = () => Recording.begin(db);

function claim(
  command: string,
  { caseNumber }: Recording,
  from: string,
  to: string | null = null,
  account = 'liaison-1',
) {
  return claimLiaison(db.pool, { command, caseNumber, account, from, to });
}
const busy = (claiming: Promise<unknown>) =>
  claiming.then(
    () => false,
    (error: unknown) => isExclusionViolation(error) || Promise.reject(error as Error),
  );
async function claims(): Promise<string[]> {
  const { rows } = await db.pool.query<{ line: string }>(
    `SELECT command || ' ' || account || ' ' || during || CASE WHEN confirmed THEN '' ELSE ' unconfirmed' END AS line
     FROM liaison_claims ORDER BY command COLLATE "C"`,
  );
  return rows.map(({ line }) => line);
}
async function toldOperator({ caseNumber }: Recording): Promise<object[]> {
  const query = `SELECT sequence, details->>'code' AS code FROM outbox WHERE stream = $1 AND kind = 'claim-failed' AND recipient = 'operator'`;
  return (await db.pool.query<object>(query, [caseNumber])).rows;
}

const assigned = (command: string, from: string, liaison = 'liaison-1'): Partial<Draft> => ({
  type: 'liaison-assigned',
  command,
  details: { liaison, from },
});
const handedOver = (command: string, on: string, from: string, to: string): Partial<Draft> => ({
  type: 'handed-over',
  command,
  details: { from, to, on },
});

test('days are claimed once by one command, and by one case at a time', async () => {
  const [one, two] = [await begin(), await begin()];
  await claim('a', one, '2026-05-01', '2026-05-10');
  await claim('a', one, '2026-05-01', '2026-05-10');
  expect(await busy(claim('b', two, '2026-05-10'))).toBe(true);
  expect(await busy(claim('c', two, '2026-05-11'))).toBe(false);
  expect(await busy(claim('d', two, '2026-05-01', null, 'liaison-2'))).toBe(false);
  expect(await busy(claim('e', one, '2026-05-08', '2026-05-10'))).toBe(false);
});

test('of many cases that want the same liaison at once, one gets him and the others hear that he is busy', async () => {
  const cases = await Promise.all(Array.from({ length: 8 }, begin));
  const claiming = cases.map((one, n) => busy(claim(`at-once-${n}`, one, '2026-05-01')));
  expect((await Promise.all(claiming)).filter((isBusy) => !isBusy)).toHaveLength(1);
});

test('the entry confirms the claim, a refusal gives it back; what is confirmed is not given back', async () => {
  const one = await begin();
  await claim('a', one, '2026-05-01');
  await claim('b', one, '2026-05-01', '2026-05-03', 'liaison-2');
  one.add(assigned('a', '2026-05-01'), {
    type: 'command-refused',
    command: 'b',
    details: { refused: 'nameStandIn', code: 'wrong-phase' },
  });
  await record(one.batch());
  await releaseClaim(db.pool, 'a');
  expect(await claims()).toEqual(['a liaison-1 [2026-05-01,)']);
});

test('a hand-over frees the one who leaves from that day on, not his days as a stand-in', async () => {
  const [one, two] = [await begin(), await begin()];
  const standIn = { liaison: 'liaison-1', from: '2026-06-01', to: '2026-06-02' };
  one.add(assigned('a', '2026-05-01'), { type: 'stand-in-named', command: 'b', details: standIn });
  one.add(handedOver('c', '2026-05-20', 'liaison-1', 'liaison-2'));
  await claim('a', one, '2026-05-01');
  await record(one.batch());
  expect(await claims()).toEqual([
    'a liaison-1 [2026-05-01,2026-05-20)',
    'b liaison-1 [2026-06-01,2026-06-03)',
    'c liaison-2 [2026-05-20,)',
  ]);
  expect(await busy(claim('d', two, '2026-05-20', '2026-05-31'))).toBe(false);
});

test('a stand-in may take over for good before the leave is over', async () => {
  const one = await begin();
  const standIn = { liaison: 'liaison-2', from: '2026-05-05', to: '2026-05-09' };
  one.add(assigned('a', '2026-05-01'), { type: 'stand-in-named', command: 'b', details: standIn });
  one.add(handedOver('c', '2026-05-07', 'liaison-1', 'liaison-2'));
  await record(one.batch());
  expect(await claims()).toHaveLength(3);
  expect(await toldOperator(one)).toEqual([]);
});

test('a closed case keeps nobody after its last day, by the date of the town', async () => {
  const [one, two] = [await begin(), await begin()];
  const later = { liaison: 'liaison-2', from: '2026-05-02', to: '2026-05-03' };
  one.add(assigned('a', '2026-04-20'), { type: 'stand-in-named', command: 'b', details: later });
  await record(one.add({ type: 'withdrawn', details: {} }).closing());
  expect(await claims()).toEqual(['a liaison-1 [2026-04-20,2026-05-02)']);
  expect(await busy(claim('c', two, '2026-05-01'))).toBe(true);
  expect(await busy(claim('c', two, '2026-05-02'))).toBe(false);
});

test('a day ends by the time of the town, where it has another', async () => {
  const one = await begin();
  one.add(assigned('a', '2026-04-20'));
  // The case closes at 15:30 UTC.
  await keepActs(db);
  await createRecorder(db.as('worker'), { utcOffsetMinutes: 9 * 60 }).record(one.closing());
  expect(await claims()).toEqual(['a liaison-1 [2026-04-20,2026-05-03)']);
});

describe('a claim that was given up before its command was heard of', () => {
  test('is given up after a day, unless the command waits', async () => {
    const one = await begin();
    for (const command of ['forgotten', 'waiting', 'fresh', 'confirmed'])
      await claim(command, one, '2026-05-01', '2026-05-01');
    await db.pool.query(`UPDATE liaison_claims SET created_at = now() - interval '25 hours' WHERE command <> 'fresh'`);
    await db.pool.query(`UPDATE liaison_claims SET confirmed = true WHERE command = 'confirmed'`);
    await db.pool.query(
      `INSERT INTO commands (id, account, route, body_hash, status) VALUES ('waiting', 'official-1', 'r', 'b', 'pending')`,
    );
    expect(await releaseForgotten(db.pool)).toBe(1);
    expect((await claims()).map((line) => line.split(' ')[0])).toEqual(['confirmed', 'fresh', 'waiting']);
  });

  test('is made again when the entry comes', async () => {
    const one = await begin();
    await record(one.add(assigned('a', '2026-05-01')).batch());
    expect(await claims()).toEqual(['a liaison-1 [2026-05-01,)']);
  });

  test('cannot be made again when another case has the days: the entry stands, an operator is told, once', async () => {
    const [one, two] = [await begin(), await begin()];
    await claim('other', two, '2026-05-01', null, 'liaison-2');
    one.add(assigned('a', '2026-05-01'), handedOver('b', '2026-05-05', 'liaison-1', 'liaison-2'), {});
    await record(one.batch());
    await record(one.batch());
    expect(await one.recorded(db)).toEqual(one.entries);
    // Nothing half: the one who left is not free either before somebody has looked.
    expect(await claims()).toEqual(['a liaison-1 [2026-05-01,)', 'other liaison-2 [2026-05-01,) unconfirmed']);
    expect(await toldOperator(one)).toEqual([{ sequence: 2, code: '23P01' }]);
  });

  test('of somebody who has no account: the same', async () => {
    const one = await begin();
    await record(one.add(assigned('a', '2026-05-01', 'nobody')).batch());
    expect(await claims()).toEqual([]);
    expect(await toldOperator(one)).toEqual([{ sequence: 1, code: '23503' }]);
  });
});

test('many cases that record the same liaison at once are all recorded; one has him, the others are told', async () => {
  const cases = await Promise.all(Array.from({ length: 8 }, begin));
  await Promise.all(cases.map((one, n) => record(one.add(assigned(`same-${n}`, '2026-05-01')).batch())));
  expect(await claims()).toHaveLength(1);
  const told = await Promise.all(cases.map(toldOperator));
  expect(told.flat()).toHaveLength(7);
});
