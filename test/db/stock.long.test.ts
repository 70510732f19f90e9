/** The town's stock under everything that may happen at once: nothing is promised twice, nothing goes below zero, every movement is accounted for. */
import fc from 'fast-check';
import { attempt, transaction, type Client } from '../../db/sql/pool';
import { listMovements, moveStock, readStock } from '../../db/supplies/stock';
import {
  allocate,
  dispatchLines,
  lockedStock,
  receiveOrder,
  registerOrder,
  releaseOrder,
  waitingLines,
  type OrderedLine,
} from '../../db/supplies/supply-orders';
import { Refused } from '../../domain/ledger/rejection';
import { countStock, receiveStock, type Present, type StockMoved } from '../../domain/supplies/stock';
import { TestDatabase } from '../support/postgres';

const ITEMS = ['gloves', 'kit', 'mask'];
let db: TestDatabase;
let cases = 0;

beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());
beforeEach(async () => {
  await db.rewrite('TRUNCATE stock_movements, stock_items, supply_steps, supply_lines, supply_orders');
  cases += 1;
  await db.register(caseNumber(), `e-${cases}`, 'key');
});

const caseNumber = () => `2026-${String(cases).padStart(4, '0')}`;
const orderId = (number: number) => `${caseNumber()}/${number}`;
const inOne = <T>(work: (client: Client) => Promise<T>) => transaction(db.pool, work);

function order(number: number, lines: readonly OrderedLine[]) {
  const made = { id: orderId(number), caseNumber: caseNumber(), enterprise: `e-${cases}`, number, at: 0, lines };
  return inOne((client) => registerOrder(client, made));
}
const give = (number: number) => inOne((client) => allocate(client, orderId(number)));
/** As the API: the rule is asked of what stands under lock, and what it says is written. The orders that got something. */
async function move(
  client: Client,
  command: string,
  lines: readonly OrderedLine[],
  rule: (present: Present) => StockMoved,
) {
  const present = await lockedStock(
    client,
    lines.map((line) => line.item),
  );
  const { served, ...change } = rule(present);
  await moveStock(client, { command, reason: 'purchase' }, change);
  return served;
}
const receive = (client: Client, command: string, lines: readonly OrderedLine[]) =>
  move(client, command, lines, (present) => receiveStock(present, { source: 'purchase', lines }));
const count = (client: Client, command: string, lines: readonly OrderedLine[]) =>
  move(client, command, lines, (present) => countStock(present, { reason: 'routine', lines }));
const masks = (quantity: number): OrderedLine[] => [{ item: 'mask', quantity }];

/** What must hold whatever happened; read in one snapshot. */
async function wrongs(): Promise<string[]> {
  const { rows } = await db.pool.query<{ wrong: string }>(
    `SELECT item || ': on hand is not the sum of its movements' AS wrong FROM stock_items s
     WHERE on_hand <> (SELECT COALESCE(sum(quantity), 0) FROM stock_movements m WHERE m.item = s.item)
     UNION ALL
     SELECT item || ': promised is not what open orders were allocated' FROM stock_items s
     WHERE promised <> (SELECT COALESCE(sum(allocated - dispatched), 0) FROM supply_lines l WHERE l.item = s.item)
     UNION ALL
     SELECT order_id || ': dispatched is not what its movements say' FROM supply_lines l
     WHERE dispatched <> (SELECT COALESCE(-sum(quantity), 0) FROM stock_movements m
                          WHERE m.order_id = l.order_id AND m.item = l.item AND m.kind = 'dispatch')
     UNION ALL
     SELECT item || ': below zero, or promised more than there is' FROM stock_items
     WHERE on_hand < 0 OR promised < 0 OR promised > on_hand
     UNION ALL
     SELECT l.order_id || ': waits although ' || l.item || ' is there' FROM supply_lines l
       JOIN supply_orders o ON o.id = l.order_id JOIN stock_items s ON s.item = l.item
     WHERE l.allocated < l.requested AND NOT o.closed AND s.on_hand > s.promised`,
  );
  return rows.map((row) => row.wrong);
}

type Step =
  | { readonly kind: 'order'; readonly number: number; readonly item: number; readonly quantity: number }
  | { readonly kind: 'receive' | 'count'; readonly item: number; readonly quantity: number; readonly cause: number }
  | {
      readonly kind: 'dispatch' | 'arrive';
      readonly number: number;
      readonly item: number;
      readonly quantity: number;
      readonly cause: number;
    }
  | { readonly kind: 'cancel'; readonly number: number; readonly cause: number };

