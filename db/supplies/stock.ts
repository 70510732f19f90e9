/** The town's stock 库存: receipts, stock-takes, what is there and promised, and every movement that led to it. */
import type { Client, Queryable } from '../sql/pool';
import { lockStock, serveWaiting, type OrderedLine } from './supply-orders';

export interface StockLine {
  readonly item: string;
  readonly onHand: number;
  readonly promised: number;
}

export async function readStock(db: Queryable): Promise<StockLine[]> {
  const { rows } = await db.query<StockLine>(
    'SELECT item, on_hand AS "onHand", promised FROM stock_items ORDER BY item COLLATE "C"',
  );
  return rows;
}

interface Cause {
  /** The command: each moves the stock once. */
  readonly command: string;
  /** Where it came from, or why it was counted. */
  readonly reason: string;
  readonly supplier?: string | null;
}

/** Adds to the stock and serves in the same transaction whoever waits. The orders that got something. */
export async function receiveStock(client: Client, cause: Cause, lines: readonly OrderedLine[]): Promise<string[]> {
  await lockStock(client);
  for (const { item, quantity } of lines) {
    await client.query(
      `INSERT INTO stock_items (item, on_hand) VALUES ($1, $2)
       ON CONFLICT (item) DO UPDATE SET on_hand = stock_items.on_hand + excluded.on_hand`,
      [item, quantity],
    );
    await insertMovement(client, { item, kind: 'receipt', quantity, cause });
  }
  return serveWaiting(
    client,
    lines.map((line) => line.item),
  );
}

export interface Counted {
  readonly item: string;
  readonly before: number;
  readonly promised: number;
  readonly counted: number;
}
export interface StockTake {
  readonly lines: readonly Counted[];
  /** Nothing was changed, for of these less is there than is promised. */
  readonly short: readonly Counted[];
  /** The orders that got something of what was found. */
  readonly served: readonly string[];
}

/** The count takes the place of what was believed to be there, in all lines or in none. */
export async function takeStock(client: Client, cause: Cause, counts: readonly OrderedLine[]): Promise<StockTake> {
  await lockStock(client);
  const present = new Map((await readStock(client)).map((line) => [line.item, line]));
  const lines = counts.map(({ item, quantity }) => {
    const { onHand: before = 0, promised = 0 } = present.get(item) ?? {};
    return { item, before, promised, counted: quantity };
  });
  const short = lines.filter((one) => one.counted < one.promised);
  if (short.length > 0) return { lines, short, served: [] };
  const items = counts.map((line) => line.item);
  await client.query('INSERT INTO stock_items (item) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [items]);
  for (const { item, before, counted } of lines) {
    if (counted === before) continue;
    await client.query('UPDATE stock_items SET on_hand = $2 WHERE item = $1', [item, counted]);
    await insertMovement(client, { item, kind: 'stock-take', quantity: counted - before, cause });
  }
  return { lines, short, served: await serveWaiting(client, items) };
}

async function insertMovement(
  client: Client,
  { item, kind, quantity, cause }: { item: string; kind: string; quantity: number; cause: Cause },
): Promise<void> {
  const { command, reason, supplier = null } = cause;
  await client.query(
    'INSERT INTO stock_movements (item, kind, quantity, cause, reason, supplier) VALUES ($1, $2, $3, $4, $5, $6)',
    [item, kind, quantity, command, reason, supplier],
  );
}

export interface Movement {
  readonly number: number;
  readonly item: string;
  readonly kind: string;
  readonly quantity: number;
  readonly order: string | null;
  readonly reason: string | null;
  readonly supplier: string | null;
  readonly recordedAt: Date;
}

/** Newest first, one more than the limit when there are more. */
export async function listMovements(
  db: Queryable,
  { item, before, limit }: { item: string | null; before: number | null; limit: number },
): Promise<Movement[]> {
  const { rows } = await db.query<Movement>(
    `SELECT number, item, kind, quantity, order_id AS "order", reason, supplier, recorded_at AS "recordedAt" FROM stock_movements
     WHERE ($1::text IS NULL OR item = $1) AND ($2::bigint IS NULL OR number < $2) ORDER BY number DESC LIMIT $3`,
    [item, before, limit + 1],
  );
  return rows;
}
