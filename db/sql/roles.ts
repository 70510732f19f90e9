/** The roles under which API, worker and readers of statistics connect: how an administrator makes them, and as whom a process works. */
import type pg from 'pg';
import { DATABASE_ROLES, type DatabaseRole } from './grants';
import type { Queryable } from './pool';

export type RolePasswords = Readonly<Record<DatabaseRole, string>>;

/**
 * Makes the roles that are missing and gives all three these passwords, as an administrator of the server (superuser, or
 * CREATEROLE). What they may do with tables they get from the owner (`grantRoles`).
 */
export async function makeRoles(client: pg.Client, database: string, passwords: RolePasswords): Promise<void> {
  const name = client.escapeIdentifier(database);
  const found = await client.query<{ owner: string }>(
    'SELECT quote_ident(pg_get_userbyid(datdba)) AS owner FROM pg_database WHERE datname = $1',
    [database],
  );
  for (const [role, password] of Object.entries(passwords) as [DatabaseRole, string][]) {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [DATABASE_ROLES[role]]);
    const verb = rowCount === 1 ? 'ALTER' : 'CREATE';
    await client.query(`${verb} ROLE ${DATABASE_ROLES[role]} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${DATABASE_ROLES[role]}`);
    // Gives the owner of the tables nothing but to end a connection of theirs that holds a lock.
    await client.query(`GRANT ${DATABASE_ROLES[role]} TO ${found.rows[0]?.owner}`);
  }
  // Nothing of ours makes temporary tables, and everybody may by default.
  await client.query(`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
}

/** The address of the database for a role. */
export function addressOf(databaseUrl: string, role: DatabaseRole, passwords: RolePasswords): string {
  const url = new URL(databaseUrl);
  url.username = DATABASE_ROLES[role];
  url.password = passwords[role];
  return url.toString();
}

/**
 * As whom a process works that is to be `expected`.
 * @returns a line to warn with when it could rewrite the ledger. @throws WrongRole when it has the address of another role
 */
export async function warningOfRole(
  db: Queryable,
  expected: Exclude<DatabaseRole, 'reader'>,
): Promise<string | undefined> {
  const { rows } = await db.query<{ name: string; may: boolean }>(
    `SELECT current_user AS name, has_table_privilege('ledger', 'UPDATE') AS may`,
  );
  const { name = '', may = false } = rows[0] ?? {};
  if (name !== DATABASE_ROLES[expected] && Object.values<string>(DATABASE_ROLES).includes(name))
    throw new WrongRole(
      `DATABASE_URL connects as ${name}; this process works as ${DATABASE_ROLES[expected]} (docs/operations.md, "Roles").`,
    );
  if (!may) return undefined;
  return `PostgreSQL: this process works as ${name}, who owns the tables and can rewrite the ledger; ${DATABASE_ROLES[expected]} is missing: npm run roles (docs/operations.md, "Roles")`;
}

/** Its message is one line. */
export class WrongRole extends Error {
  override readonly name = 'WrongRole';
}