const number = fc.integer({ min: 1, max: 4 });
const item = fc.nat(ITEMS.length - 1);
const quantity = fc.integer({ min: 1, max: 60 });
// A cause that comes again is a retry: few causes make many of them.
const cause = fc.nat(12);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('order' as const), number, item, quantity }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('receive' as const, 'receive' as const, 'count' as const),
      item,
      quantity,
      cause,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('dispatch' as const, 'arrive' as const),
      number,
      item,
      quantity,
      cause,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), number, cause }) },
);

/** One transaction as the system makes it; what PostgreSQL refuses is rolled back, as everywhere. */
async function take(client: Client, one: Step): Promise<void> {
  const lines = 'item' in one ? [{ item: ITEMS[one.item] ?? 'mask', quantity: one.quantity }] : [];
  switch (one.kind) {
    case 'order': {
      const id = orderId(one.number);
      const made = { id, caseNumber: caseNumber(), enterprise: `e-${cases}`, number: one.number, at: 0, lines };
      await registerOrder(client, made);
      await allocate(client, id);
      return;
    }
    case 'receive': {
      // As the API: a command that has been recorded is not done again.
      const { rows } = await client.query('SELECT FROM stock_movements WHERE cause = $1', [`r${one.cause}`]);
      if (rows.length === 0) await receive(client, `r${one.cause}`, lines);
      return;
    }
    case 'count': {
      const { rows } = await client.query('SELECT FROM stock_movements WHERE cause = $1', [`c${one.cause}`]);
      if (rows.length === 0) await count(client, `c${one.cause}`, lines).catch(unlessPromised);
      return;
    }
    case 'dispatch':
      if (await exists(client, one.number)) await dispatchLines(client, orderId(one.number), `d${one.cause}`, lines);
      return;
    case 'arrive':
      if (await exists(client, one.number)) await receiveOrder(client, orderId(one.number), `a${one.cause}`, lines);
      return;
    case 'cancel':
      if (await exists(client, one.number)) await releaseOrder(client, orderId(one.number), `x${one.cause}`);
  }
}

function unlessPromised(error: unknown): void {
  if (!(error instanceof Refused) || error.message !== 'stock-promised') throw error;
}

async function exists(client: Client, order: number): Promise<boolean> {
  const { rows } = await client.query('SELECT FROM supply_orders WHERE id = $1', [orderId(order)]);
  return rows.length > 0;
}

/** How a step ends: committed, committed and sent again, rolled back, or with a connection that is gone before its end. */
type Fate = 'once' | 'again' | 'rolled back' | 'cut off';

async function run(one: Step, fate: Fate): Promise<void> {
  if (fate === 'cut off') return cutOff(one);
  const crash = new Error('crash');
  const whole = () =>
    inOne(async (client) => {
      await attempt(client, () => take(client, one));
      if (fate === 'rolled back') throw crash;
    });
  await whole().catch((error: unknown) => {
    if (error !== crash) throw error;
  });
  if (fate === 'again') await whole();
}

/** The process dies after its last statement: its connection breaks and nobody commits. */
async function cutOff(one: Step): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN');
    await attempt(client, () => take(client, one));
  } finally {
    client.release(new Error('crash'));
  }
}

