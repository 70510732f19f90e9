/** The town's stock over HTTP: what comes in, what is counted, who waits, and that every act takes effect once. */
import { transaction } from '../../db/sql/pool';
import { allocate, registerOrder } from '../../db/supplies/supply-orders';
import { Api, expectProblem, type Answer } from './harness';

const CASE = '2026-9001';
let api: Api;
beforeAll(async () => {
  api = await Api.start();
  await api.database.pool.query(
    `INSERT INTO cases (case_number, enterprise, start_command, start_body, started_by)
     VALUES ($1, 'e-demo-factory', 'start', 'b', 'a-demo-official')`,
    [CASE],
  );
});
afterAll(() => api.stop());
beforeEach(() =>
  api.database.rewrite('TRUNCATE stock_movements, stock_items, supply_steps, supply_lines, supply_orders'),
);

interface Stocked {
  readonly item: string;
  readonly onHand: number;
  readonly promised: number;
}

const as = 'storekeeper';
const keyed = (key?: string) => (key === undefined ? {} : { headers: { 'idempotency-key': key } });
function receive(lines: readonly object[], over: object = {}, key?: string): Promise<Answer> {
  return api.send('/stock/receipts', { as, json: { source: 'purchase', lines, ...over }, ...keyed(key) });
}
function count(lines: readonly object[], key?: string): Promise<Answer> {
  return api.send('/stock/stock-takes', { as, json: { reason: 'routine', lines }, ...keyed(key) });
}
const masks = (quantity: number) => ({ item: 'medical-mask', quantity });
async function stocked(item = 'medical-mask'): Promise<Stocked | undefined> {
  const { body } = await api.send('/stock', { as });
  return (body.items as Stocked[]).find((one) => one.item === item);
}
/** An order of the case, as its ledger entry and then its workflow bring it. */
async function order(number: number, quantity: number): Promise<void> {
  await transaction(api.database.pool, async (client) => {
    const id = `${CASE}/${number}`;
    const lines = [masks(quantity)];
    await registerOrder(client, { id, caseNumber: CASE, enterprise: 'e-demo-factory', number, at: 0, lines });
    await allocate(client, id);
  });
}
async function lastEntry(): Promise<unknown> {
  const { body } = await api.send('/ledger?stream=stock&limit=200', { as: 'official' });
  return (body.items as unknown[]).at(-1);
}

test('every item of the programme is shown, also what never came', async () => {
  expect(await stocked('antigen-kit')).toEqual({
    ...{ item: 'antigen-kit', name: '抗原试剂', unit: '人份', onHand: 0, promised: 0 },
  });
});

test('what is received stands in stock and movements; the supplier by name in PostgreSQL only', async () => {
  const { status, body } = await receive([masks(1000)], { source: 'donation', from: '演示商会' });
  expect([status, body]).toEqual([201, { served: 0 }]);
  expect(await stocked()).toMatchObject({ onHand: 1000, promised: 0 });
  expect(await lastEntry()).toMatchObject({
    type: 'stock-received',
    details: { source: 'donation', lines: [masks(1000)], served: 0 },
  });
  expect(JSON.stringify(await lastEntry())).not.toContain('商会');
  const movements = await api.send('/stock/movements', { as });
  expect(movements.body.items).toMatchObject([
    { item: 'medical-mask', kind: 'receipt', quantity: 1000, reason: 'donation', supplier: '演示商会', order: null },
  ]);
});

test('sent ten times at once under one key, it is received once; under that key nothing else is', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => receive([masks(10)], {}, 'ten')));
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 201));
  expect(await stocked()).toMatchObject({ onHand: 10 });
  expectProblem(await receive([masks(11)], {}, 'ten'), 422, 'key-reused');
  expect(await stocked()).toMatchObject({ onHand: 10 });
});

