/** Group purchases of living supplies 集采集配, from the offer to the receipt, `/group-purchases`. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { outsideAct, purchaseStream, type OutsideEntry } from '../../domain/ledger/outside-acts';
import {
  pickingView,
  purchaseBody,
  purchaseHandBody,
  purchaseOrderBody,
  purchasesView,
  purchaseView,
} from '../../contracts/supplies/supplies';
import type { Role } from '../../domain/ledger/entry';
import { SUPPLY_ACTS } from '../../domain/supplies/acts';
import {
  closePurchase,
  handOut,
  isClosed,
  openPurchase,
  orderOfPurchase,
  receivePurchase,
} from '../../domain/supplies/purchases';
import {
  countPurchase,
  endPurchase,
  findPurchase,
  insertPurchase,
  listPurchases,
  lockPurchase,
  pickingList,
  setPurchaseOrder,
  type Purchase,
} from '../../db/supplies/group-purchases';
import { appendActs } from '../../db/ledger/acts-outside';
import type { Client } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { download, XLSX } from '../documents/workbook-answer';
import { workbookOf } from '../../workbooks/workbook-writing';

const TAG = 'Supplies 物资';
const hands = SUPPLY_ACTS.handOut.by;
/** A town's purchases of some months. */
const MOST = 200;

export function groupPurchaseRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const act = <Body extends z.ZodType>(
    name: 'order' | 'close' | 'distribute' | 'receive',
    summary: string,
    access: readonly Role[],
    body: Body,
    work: (client: Client, purchase: Purchase, ask: Ask<z.output<Body>>) => Promise<OutsideEntry>,
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
          const entry = await work(client, purchase, ask);
          const after = (await findPurchase(client, purchase.id)) ?? purchase;
          return recorded(deps, client, ask, { purchase: after, command, entry, status: 200 });
        }),
    });
  return [
    route({
      method: 'post',
      path: '/group-purchases',
      tag: TAG,
      summary: '发起集采 Open a group purchase',
      access: SUPPLY_ACTS.openPurchase.by,
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
      SUPPLY_ACTS.orderOfPurchase.by,
      purchaseOrderBody,
      async (client, purchase, { by, body }) => {
        const wanted = { enterprise: by.enterprise ?? '', lines: body.lines };
        const { enterprise, lines, entry } = orderOfPurchase(stateOf(purchase), wanted, deps.now());
        await setPurchaseOrder(client, purchase.id, enterprise, lines);
        return entry;
      },
    ),
    act(
      'close',
      '截单 Close before the cut-off',
      SUPPLY_ACTS.closePurchase.by,
      z.strictObject({}),
      async (client, purchase) => {
        const { closedAt, entry } = closePurchase(stateOf(purchase), deps.now());
        await endPurchase(client, purchase.id, new Date(closedAt));
        return entry;
      },
    ),
    act(
      'distribute',
      '发放 Hand out to an enterprise',
      hands,
      purchaseHandBody,
      async (client, purchase, { by, body }) => {
        // Somebody of a village sees the lines of its own enterprises only.
        const seen = { village: by.village ?? null, enterprise: body.enterprise };
        const ordered = await pickingList(client, purchase.id, seen);
        const { enterprise, lines, entry } = handOut(stateOf(purchase), ordered, body, deps.now());
        await countPurchase(client, 'distributed', purchase.id, enterprise, lines);
        return entry;
      },
    ),
    act(
      'receive',
      '签收 Received by an enterprise',
      SUPPLY_ACTS.receivePurchase.by,
      purchaseOrderBody,
      async (client, purchase, { by, body }) => {
        const came = { enterprise: by.enterprise ?? '', lines: body.lines };
        const ordered = await pickingList(client, purchase.id, { village: null, enterprise: came.enterprise });
        const { enterprise, lines, entry } = receivePurchase(stateOf(purchase), ordered, came, deps.now());
        await countPurchase(client, 'received', purchase.id, enterprise, lines);
        return entry;
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

/** As the rules take it. */
function stateOf({ id, cutOff, closedAt, items }: Purchase) {
  return { id, cutOff: cutOff.getTime(), closedAt: closedAt?.getTime() ?? null, items };
}

function shown(purchase: Purchase, now: number) {
  const { id, title, cutOff, items } = purchase;
  return { id, title, cutOff, closed: isClosed(stateOf(purchase), now), items };
}

interface Recorded {
  readonly purchase: Purchase;
  readonly entry: OutsideEntry;
  readonly command: string;
  readonly status: number;
}

async function recorded(deps: Deps, client: Client, { by }: Ask, done: Recorded): Promise<Reply> {
  const { purchase, command, entry, status } = done;
  const stream = purchaseStream(purchase.id);
  const { sequence } = await appendActs(deps.keys, client, stream, [
    outsideAct({ ...entry, by, at: deps.now(), command }),
  ]);
  const headers = {
    ...(status === 201 && { Location: `/group-purchases/${purchase.id}` }),
    ...afterHeader(stream, sequence),
  };
  return { status, headers, body: shown(purchase, deps.now()) };
}

async function open(deps: Deps, ask: Ask<z.output<typeof purchaseBody>>): Promise<Reply> {
  const { title, items } = ask.body;
  const cutOff = new Date(ask.body.cutOff);
  const id = `g-${randomBytes(8).toString('hex')}`;
  const wanted = { purchase: id, cutOff: cutOff.getTime(), items: items.length };
  const { entry } = openPurchase(wanted, deps.now());
  return once(deps, ask, '/group-purchases', async (client, command) => {
    await insertPurchase(client, { id, title, cutOff, by: ask.by.account, items });
    const purchase = await findPurchase(client, id);
    if (!purchase) throw new Error('the purchase is not there');
    return recorded(deps, client, ask, { purchase, command, entry, status: 201 });
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
