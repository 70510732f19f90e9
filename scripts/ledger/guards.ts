/** Verifies that the tables whose rows can only be added are guarded, and that no role may do more than it is given. */
import { GRANTS, ROLES, type Role } from '../../db/sql/grants';
import type { Queryable } from '../../db/sql/pool';
import type { Found } from './finding';

export async function verifyGuards(db: Queryable, found: Found): Promise<void> {
  const guarded = Object.entries(GRANTS).flatMap(([table, { appendOnly }]) => (appendOnly ? [table] : []));
  const { rows } = await db.query<{ table: string }>(
    `SELECT name AS "table" FROM unnest($1::text[]) AS t (name)
     WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(name) AND tgname = 'append_only' AND tgenabled = 'A')`,
    [guarded],
  );
  for (const { table } of rows) found(`${table}: its guard is lifted, rows can be changed 只增保护已被解除`);
  const { rows: more } = await db.query<{ role: string; table: string }>(
    `SELECT role, name AS "table" FROM unnest($1::text[]) AS t (name), unnest($2::text[]) AS r (role)
     WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role)
       AND (has_table_privilege(role, name, 'UPDATE') OR has_any_column_privilege(role, name, 'UPDATE')
            OR has_table_privilege(role, name, 'DELETE, TRUNCATE, TRIGGER'))`,
    [guarded, Object.values(ROLES) satisfies readonly (typeof ROLES)[Role][]],
  );
  for (const { role, table } of more) found(`${table}: ${role} may change it 权限过大`);
}
