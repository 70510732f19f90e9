/** Group purchases of living supplies 集采集配, from the offer to the receipt, `/group-purchases`. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { outsideAct, purchaseStream, type OutsideAct } from '../../domain/ledger/outside-acts';
import {
  pickingView,
  purchaseBody,
  purchaseHandBody,
  purchaseOrderBody,
  purchasesView,
  purchaseView,
} from '../../contracts/supplies/supplies';
import type { Json, Role } from '../../domain/ledger/entry';
import {
  closePurchase,
  countPurchase,
  findPurchase,
  insertPurchase,
  listPurchases,
  lockPurchase,
  pickingList,
  setPurchaseOrder,
  type Counted,
  type Purchase,
} from '../../db/supplies/group-purchases';
import { append } from '../../db/ledger/ledger';
import type { Client } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/reading';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { download, XLSX } from '../documents/download';
import { workbookOf } from '../../workbooks/workbook-writing';

const TAG = 'Supplies 物资';
const hands: readonly Role[] = ['volunteer', 'village', 'official'];
/** A town's purchases of some months. */
const MOST = 200;

export function groupPurchaseRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const act = <Body extends z.ZodType>(
    name: 'order' | 'close' | 'distribute' | 'receive',
    summary: string,
    access: readonly Role[],
    body: Body,
    work: (client: Client, purchase: Purchase, ask: Ask<z.output<Body>>) => Promise<Done>,
  ): Route =>
    route({
      method: 'post',
      path: `/group-purchases/{purchase}/${name}`,
      tag: TAG,
      summary,
      access,
      body,
      idempotent: true,
      answers: { 200: { description: 'Done', schema: purchaseView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: [
        'unknown-purchase',
        'purchase-closed',
        'purchase-open',
        'already-done',
        'unknown-item',
        'wrong-state',
        'key-reused',
      ],
      handle: (ask) =>
        once(deps, ask, `/group-purchases/${ask.params['purchase'] ?? ''}/${name}`, async (client, command) => {
          const purchase = await lockPurchase(client, ask.params['purchase'] ?? '');
          if (!purchase) throw new Problem('unknown-purchase');
          const { type, details } = await work(client, purchase, ask);
          const after = (await findPurchase(client, purchase.id)) ?? purchase;
          return recorded(deps, client, ask, { purchase: after, command, type, details, status: 200 });
        }),
    });
  return [
    route({
      method: 'post',
      path: '/group-purchases',
      tag: TAG,
      summary: '发起集采 Open a group purchase',
      access: ['official'],
      body: purchaseBody,
      idempotent: true,
      answers: {
        201: {
          description: 'Open',
          schema: purchaseView,
          headers: ['Location', 'Fugong-After', 'Idempotent-Replayed'],
        },
      },
      problems: ['wrong-date', 'key-reused'],
      handle: (ask) => open(deps, ask),
    }),
    route({
      method: 'get',
      path: '/group-purchases',
      tag: TAG,
      summary: '集采清单 Group purchases',
      access: 'account',
      answers: { 200: { description: 'Newest first', schema: purchasesView } },
      async handle() {
        const found = await listPurchases(pool, MOST);
        return { status: 200, body: { items: found.map((one) => shown(one, deps.now())) } };
      },
    }),
    route({
      method: 'get',
      path: '/group-purchases/{purchase}',
      tag: TAG,
      summary: '集采详情 One group purchase',
      access: 'account',
      answers: { 200: { description: 'What is offered', schema: purchaseView } },
      problems: ['unknown-purchase'],
      async handle({ params }) {
        const found = await findPurchase(pool, params['purchase'] ?? '');
        if (!found) throw new Problem('unknown-purchase');
        return { status: 200, body: shown(found, deps.now()) };
      },
    }),
    act(
      'order',
      '企业报单 Order of an enterprise',
      ['enterprise'],
      purchaseOrderBody,
      async (client, purchase, { by, body }) => {
        if (isClosed(purchase, deps.now()))
          throw new Problem('purchase-closed', { cutOff: purchase.cutOff.toISOString() });
        requireKnown(purchase, body.lines);
        await setPurchaseOrder(client, purchase.id, by.enterprise ?? '', body.lines);
        return { type: 'purchase-ordered', details: { enterprise: by.enterprise ?? '', lines: plain(body.lines) } };
      },
    ),
    act('close', '截单 Close before the cut-off', ['official'], z.strictObject({}), async (client, purchase) => {
      if (isClosed(purchase, deps.now())) throw new Problem('already-done', { purchase: purchase.id });
      await closePurchase(client, purchase.id, new Date(deps.now()));
      return { type: 'purchase-closed', details: {} };
    }),
    act(
      'distribute',
      '发放 Hand out to an enterprise',
      hands,
      purchaseHandBody,
      async (client, purchase, { by, body }) => {
        const { enterprise, lines } = body;
        if (!isClosed(purchase, deps.now()))
          throw new Problem('purchase-open', { cutOff: purchase.cutOff.toISOString() });
        const [first] = await pickingList(client, purchase.id, { village: by.village ?? null, enterprise });
        if (!first) throw new Problem('unknown-purchase');
        await counted(client, 'distributed', purchase, enterprise, lines);
        return { type: 'purchase-distributed', details: { enterprise, lines: plain(lines) } };
      },
    ),
    act(
      'receive',
      '签收 Received by an enterprise',
      ['enterprise'],
      purchaseOrderBody,
      async (client, purchase, { by, body }) => {
        if (!isClosed(purchase, deps.now()))
          throw new Problem('purchase-open', { cutOff: purchase.cutOff.toISOString() });
        await counted(client, 'received', purchase, by.enterprise ?? '', body.lines);
        return { type: 'purchase-received', details: { enterprise: by.enterprise ?? '', lines: plain(body.lines) } };
      },
    ),
    route({
      method: 'get',
      path: '/group-purchases/{purchase}/picking-list',
      tag: TAG,
      summary: '配货清单 Picking list',
      description: 'Per enterprise; a village sees its own, an enterprise itself. `?format=xlsx` for a workbook.',
      access: [...hands, 'enterprise', 'storekeeper'],
      query: z.strictObject({ format: z.enum(['json', 'xlsx']).default('json') }),
      answers: { 200: { description: 'What each enterprise gets', schema: pickingView, media: [XLSX] } },
      problems: ['unknown-purchase'],
      handle: (ask) => picking(deps, ask),
    }),
  ];
}

interface Done {
  readonly type: OutsideAct;
  readonly details: { readonly [key: string]: Json };
}

function isClosed({ cutOff, closedAt }: Purchase, now: number): boolean {
  return closedAt !== null || cutOff.getTime() <= now;
}

function shown(purchase: Purchase, now: number) {
  const { id, title, cutOff, items } = purchase;
  return { id, title, cutOff, closed: isClosed(purchase, now), items };
}

function plain(lines: readonly Counted[]): Json {
  return lines.map(({ item, quantity }) => ({ item, quantity }));
}

function requireKnown({ items }: Purchase, lines: readonly Counted[]): void {
  lines.forEach(({ item }, index) => {
    const twice = lines.findIndex((line) => line.item === item) !== index;
    if (twice || !items.some((one) => one.item === item))
      throw new Problem('unknown-item', { item, known: items.map((one) => one.item) });
  });
}

/** Each line is counted once, in all or not at all; nothing is received before it was handed out. */
async function counted(
  client: Client,
  column: 'distributed' | 'received',
  purchase: Purchase,
  enterprise: string,
  lines: readonly Counted[],
): Promise<void> {
  requireKnown(purchase, lines);
  const ordered = await pickingList(client, purchase.id, { village: null, enterprise });
  for (const { item } of lines) {
    const line = ordered.find((one) => one.item === item);
    if (!line) throw new Problem('unknown-item', { item, known: ordered.map((one) => one.item) });
    if (line[column] !== null) throw new Problem('already-done', { purchase: purchase.id, enterprise, item });
    if (column === 'received' && line.distributed === null)
      throw new Problem('wrong-state', { status: 'ordered', item });
  }
  await countPurchase(client, column, purchase.id, enterprise, lines);
}

interface Recorded extends Done {
  readonly purchase: Purchase;
  readonly command: string;
  readonly status: number;
}

async function recorded({ now }: Deps, client: Client, { by }: Ask, done: Recorded): Promise<Reply> {
  const { purchase, command, type, details, status } = done;
  const stream = purchaseStream(purchase.id);
  const { sequence } = await append(client, stream, [outsideAct({ type, by, at: now(), details, command })]);
  const headers = {
    ...(status === 201 && { Location: `/group-purchases/${purchase.id}` }),
    ...afterHeader(stream, sequence),
  };
  return { status, headers, body: shown(purchase, now()) };
}

async function open(deps: Deps, ask: Ask<z.output<typeof purchaseBody>>): Promise<Reply> {
  const { title, items } = ask.body;
  const cutOff = new Date(ask.body.cutOff);
  if (cutOff.getTime() <= deps.now()) throw new Problem('wrong-date', { cutOff: cutOff.toISOString() });
  return once(deps, ask, '/group-purchases', async (client, command) => {
    const id = `g-${randomBytes(8).toString('hex')}`;
    await insertPurchase(client, { id, title, cutOff, by: ask.by.account, items });
    const purchase = await findPurchase(client, id);
    if (!purchase) throw new Error('the purchase is not there');
    const details = { purchase: id, cutOff: cutOff.getTime(), items: items.length };
    return recorded(deps, client, ask, { purchase, command, type: 'purchase-opened', details, status: 201 });
  });
}

async function picking(deps: Deps, { by, params, query }: Ask<unknown, { format: 'json' | 'xlsx' }>): Promise<Reply> {
  const purchase = await findPurchase(deps.pool, params['purchase'] ?? '');
  if (!purchase) throw new Problem('unknown-purchase');
  const of = { village: by.village ?? null, enterprise: by.enterprise ?? null };
  const lines = await pickingList(deps.pool, purchase.id, of);
  if (query.format === 'xlsx') {
    const columns = [
      { key: 'village', header: '村' },
      { key: 'enterpriseName', header: '企业', width: 30 },
      { key: 'name', header: '品名', width: 20 },
      { key: 'unit', header: '单位' },
      { key: 'ordered', header: '报单数量', total: true },
      { key: 'distributed', header: '发放数量', total: true },
      { key: 'received', header: '签收数量', total: true },
    ];
    const rows = lines.map(({ village, enterpriseName, name, unit, ordered, distributed, received }) => ({
      ...{ village, enterpriseName, name, unit, ordered, distributed, received },
    }));
    return download('配货清单.xlsx', await workbookOf([{ name: '配货清单', columns, rows }]));
  }
  const enterprises = [...new Set(lines.map((line) => line.enterprise))].map((enterprise) => {
    const own = lines.filter((line) => line.enterprise === enterprise);
    const { enterpriseName: name = '', village = '' } = own[0] ?? {};
    return {
      enterprise,
      name,
      village,
      lines: own.map(({ item, name: goods, unit, ordered, distributed, received }) => ({
        ...{ item, name: goods, unit, ordered, distributed, received },
      })),
    };
  });
  return { status: 200, body: { purchase: shown(purchase, deps.now()), enterprises } };
}
