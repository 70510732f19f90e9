/** Verifies that rows that can only be added cannot be changed: their triggers are on, and no role may do more. */
import { GRANTS, DATABASE_ROLES, type DatabaseRole } from '../../db/sql/grants';
import type { Queryable } from '../../db/sql/pool';
import type { Found } from './finding';

export async function verifyAppendOnly(db: Queryable, found: Found): Promise<void> {
  const appendOnly = Object.entries(GRANTS).flatMap(([table, row]) => (row.appendOnly ? [table] : []));
  const { rows } = await db.query<{ table: string }>(
    `SELECT name AS "table" FROM unnest($1::text[]) AS t (name)
     WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(name) AND tgname = 'append_only' AND tgenabled = 'A')`,
    [appendOnly],
  );
  for (const { table } of rows) found(`${table}: its trigger append_only is off, rows can be changed 只增保护已被解除`);
  const { rows: more } = await db.query<{ role: string; table: string }>(
    `SELECT role, name AS "table" FROM unnest($1::text[]) AS t (name), unnest($2::text[]) AS r (role)
     WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role)
       AND (has_table_privilege(role, name, 'UPDATE') OR has_any_column_privilege(role, name, 'UPDATE')
            OR has_table_privilege(role, name, 'DELETE, TRUNCATE, TRIGGER'))`,
    [appendOnly, Object.values(DATABASE_ROLES) satisfies readonly (typeof DATABASE_ROLES)[DatabaseRole][]],
  );
  for (const { role, table } of more) found(`${table}: ${role} may change it 权限过大`);
}
