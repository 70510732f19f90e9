/** What a case is told with a recording: of rounds that the batch has opened, and of orders, to which what is free is promised first. */
import { createActivities } from '../../activities';
import { createFactReader } from '../../db/case/facts';
import { createRecorder } from '../../db/case/recorder';
import { moveStock } from '../../db/supplies/stock';
import { createAllocator, lockedStock } from '../../db/supplies/supply-orders';
import { transaction } from '../../db/sql/pool';
import type { Questions } from '../../contracts/case/facts';
import type { RecordBatch, Recorded } from '../../contracts/case/views';
import { receiveStock } from '../../domain/supplies/stock';
import { MockActivityEnvironment } from '@temporalio/testing';
import { TestDatabase } from '../support/postgres';
import { Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());
beforeEach(() => db.rewrite('TRUNCATE stock_movements, stock_items, supply_steps, supply_lines, supply_orders'));

const ROUND = '2026-05-02/morning-antigen';
const opened = {
  type: 'round-opened',
  details: { round: ROUND, date: '2026-05-02', test: 'morning-antigen', kind: 'antigen' },
} as const;
const placed = (order: number, quantity: number) =>
  ({ type: 'order-placed', details: { order, source: 'requested', lines: [{ item: 'mask', quantity }] } }) as const;
const cancelled = (order: number) =>
  ({ type: 'order-cancelled', details: { order, placed: true, lines: [], because: 'case-closed' } }) as const;

/** As a worker does it. */
function record(batch: RecordBatch): Promise<Recorded> {
  const [recorder, facts, stock] = [
    createRecorder(db.as('worker')),
    createFactReader(db.as('worker')),
    createAllocator(db.as('worker')),
  ];
  const activities = createActivities({ recorder, facts, stock });
  return new MockActivityEnvironment().run((sent: RecordBatch) => activities.record(sent), batch);
}
const asking = (one: Recording, questions: Partial<Questions>, from = 1): RecordBatch => ({
  ...one.batch(from),
  questions: { rounds: [], orders: [], ...questions },
});
const receive = (quantity: number) =>
  transaction(db.pool, async (client) => {
    const lines = [{ item: 'mask', quantity }];
    const { served: _, ...change } = receiveStock(await lockedStock(client, ['mask']), { source: 'purchase', lines });
    await moveStock(client, { command: `receipt-${quantity}`, reason: 'purchase' }, change);
  });
const masks = (allocated: number) => [{ item: 'mask', allocated }];

test('a round that the batch itself has opened: nobody is missed, for it is frozen before it is counted', async () => {
  const one = (await Recording.begin(db)).add(opened);
  const told = await record(asking(one, { rounds: [{ round: ROUND, stage: 'open' }] }));
  expect(told).toMatchObject({
    recording: 1,
    facts: { rounds: [{ round: ROUND, stage: 'open', sheets: 0, positives: [] }] },
  });
  // The answer was lost: the same again, without another round.
  expect(await record(asking(one, { rounds: [{ round: ROUND, stage: 'open' }] }))).toEqual(told);
});

test('an order that the batch itself has placed: promised what is free, first-come, and a repeat promises nothing more', async () => {
  await receive(70);
  const [one, two] = [(await Recording.begin(db)).add(placed(1, 60)), (await Recording.begin(db)).add(placed(1, 60))];
  for (let times = 0; times < 2; times += 1) {
    expect((await record(asking(one, { orders: [1] }))).facts?.orders).toEqual([{ order: 1, lines: masks(60) }]);
    expect((await record(asking(two, { orders: [1] }))).facts?.orders).toEqual([{ order: 1, lines: masks(10) }]);
  }
  const { rows } = await db.pool.query(`SELECT on_hand AS "onHand", promised FROM stock_items WHERE item = 'mask'`);
  expect(rows).toEqual([{ onHand: 70, promised: 70 }]);
});

test('what an order gives back goes to who waits, whoever looks next', async () => {
  await receive(60);
  const [one, two] = [(await Recording.begin(db)).add(placed(1, 60)), (await Recording.begin(db)).add(placed(1, 60))];
  await record(asking(one, { orders: [1] }));
  expect((await record(asking(two, { orders: [1] }))).facts?.orders).toEqual([{ order: 1, lines: masks(0) }]);
  await record(one.add(cancelled(1)).batch(2));
  const hinted = { ...asking(two, { orders: [1] }), entries: [], notices: [] };
  expect((await record(hinted)).facts?.orders).toEqual([{ order: 1, lines: masks(60) }]);
});

test('what could not follow from its entry is named, an operator is told, and the batch stays recorded', async () => {
  const twice = [
    { item: 'mask', quantity: 1 },
    { item: 'mask', quantity: 2 },
  ];
  const details = { order: 7, source: 'requested', lines: twice };
  const one = (await Recording.begin(db)).add({ type: 'order-placed', details });
  await expect(record(asking(one, { orders: [7] }))).rejects.toThrow(`order 7 of ${one.caseNumber} is not there`);
  await expect(record(asking(one, { rounds: [{ round: ROUND, stage: 'closed' }] }))).rejects.toThrow('is not there');
  expect(await one.recorded(db)).toEqual(one.entries);
  const { rows } = await db.pool.query(
    `SELECT recipient FROM outbox WHERE stream = $1 AND kind = 'consequence-failed'`,
    [one.caseNumber],
  );
  expect(rows).toEqual([{ recipient: 'operator' }]);
});
