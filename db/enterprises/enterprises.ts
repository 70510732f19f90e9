/** Enterprises: registered once per credit code, listed to those who may see them. */
import type { EnterpriseKind } from '../../domain/programme/for-whom';
import type { Account } from '../../domain/ledger/entry';
import { byName } from '../people/people-order';
import type { Queryable } from '../sql/pool';

export interface Enterprise {
  readonly id: string;
  readonly name: string;
  readonly uscc: string;
  readonly kind: EnterpriseKind;
  readonly village: string;
  /** The official who confirmed a doubtful code. */
  readonly usccConfirmedBy: string | null;
}

const COLUMNS = `id, name, uscc, kind, village, uscc_confirmed_by AS "usccConfirmedBy"`;

/** Officials and those who work for the whole town see all; an enterprise itself, a village its own. */
function visible(account: Account, parameters: unknown[]): string {
  const own = (column: string, value: string | undefined) => `${column} = $${parameters.push(value)}`;
  if (account.role === 'enterprise') return own('id', account.enterprise);
  if (account.role === 'village') return own('village', account.village);
  return account.role === 'volunteer' ? 'FALSE' : 'TRUE';
}

/** @throws a unique violation when the code is registered already */
export async function insertEnterprise(db: Queryable, one: Enterprise): Promise<void> {
  await db.query(
    'INSERT INTO enterprises (id, name, uscc, kind, village, uscc_confirmed_by) VALUES ($1, $2, $3, $4, $5, $6)',
    [one.id, one.name, one.uscc, one.kind, one.village, one.usccConfirmedBy],
  );
}

export async function isRegistered(db: Queryable, uscc: string): Promise<boolean> {
  const { rows } = await db.query('SELECT FROM enterprises WHERE uscc = $1', [uscc]);
  return rows.length > 0;
}

export async function findEnterprise(db: Queryable, id: string): Promise<Enterprise | undefined> {
  const { rows } = await db.query<Enterprise>(`SELECT ${COLUMNS} FROM enterprises WHERE id = $1`, [id]);
  return rows[0];
}

export async function findVisibleEnterprise(db: Queryable, id: string, by: Account): Promise<Enterprise | undefined> {
  const parameters: unknown[] = [id];
  const { rows } = await db.query<Enterprise>(
    `SELECT ${COLUMNS} FROM enterprises WHERE id = $1 AND ${visible(by, parameters)}`,
    parameters,
  );
  return rows[0];
}

export interface EnterpriseFilter {
  readonly by: Account;
  readonly q?: string | undefined;
  readonly village?: string | undefined;
  readonly after: string | null;
  readonly limit: number;
}

const ORDER = `${byName('name')}, uscc`;

/** By name; `after` is a code. One more than the limit when there are more. */
export async function listEnterprises(
  db: Queryable,
  { by, q, village, after, limit }: EnterpriseFilter,
): Promise<Enterprise[]> {
  const parameters: unknown[] = [q === undefined ? null : containing(q), village, after, limit + 1];
  const { rows } = await db.query<Enterprise>(
    `SELECT ${COLUMNS} FROM enterprises
     WHERE ($1::text IS NULL OR name ILIKE $1 OR uscc ILIKE $1) AND ($2::text IS NULL OR village = $2)
       AND ($3::text IS NULL OR (${ORDER}) > (SELECT ${ORDER} FROM enterprises WHERE uscc = $3)) AND ${visible(by, parameters)}
     ORDER BY ${ORDER} LIMIT $4`,
    parameters,
  );
  return rows;
}

/** A pattern for ILIKE in which the words themselves have no meaning. */
export function containing(words: string): string {
  return `%${words.replace(/[\\%_]/g, '\\$&')}%`;
}
