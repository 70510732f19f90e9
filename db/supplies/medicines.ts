/** Medicine orders 代配药 for named employees: what is ordered is sealed, who may read one is decided by who has to do with it. */
import type { Account } from '../../domain/ledger/entry';
import type { MedicineStatus } from '../../domain/supplies/acts';
import { byName, peopleOrder } from '../people/people-order';
import type { Client, Queryable } from '../sql/pool';

export interface MedicineOrder {
  readonly id: string;
  readonly enterprise: string;
  readonly person: string;
  readonly personName: string | null;
  readonly phone: string | null;
  readonly sealed: Buffer | null;
  readonly official: string | null;
  readonly volunteer: string | null;
  readonly status: MedicineStatus;
}

const SHOWN = `m.id, m.enterprise, m.person, p.name AS "personName", p.phone_mask AS phone, m.sealed, m.official, m.volunteer,
  m.status`;

export async function insertMedicineOrder(
  client: Client,
  {
    id,
    enterprise,
    person,
    sealed,
    by,
  }: { id: string; enterprise: string; person: string; sealed: Buffer; by: string },
): Promise<void> {
  await client.query(
    'INSERT INTO medicine_orders (id, enterprise, person, sealed, ordered_by) VALUES ($1, $2, $3, $4, $5)',
    [id, enterprise, person, sealed, by],
  );
}

/** Whether an active person of the enterprise has a chronic disease; undefined for nobody of it. */
export async function chronicOf(db: Queryable, enterprise: string, person: string): Promise<boolean | undefined> {
  const { rows } = await db.query<{ chronic: boolean }>(
    'SELECT chronic FROM people WHERE id = $1 AND enterprise = $2 AND left_on IS NULL AND erased_at IS NULL',
    [person, enterprise],
  );
  return rows[0]?.chronic;
}

/**
 * Who has to do with an order: the enterprise of the person, the volunteer to whom it was given, officials until one of them has
 * given it to a volunteer, then that one. Nobody else reads it.
 */
function concerning({ role, account, enterprise }: Account, parameters: unknown[]): string {
  if (role === 'enterprise') return `m.enterprise = $${parameters.push(enterprise)}`;
  if (role === 'volunteer') return `m.volunteer = $${parameters.push(account)}`;
  return role === 'official' ? `(m.official IS NULL OR m.official = $${parameters.push(account)})` : 'FALSE';
}

/** The order stays as it is until the end of the transaction. */
export async function lockMedicineOrder(client: Client, id: string, by: Account): Promise<MedicineOrder | undefined> {
  await client.query('SELECT FROM medicine_orders WHERE id = $1 FOR UPDATE', [id]);
  return findMedicineOrder(client, id, by);
}

export async function findMedicineOrder(db: Queryable, id: string, by: Account): Promise<MedicineOrder | undefined> {
  const parameters: unknown[] = [id];
  const { rows } = await db.query<MedicineOrder>(
    `SELECT ${SHOWN} FROM medicine_orders m JOIN people p ON p.id = m.person
     WHERE m.id = $1 AND ${concerning(by, parameters)}`,
    parameters,
  );
  return rows[0];
}

/** The newest: first those that are not over, then by enterprise, workshop, team and name, of one person the newest first. */
export async function listMedicineOrders(db: Queryable, by: Account, limit: number): Promise<MedicineOrder[]> {
  const parameters: unknown[] = [limit];
  const { rows } = await db.query<MedicineOrder>(
    `SELECT ${SHOWN} FROM (SELECT m.* FROM medicine_orders m WHERE ${concerning(by, parameters)}
                           ORDER BY m.created_at DESC, m.id LIMIT $1) AS m
       JOIN people p ON p.id = m.person JOIN enterprises e ON e.id = m.enterprise
     ORDER BY m.status IN ('received', 'cancelled'), ${byName('e.name')}, ${peopleOrder()}, m.created_at DESC, m.id`,
    parameters,
  );
  return rows;
}

/** When it is over nobody needs to know any more what it was: the words are erased. */
export async function changeMedicineOrder(
  client: Client,
  id: string,
  { status, official, volunteer }: Partial<Pick<MedicineOrder, 'status' | 'official' | 'volunteer'>>,
): Promise<void> {
  await client.query(
    `UPDATE medicine_orders SET status = COALESCE($2, status), official = COALESCE($3, official),
            volunteer = COALESCE($4, volunteer), sealed = CASE WHEN $2 IN ('received', 'cancelled') THEN NULL ELSE sealed END
     WHERE id = $1`,
    [id, status, official, volunteer],
  );
}