test('an unknown item, the same one twice, and nothing at all are refused, and nothing of it is received', async () => {
  expectProblem(await receive([masks(5), { item: 'gold', quantity: 1 }]), 404, 'unknown-item');
  expectProblem(await receive([masks(5), masks(6)]), 422, 'too-many');
  for (const lines of [[], [masks(0)], [masks(-1)], [masks(1.5)], [masks(1e9)]]) {
    expectProblem(await receive(lines), 422, 'invalid-body');
  }
  expectProblem(await receive([masks(1)], { from: '演示\n商会' }), 422, 'invalid-body');
  expect(await stocked()).toMatchObject({ onHand: 0 });
});

test('stock is for storekeepers and officials to move, for operators and the health centre to read', async () => {
  const json = { source: 'purchase', lines: [masks(1)] };
  const taken = { reason: 'routine', lines: [{ item: 'medical-mask', counted: 1 }] };
  for (const other of ['enterprise-factory', 'operator', 'health', 'volunteer', 'village-jibang', 'liaison-1']) {
    expectProblem(await api.send('/stock/receipts', { as: other, json }), 403, 'forbidden');
    expectProblem(await api.send('/stock/stock-takes', { as: other, json: taken }), 403, 'forbidden');
  }
  for (const path of ['/stock', '/stock/movements', '/stock/orders']) {
    for (const reader of ['storekeeper', 'official', 'operator', 'health']) {
      expect((await api.send(path, { as: reader })).status).toBe(200);
    }
    for (const other of ['enterprise-factory', 'volunteer', 'village-jibang']) {
      expectProblem(await api.send(path, { as: other }), 403, 'forbidden');
    }
  }
});

test('a receipt serves whoever waits, first-come, although nobody can be told of it now', async () => {
  await order(1, 60);
  await order(2, 60);
  const { status, body } = await receive([masks(100)]);
  expect([status, body]).toEqual([201, { served: 2 }]);
  const { body: waiting } = await api.send('/stock/orders', { as });
  expect(waiting.items).toMatchObject([
    { order: `${CASE}/1`, requested: 60, allocated: 60, dispatched: 0 },
    { order: `${CASE}/2`, requested: 60, allocated: 40, dispatched: 0 },
  ]);
  expect(await stocked()).toMatchObject({ onHand: 100, promised: 100 });
});

test('a count takes the place of what was believed, but not below what is promised', async () => {
  await receive([masks(100)]);
  await order(1, 30);
  const refused = await count([
    { item: 'gloves', counted: 7 },
    { item: 'medical-mask', counted: 29 },
  ]);
  expectProblem(refused, 409, 'stock-promised');
  expect(refused.body.about).toEqual({ items: [{ item: 'medical-mask', promised: 30 }] });
  expect(await stocked('gloves')).toMatchObject({ onHand: 0 });
  expect((await count([{ item: 'medical-mask', counted: 90 }], 'count')).body).toEqual({ served: 0 });
  expect((await count([{ item: 'medical-mask', counted: 90 }], 'count')).headers.get('idempotent-replayed')).toBe(
    'true',
  );
  expect(await stocked()).toMatchObject({ onHand: 90, promised: 30 });
  expect(await lastEntry()).toMatchObject({
    type: 'stock-counted',
    details: { reason: 'routine', lines: [{ item: 'medical-mask', before: 100, counted: 90 }] },
  });
});

test('what a count finds goes to whoever waits', async () => {
  await order(1, 30);
  expect((await count([{ item: 'medical-mask', counted: 20 }])).body).toEqual({ served: 1 });
  expect(await stocked()).toMatchObject({ onHand: 20, promised: 20 });
});

test('movements are read newest first, page by page, of one item when asked', async () => {
  for (const quantity of [1, 2, 3, 4, 5]) await receive([masks(quantity), { item: 'gloves', quantity: 1 }]);
  const seen: number[] = [];
  let cursor = '';
  do {
    const { body } = await api.send(`/stock/movements?item=medical-mask&limit=2${cursor}`, { as });
    seen.push(...(body.items as { quantity: number }[]).map((one) => one.quantity));
    cursor = body.next === null ? '' : `&cursor=${body.next as string}`;
  } while (cursor !== '');
  expect(seen).toEqual([5, 4, 3, 2, 1]);
});
