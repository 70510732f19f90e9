/** Group purchases of living supplies 集采集配: what is offered until the cut-off, who ordered how much, what was handed out. */
import type { Counted } from '../../domain/supplies/purchases';
import { byName } from '../people/people-order';
import type { Client, Queryable } from '../sql/pool';

export interface Purchase {
  readonly id: string;
  readonly title: string;
  readonly cutOff: Date;
  readonly closedAt: Date | null;
  readonly items: readonly { readonly item: number; readonly name: string; readonly unit: string }[];
}

const SHOWN = `g.id, g.title, g.cut_off AS "cutOff", g.closed_at AS "closedAt",
  (SELECT jsonb_agg(jsonb_build_object('item', number, 'name', name, 'unit', unit) ORDER BY number)
   FROM purchase_items WHERE purchase = g.id) AS items`;

export async function insertPurchase(
  client: Client,
  {
    id,
    title,
    cutOff,
    by,
    items,
  }: { id: string; title: string; cutOff: Date; by: string; items: readonly { name: string; unit: string }[] },
): Promise<void> {
  await client.query('INSERT INTO group_purchases (id, title, cut_off, opened_by) VALUES ($1, $2, $3, $4)', [
    id,
    title,
    cutOff,
    by,
  ]);
  await client.query(
    `INSERT INTO purchase_items (purchase, number, name, unit)
     SELECT $1, number, name, unit FROM jsonb_to_recordset($2::jsonb) AS n (number integer, name text, unit text)`,
    [id, JSON.stringify(items.map((item, index) => ({ ...item, number: index + 1 })))],
  );
}

export async function listPurchases(db: Queryable, limit: number): Promise<Purchase[]> {
  const { rows } = await db.query<Purchase>(
    `SELECT ${SHOWN} FROM group_purchases g ORDER BY g.created_at DESC, g.id LIMIT $1`,
    [limit],
  );
  return rows;
}

export async function findPurchase(db: Queryable, id: string): Promise<Purchase | undefined> {
  const { rows } = await db.query<Purchase>(`SELECT ${SHOWN} FROM group_purchases g WHERE g.id = $1`, [id]);
  return rows[0];
}

/** Orders and the close come one after the other. */
export async function lockPurchase(client: Client, id: string): Promise<Purchase | undefined> {
  await client.query('SELECT FROM group_purchases WHERE id = $1 FOR UPDATE', [id]);
  return findPurchase(client, id);
}

/** No more orders from then on; one that was closed stays as it is. */
export async function endPurchase(client: Client, id: string, at: Date): Promise<void> {
  await client.query('UPDATE group_purchases SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL', [id, at]);
}

/** The enterprise's order as a whole takes the place of the one before. */
export async function setPurchaseOrder(
  client: Client,
  purchase: string,
  enterprise: string,
  lines: readonly Counted[],
): Promise<void> {
  await client.query('DELETE FROM purchase_lines WHERE purchase = $1 AND enterprise = $2', [purchase, enterprise]);
  await client.query(
    `INSERT INTO purchase_lines (purchase, item, enterprise, quantity)
     SELECT $1, item, $2, quantity FROM jsonb_to_recordset($3::jsonb) AS n (item integer, quantity integer)`,
    [purchase, enterprise, JSON.stringify(lines)],
  );
}

/** What was handed out or received of an enterprise's lines; a line that is counted already stays as it is. */
export async function countPurchase(
  client: Client,
  column: 'distributed' | 'received',
  purchase: string,
  enterprise: string,
  lines: readonly Counted[],
): Promise<void> {
  await client.query(
    `UPDATE purchase_lines AS l SET ${column} = n.quantity
     FROM jsonb_to_recordset($3::jsonb) AS n (item integer, quantity integer)
     WHERE l.purchase = $1 AND l.enterprise = $2 AND l.item = n.item AND l.${column} IS NULL`,
    [purchase, enterprise, JSON.stringify(lines)],
  );
}

export interface PickingLine {
  readonly enterprise: string;
  readonly enterpriseName: string;
  readonly village: string;
  readonly item: number;
  readonly name: string;
  readonly unit: string;
  readonly ordered: number;
  readonly distributed: number | null;
  readonly received: number | null;
}

/** What each enterprise gets, by village; of one village or one enterprise only, when given. */
export async function pickingList(
  db: Queryable,
  purchase: string,
  { village, enterprise }: { village: string | null; enterprise: string | null },
): Promise<PickingLine[]> {
  const { rows } = await db.query<PickingLine>(
    `SELECT l.enterprise, e.name AS "enterpriseName", e.village, l.item, i.name, i.unit, l.quantity AS ordered, l.distributed,
            l.received
     FROM purchase_lines l JOIN enterprises e ON e.id = l.enterprise
       JOIN purchase_items i ON i.purchase = l.purchase AND i.number = l.item
     WHERE l.purchase = $1 AND ($2::text IS NULL OR e.village = $2) AND ($3::text IS NULL OR l.enterprise = $3)
     ORDER BY e.village, ${byName('e.name')}, l.enterprise, l.item`,
    [purchase, village, enterprise],
  );
  return rows;
}
