/** The town's stock 库存: receipts, stock-takes, movements, and who waits for what, `/stock`. */
import { z } from 'zod';
import { orderId } from '../../contracts/case/ids';
import { outsideAct, STREAMS } from '../../domain/ledger/outside-acts';
import {
  movementLine,
  receiptBody,
  servedView,
  stockTakeBody,
  stockView,
  waitingView,
} from '../../contracts/supplies/supplies';
import { id } from '../../contracts/http/fields';
import { pageOfItems } from '../../contracts/http/answers';
import type { SupplyItem } from '../../domain/programme/edition';
import type { Role } from '../../domain/ledger/entry';
import { SUPPLY_ACTS } from '../../domain/supplies/acts';
import {
  countStock,
  receiveStock,
  requireItems,
  type ItemQuantity,
  type Present,
  type StockMoved,
} from '../../domain/supplies/stock';
import { appendActs } from '../../db/ledger/acts-outside';
import { listMovements, moveStock, readStock } from '../../db/supplies/stock';
import { lockedStock, waitingLines } from '../../db/supplies/supply-orders';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { afterHeader } from '../http/own-writes';
import { pageOf, paging, positionOf } from '../http/paging';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { itemsOf } from '../programme/town';
import { stockArrived } from '../../workflows/supply-order/messages';

const TAG = 'Supplies 物资';
const readers: readonly Role[] = [...SUPPLY_ACTS.receiveStock.by, 'operator', 'health'];
/** Orders that wait at the same time in a town. */
const MOST_WAITING = 500;
/** A hint to an order that waits; whoever does not get it looks within ten minutes. */
const HINT_MS = 1000;
const position = z.tuple([z.number()]);

export function stockRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'get',
      path: '/stock',
      tag: TAG,
      summary: '库存 Stock',
      access: readers,
      answers: { 200: { description: 'Every item of the programme, of all its editions', schema: stockView } },
      async handle() {
        const present = new Map((await readStock(pool)).map((line) => [line.item, line]));
        const lines = (await itemsOf(deps)).map(({ id: item, name, unit }) => {
          const { onHand = 0, promised = 0 } = present.get(item) ?? {};
          return { item, name, unit, onHand, promised };
        });
        return { status: 200, body: { items: lines } };
      },
    }),
    route({
      method: 'post',
      path: '/stock/receipts',
      tag: TAG,
      summary: '入库 Receive into stock',
      description: 'Whoever waits for it is served first-come in the same transaction.',
      access: SUPPLY_ACTS.receiveStock.by,
      body: receiptBody,
      idempotent: true,
      example: { source: 'donation', from: '镇商会', lines: [{ item: 'medical-mask', quantity: 1000 }] },
      answers: {
        201: { description: 'Received', schema: servedView, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['unknown-item', 'too-many', 'key-reused'],
      handle: async (ask) => receive(deps, ask, await itemsOf(deps)),
    }),
    route({
      method: 'post',
      path: '/stock/stock-takes',
      tag: TAG,
      summary: '盘点 Stock-take',
      access: SUPPLY_ACTS.countStock.by,
      body: stockTakeBody,
      idempotent: true,
      answers: {
        200: { description: 'Counted', schema: servedView, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['unknown-item', 'too-many', 'stock-promised', 'key-reused'],
      handle: async (ask) => count(deps, ask, await itemsOf(deps)),
    }),
    route({
      method: 'get',
      path: '/stock/movements',
      tag: TAG,
      summary: '出入库明细 Movements',
      access: readers,
      query: z.strictObject({ ...paging, item: id('Item 物资').optional() }),
      answers: { 200: { description: 'Newest first', schema: pageOfItems(movementLine) } },
      async handle({ query: { item, limit, cursor }, asOf }) {
        const [before = null] = positionOf(cursor, position) ?? [];
        const found = await listMovements(pool, { item: item ?? null, before, limit });
        return { status: 200, body: { ...pageOf(found, limit, (last) => [last.number]), asOf } };
      },
    }),
    route({
      method: 'get',
      path: '/stock/orders',
      tag: TAG,
      summary: '待发放申领单 Orders not dispatched yet',
      access: readers,
      answers: { 200: { description: 'First-come', schema: waitingView } },
      async handle() {
        return { status: 200, body: { items: await waitingLines(pool, MOST_WAITING) } };
      },
    }),
  ];
}

function receive(deps: Deps, ask: Ask<z.output<typeof receiptBody>>, known: readonly SupplyItem[]): Promise<Reply> {
  const { source, from: supplier = null, lines } = ask.body;
  requireItems(lines, known);
  const rule = (present: Present) => receiveStock(present, { source, lines });
  return moved(deps, ask, { address: '/stock/receipts', status: 201, lines, reason: source, supplier, rule });
}

function count(deps: Deps, ask: Ask<z.output<typeof stockTakeBody>>, known: readonly SupplyItem[]): Promise<Reply> {
  const { reason } = ask.body;
  const lines = ask.body.lines.map(({ item, counted }) => ({ item, quantity: counted }));
  requireItems(lines, known);
  const rule = (present: Present) => countStock(present, { reason, lines });
  return moved(deps, ask, { address: '/stock/stock-takes', status: 200, lines, reason, rule });
}

interface Move {
  readonly address: string;
  readonly status: number;
  readonly lines: readonly ItemQuantity[];
  readonly reason: string;
  readonly supplier?: string | null;
  readonly rule: (present: Present) => StockMoved;
}

/** Reads the items under lock, asks the rule, writes what it says; then tells the orders that were served. */
async function moved(deps: Deps, ask: Ask, { address, status, lines, reason, supplier, rule }: Move): Promise<Reply> {
  let orders: readonly string[] = [];
  const reply = await once(deps, ask, address, async (client, command) => {
    const present = await lockedStock(
      client,
      lines.map(({ item }) => item),
    );
    const { served, entry, ...change } = rule(present);
    await moveStock(client, { command, reason, ...(supplier !== undefined && { supplier }) }, change);
    orders = served;
    const act = outsideAct({ ...entry, by: ask.by, at: deps.now(), command });
    const { sequence } = await appendActs(deps.keys, client, STREAMS.stock, [act]);
    return { status, headers: afterHeader(STREAMS.stock, sequence), body: { served: served.length } };
  });
  await hint(deps, orders);
  return reply;
}

/** Orders that were served look at once. Best effort: they look by themselves every ten minutes. */
async function hint({ temporal, log }: Deps, orders: readonly string[]): Promise<void> {
  const signals = orders.map((order) => {
    const [caseNumber = '', number = ''] = order.split('/');
    const handle = temporal.workflow.getHandle(orderId(caseNumber, Number(number)));
    return temporal.withDeadline(Date.now() + HINT_MS, () => handle.signal(stockArrived));
  });
  const missed = (await Promise.allSettled(signals)).filter((one) => one.status === 'rejected').length;
  if (missed > 0) log.warn({ missed }, 'orders were not told of stock; they look by themselves');
}
