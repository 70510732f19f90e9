/** Orders of cases against the town's stock: promised first-come under lock, dispatched from what was promised, given back when cancelled. */
import type { Instant } from '../../domain/programme/edition';
import { firstCome, ordersOf, type Given, type Present } from '../../domain/supplies/stock';
import type { Stock } from '../../activities/ports';
import { transaction, type Client, type Pool, type Queryable } from '../sql/pool';

export interface OrderedLine {
  readonly item: string;
  readonly quantity: number;
}

export interface NewOrder {
  /** `<case number>/<number>`. */
  readonly id: string;
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly number: number;
  readonly at: Instant;
  readonly lines: readonly OrderedLine[];
}

/** A repeat changes nothing. */
export async function registerOrder(
  client: Client,
  { id, caseNumber, enterprise, at, lines }: NewOrder,
): Promise<void> {
  const { rowCount } = await client.query(
    `INSERT INTO supply_orders (id, case_number, enterprise, requested_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [id, caseNumber, enterprise, new Date(at)],
  );
  if (!rowCount) return;
  await client.query(
    `INSERT INTO supply_lines (order_id, item, requested)
     SELECT $1, item, quantity FROM jsonb_to_recordset($2::jsonb) AS n (item text, quantity integer)`,
    [id, JSON.stringify(lines)],
  );
}

export interface Allocation {
  readonly known: boolean;
  readonly closed: boolean;
  readonly lines: readonly {
    readonly item: string;
    readonly requested: number;
    readonly allocated: number;
    readonly dispatched: number;
  }[];
}

/** Serves whoever waits for what this order asks for, first-come, and tells where the order stands. A repeat changes nothing. */
export async function allocate(client: Client, id: string): Promise<Allocation> {
  await lockStock(client);
  const { rows } = await client.query<{ closed: boolean }>('SELECT closed FROM supply_orders WHERE id = $1', [id]);
  const [order] = rows;
  if (!order) return { known: false, closed: false, lines: [] };
  if (!order.closed) {
    const lines = await linesOf(client, id);
    await serveWaiting(
      client,
      lines.map((line) => line.item),
    );
  }
  return { known: true, closed: order.closed, lines: await linesOf(client, id) };
}

/** Allocation for the child workflows of orders, each look in a transaction of its own. */
export function createAllocator(pool: Pool): Stock {
  return {
    allocate: (id) =>
      transaction(pool, async (client) => {
        const { known, closed, lines } = await allocate(client, id);
        return known
          ? { closed, lines: lines.map(({ item, requested, allocated }) => ({ item, requested, allocated })) }
          : undefined;
      }),
  };
}

async function linesOf(db: Queryable, id: string): Promise<Allocation['lines'][number][]> {
  const { rows } = await db.query<Allocation['lines'][number]>(
    'SELECT item, requested, allocated, dispatched FROM supply_lines WHERE order_id = $1 ORDER BY item',
    [id],
  );
  return rows;
}

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_224;

/**
 * Whoever moves the stock waits until nobody else does, before anything of it is read or written. One recording may hold several
 * orders, so locks item by item could close a circle; one lock for all cannot, and a town has a movement a minute.
 */
export async function lockStock(client: Client): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

/** Locks the stock until the end of the transaction. The items as they stand, with who waits for them, first-come. */
export async function lockedStock(client: Client, items: readonly string[]): Promise<Present> {
  await lockStock(client);
  await client.query('INSERT INTO stock_items (item) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [items]);
  const { rows: stock } = await client.query<Present['stock'][number]>(
    'SELECT item, on_hand AS "onHand", promised FROM stock_items WHERE item = ANY ($1)',
    [items],
  );
  const { rows: waiting } = await client.query<Present['waiting'][number]>(
    `SELECT l.order_id AS "order", l.item, l.requested - l.allocated AS missing
     FROM supply_lines l JOIN supply_orders o ON o.id = l.order_id
     WHERE l.item = ANY ($1) AND l.allocated < l.requested AND NOT o.closed ORDER BY o.turn, l.item`,
    [items],
  );
  return { stock, waiting };
}

export async function give(client: Client, given: readonly Given[]): Promise<void> {
  for (const { order, item, quantity } of given) {
    await client.query('UPDATE supply_lines SET allocated = allocated + $3 WHERE order_id = $1 AND item = $2', [
      order,
      item,
      quantity,
    ]);
    await client.query('UPDATE stock_items SET promised = promised + $2 WHERE item = $1', [item, quantity]);
  }
}

/** Gives what is free of the items to the lines that wait for them. The orders that got something. */
async function serveWaiting(client: Client, items: readonly string[]): Promise<string[]> {
  const { stock, waiting } = await lockedStock(client, items);
  const given = firstCome(stock, waiting);
  await give(client, given);
  return ordersOf(given);
}

/** False when the cause has been taken in before. */
async function once(client: Client, cause: string, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'INSERT INTO supply_steps (cause, order_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [cause, id],
  );
  return rowCount === 1;
}

/** Takes goods out of the stock that were promised to the order. @throws a check violation for more than that */
export async function dispatchLines(
  client: Client,
  id: string,
  cause: string,
  lines: readonly OrderedLine[],
): Promise<void> {
  if (!(await once(client, cause, id))) return;
  await lockStock(client);
  for (const { item, quantity } of lines) {
    const { rowCount } = await client.query(
      'UPDATE supply_lines SET dispatched = dispatched + $3 WHERE order_id = $1 AND item = $2',
      [id, item, quantity],
    );
    // An item that was not ordered breaks the same rule as too much of one: more is dispatched than was allocated.
    if (!rowCount) {
      await client.query('INSERT INTO supply_lines (order_id, item, requested, dispatched) VALUES ($1, $2, 0, $3)', [
        id,
        item,
        quantity,
      ]);
    }
    await client.query('UPDATE stock_items SET on_hand = on_hand - $2, promised = promised - $2 WHERE item = $1', [
      item,
      quantity,
    ]);
    await client.query(
      `INSERT INTO stock_movements (item, kind, quantity, order_id, cause) VALUES ($1, 'dispatch', $2, $3, $4)`,
      [item, -quantity, id, cause],
    );
  }
}

/** What was counted at the enterprise; it may be another number than was dispatched. */
export async function receiveOrder(
  client: Client,
  id: string,
  cause: string,
  lines: readonly OrderedLine[],
): Promise<void> {
  if (!(await once(client, cause, id))) return;
  for (const { item, quantity } of lines) {
    await client.query('UPDATE supply_lines SET received = received + $3 WHERE order_id = $1 AND item = $2', [
      id,
      item,
      quantity,
    ]);
  }
}

/** What was promised and not dispatched is free again, for whoever waits. The orders that got something of it. */
export async function releaseOrder(client: Client, id: string, cause: string): Promise<string[]> {
  if (!(await once(client, cause, id))) return [];
  await lockStock(client);
  const items = (await linesOf(client, id)).map((line) => line.item);
  await client.query('UPDATE supply_orders SET closed = true WHERE id = $1', [id]);
  await client.query(
    `UPDATE stock_items AS s SET promised = promised - (l.allocated - l.dispatched) FROM supply_lines l
     WHERE l.order_id = $1 AND l.item = s.item`,
    [id],
  );
  await client.query('UPDATE supply_lines SET allocated = dispatched, requested = dispatched WHERE order_id = $1', [
    id,
  ]);
  return serveWaiting(client, items);
}

export interface WaitingLine {
  readonly order: string;
  readonly enterprise: string;
  readonly item: string;
  readonly requested: number;
  readonly allocated: number;
  readonly dispatched: number;
  readonly requestedAt: Date;
}

/** What is not dispatched yet, in the order in which it is served. */
export async function waitingLines(db: Queryable, limit: number): Promise<WaitingLine[]> {
  const { rows } = await db.query<WaitingLine>(
    `SELECT o.id AS "order", o.enterprise, l.item, l.requested, l.allocated, l.dispatched, o.requested_at AS "requestedAt"
     FROM supply_lines l JOIN supply_orders o ON o.id = l.order_id
     WHERE l.dispatched < l.requested AND NOT o.closed ORDER BY o.turn, l.item LIMIT $1`,
    [limit],
  );
  return rows;
}