/** Two that collide on a key are told so by PostgreSQL, and one is tried again, as the system does. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries > 5 || (error as { code?: unknown }).code !== '23505') throw error;
    }
  }
}

test('random interleavings of orders, receipts, dispatches, cancellations, counts, crashes and retries', async () => {
  const fate = fc.constantFrom<Fate>('once', 'once', 'once', 'again', 'rolled back', 'cut off');
  const script = fc.array(fc.array(fc.tuple(step, fate), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc
      .asyncProperty(script, async (waves) => {
        // Everything of a wave happens at the same moment, each on a connection of its own.
        for (const wave of waves) {
          await Promise.all(wave.map(([one, end]) => retried(() => run(one, end))));
          expect(await wrongs()).toEqual([]);
        }
      })
      .beforeEach(async () => {
        await db.rewrite('TRUNCATE stock_movements, stock_items, supply_steps, supply_lines, supply_orders');
      }),
    { numRuns: 150 },
  );
});

test('two orders that ask for the last masks at the same moment are never both promised them', async () => {
  await inOne((client) => receive(client, 'r', masks(100)));
  const numbers = [1, 2, 3, 4, 5, 6];
  for (const one of numbers) await order(one, masks(40));
  await Promise.all(numbers.map(give));
  const [stock] = await readStock(db.pool);
  expect(stock).toEqual({ item: 'mask', onHand: 100, promised: 100 });
  const waiting = await waitingLines(db.pool, 10);
  // First-come: the first two in full, the third what was left.
  expect(waiting.map((line) => line.allocated)).toEqual([40, 40, 20, 0, 0, 0]);
});

test('what arrives, and what is given back, goes to whoever has waited longest', async () => {
  for (const one of [1, 2]) await order(one, masks(50));
  await give(2);
  expect(await inOne((client) => receive(client, 'r1', masks(60)))).toEqual([orderId(1), orderId(2)]);
  expect((await waitingLines(db.pool, 10)).map((line) => line.allocated)).toEqual([50, 10]);
  expect(await inOne((client) => releaseOrder(client, orderId(1), 'x'))).toEqual([orderId(2)]);
  expect((await waitingLines(db.pool, 10)).map((line) => [line.order, line.allocated])).toEqual([[orderId(2), 50]]);
  expect(await inOne((client) => releaseOrder(client, orderId(1), 'x'))).toEqual([]);
  expect(await wrongs()).toEqual([]);
});

test('more than was promised is not dispatched, and a repeat of a dispatch moves nothing', async () => {
  await inOne((client) => receive(client, 'r', masks(30)));
  await order(1, masks(20));
  await give(1);
  const dispatch = (cause: string, lines: OrderedLine[]) =>
    inOne((client) => attempt(client, () => dispatchLines(client, orderId(1), cause, lines)));
  expect(await dispatch('d1', masks(21))).toMatchObject({ code: '23514' });
  for (let times = 0; times < 3; times += 1) expect(await dispatch('d2', masks(15))).toBeUndefined();
  const [stock] = await readStock(db.pool);
  expect(stock).toEqual({ item: 'mask', onHand: 15, promised: 5 });
  const moved = await listMovements(db.pool, { item: 'mask', before: null, limit: 10 });
  expect(moved.map(({ kind, quantity: many }) => [kind, many])).toEqual([
    ['dispatch', -15],
    ['receipt', 30],
  ]);
});

test('batches that move the same items in opposite orders wait for each other, never for ever', async () => {
  await inOne((client) => receive(client, 'r', [...masks(400), { item: 'gloves', quantity: 400 }]));
  for (let number = 1; number <= 40; number += 1) {
    await order(number, [{ item: number % 2 ? 'mask' : 'gloves', quantity: 20 }]);
    await give(number);
  }
  // As a recording does that holds two dispatches; half of them the other way round.
  const both = Array.from({ length: 20 }, (_, n) => {
    const pair = [2 * n + 1, 2 * n + 2];
    return n % 2 ? pair : pair.reverse();
  });
  await Promise.all(
    both.map((pair) =>
      inOne(async (client) => {
        for (const number of pair) {
          const lines = [{ item: number % 2 ? 'mask' : 'gloves', quantity: 20 }];
          await dispatchLines(client, orderId(number), `d${number}`, lines);
        }
      }),
    ),
  );
  expect(await readStock(db.pool)).toEqual([
    { item: 'gloves', onHand: 0, promised: 0 },
    { item: 'mask', onHand: 0, promised: 0 },
  ]);
  expect(await wrongs()).toEqual([]);
});

test('a count below what is promised changes nothing; movements are never changed', async () => {
  await inOne((client) => receive(client, 'r', masks(30)));
  await order(1, masks(20));
  await give(1);
  await expect(inOne((client) => count(client, 'c', masks(19)))).rejects.toMatchObject({
    rejection: { code: 'stock-promised', about: { items: [{ item: 'mask', promised: 20 }] } },
  });
  expect(await readStock(db.pool)).toEqual([{ item: 'mask', onHand: 30, promised: 20 }]);
  await inOne((client) => count(client, 'c', masks(25)));
  expect(await readStock(db.pool)).toEqual([{ item: 'mask', onHand: 25, promised: 20 }]);
  await expect(db.pool.query('UPDATE stock_movements SET quantity = 1')).rejects.toThrow('can only be added');
  await expect(db.pool.query('DELETE FROM stock_movements')).rejects.toThrow('can only be added');
});
