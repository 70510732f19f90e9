/** The town's stock 库存: receipts, stock-takes, what is there and promised, and every movement that led to it. */
import type { StockLine, StockMoved } from '../../domain/supplies/stock';
import type { Client, Queryable } from '../sql/pool';
import { give } from './supply-orders';

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

/** Writes what came in or was counted, and what orders were promised of it; `lockedStock` was asked before. */
export async function moveStock(
  client: Client,
  cause: Cause,
  { movements, given }: Pick<StockMoved, 'movements' | 'given'>,
): Promise<void> {
  const { command, reason, supplier = null } = cause;
  for (const { item, kind, quantity } of movements) {
    await client.query('UPDATE stock_items SET on_hand = on_hand + $2 WHERE item = $1', [item, quantity]);
    await client.query(
      'INSERT INTO stock_movements (item, kind, quantity, cause, reason, supplier) VALUES ($1, $2, $3, $4, $5, $6)',
      [item, kind, quantity, command, reason, supplier],
    );
  }
  await give(client, given);
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
