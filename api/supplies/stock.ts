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
import { pageOfItems } from '../../contracts/case/resources';
import type { SupplyItem } from '../../domain/programme/edition';
import type { Role } from '../../domain/ledger/entry';
import { append } from '../../db/ledger/ledger';
import { listMovements, readStock, receiveStock, takeStock } from '../../db/supplies/stock';
import { waitingLines } from '../../db/supplies/supply-orders';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader, pageOf, paging, positionOf } from '../http/reading';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { itemsOf } from '../programme/town';

const TAG = 'Supplies 物资';
const keepers: readonly Role[] = ['storekeeper', 'official'];
const readers: readonly Role[] = [...keepers, 'operator', 'health'];
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
      access: keepers,
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
      access: keepers,
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

/** @throws Problem `unknown-item`; `too-many` when an item stands there twice */
function requireItems(lines: readonly { readonly item: string }[], known: readonly SupplyItem[]): void {
  lines.forEach(({ item }, index) => {
    if (!known.some((one) => one.id === item)) {
      throw new Problem('unknown-item', { item, known: known.map((one) => one.id) });
    }
    if (lines.findIndex((one) => one.item === item) !== index) throw new Problem('too-many', { item });
  });
}

async function receive(
  deps: Deps,
  ask: Ask<z.output<typeof receiptBody>>,
  known: readonly SupplyItem[],
): Promise<Reply> {
  const { source, from: supplier = null, lines } = ask.body;
  requireItems(lines, known);
  let served: readonly string[] = [];
  const reply = await once(deps, ask, '/stock/receipts', async (client, command) => {
    served = await receiveStock(client, { command, reason: source, supplier }, lines);
    const details = { source, lines: lines.map((line) => ({ ...line })), served: served.length };
    const act = outsideAct({ type: 'stock-received', by: ask.by, at: deps.now(), details, command });
    const { sequence } = await append(client, STREAMS.stock, [act]);
    return { status: 201, headers: afterHeader(STREAMS.stock, sequence), body: { served: served.length } };
  });
  await hint(deps, served);
  return reply;
}

async function count(
  deps: Deps,
  ask: Ask<z.output<typeof stockTakeBody>>,
  known: readonly SupplyItem[],
): Promise<Reply> {
  const { reason } = ask.body;
  const lines = ask.body.lines.map(({ item, counted }) => ({ item, quantity: counted }));
  requireItems(lines, known);
  let served: readonly string[] = [];
  const reply = await once(deps, ask, '/stock/stock-takes', async (client, command) => {
    const taken = await takeStock(client, { command, reason }, lines);
    if (taken.short.length > 0) {
      throw new Problem('stock-promised', { items: taken.short.map(({ item, promised }) => ({ item, promised })) });
    }
    served = taken.served;
    const details = {
      reason,
      lines: taken.lines.map(({ item, before, counted }) => ({ item, before, counted })),
      served: served.length,
    };
    const act = outsideAct({ type: 'stock-counted', by: ask.by, at: deps.now(), details, command });
    const { sequence } = await append(client, STREAMS.stock, [act]);
    return { status: 200, headers: afterHeader(STREAMS.stock, sequence), body: { served: served.length } };
  });
  await hint(deps, served);
  return reply;
}

/** Orders that were served look at once. Best effort: they look by themselves every ten minutes. */
async function hint({ temporal, log }: Deps, orders: readonly string[]): Promise<void> {
  const signals = orders.map((order) => {
    const [caseNumber = '', number = ''] = order.split('/');
    const handle = temporal.workflow.getHandle(orderId(caseNumber, Number(number)));
    return temporal.withDeadline(Date.now() + HINT_MS, () => handle.signal('stockArrived'));
  });
  const missed = (await Promise.allSettled(signals)).filter((one) => one.status === 'rejected').length;
  if (missed > 0) log.warn({ missed }, 'orders were not told of stock; they look by themselves');
}
