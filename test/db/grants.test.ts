/** What the roles may do with the tables, on a real server: each table has its row, and what a process does not need is refused. */
import type pg from 'pg';
import { GRANTS, DATABASE_ROLES, type DatabaseRole } from '../../db/sql/grants';
import { warningOfRole, WrongRole } from '../../db/sql/roles';
import { TestDatabase } from '../support/postgres';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
  await db.register('2026-0001', 'e-1', 'f'.repeat(64));
});
afterAll(() => db.stop());

const names = async (sql: string, pool = db.pool) =>
  (await pool.query<{ name: string }>(sql)).rows.map((one) => one.name);

test('every table has its row in the table of grants, and none has more', async () => {
  const tables = await names(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace`,
  );
  expect(Object.keys(GRANTS).sort()).toEqual(tables.sort());
});

test('exactly the tables that say so can only be added to, also where triggers are switched off', async () => {
  const triggers = await names(
    `SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled = 'A'`,
  );
  const said = Object.entries(GRANTS).filter(([, { appendOnly }]) => appendOnly);
  expect(triggers.sort()).toEqual(said.map(([table]) => table).sort());
});

const APPEND_ONLY = Object.entries(GRANTS).flatMap(([table, { appendOnly }]) => (appendOnly ? [table] : []));

/** As somebody who has the role's address and nothing else. */
const refused = async (role: DatabaseRole, statement: string): Promise<string> => {
  const error = await db
    .as(role)
    .query(statement)
    .then(() => undefined)
    .catch((found: unknown) => found as pg.DatabaseError);
  return error?.code ?? 'done';
};
/** insufficient_privilege of SQLSTATE. */
const PRIVILEGE = '42501';

describe.each(['api', 'worker', 'reader'] as const)('with the address of %s', (role) => {
  test.each(APPEND_ONLY)('nothing of %s is changed, deleted, emptied or let go of', async (table) => {
    const column = (
      await names(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND attidentity = '' ORDER BY attnum LIMIT 1`,
      )
    )[0];
    for (const statement of [
      `UPDATE ${table} SET ${column} = ${column}`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
      `ALTER TABLE ${table} DISABLE TRIGGER append_only`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `DROP TRIGGER append_only ON ${table}`,
      `DROP TABLE ${table} CASCADE`,
      `CREATE TRIGGER own BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION tell_of_changes()`,
      `CREATE RULE own AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
    ])
      expect([statement, await refused(role, statement)]).toEqual([statement, PRIVILEGE]);
  });

  test('nobody becomes somebody else, changes the schema, or reads and writes files of the server', async () => {
    for (const statement of [
      'SET ROLE fugong',
      'SET ROLE postgres',
      'SET SESSION AUTHORIZATION fugong',
      'SET session_replication_role = replica',
      `ALTER ROLE ${DATABASE_ROLES[role]} SUPERUSER`,
      'CREATE ROLE another',
      'CREATE TABLE own (a int)',
      'CREATE TEMPORARY TABLE own (a int)',
      'CREATE FUNCTION own() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      'CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
      'ALTER FUNCTION refuse_rewriting() RENAME TO other',
      "COPY ledger TO '/tmp/ledger'",
      "COPY ledger FROM PROGRAM 'true'",
      "SELECT pg_read_file('postgresql.conf')",
      "SELECT lo_import('/etc/passwd')",
      "INSERT INTO migrations (name, run_on) VALUES ('x', now())",
      'GRANT SELECT ON ledger TO PUBLIC',
    ])
      expect([statement, await refused(role, statement)]).toEqual([
        statement,
        // A GRANT of what one may not give on is said and not done.
        statement.startsWith('GRANT') ? expect.stringMatching(/^(42501|done)$/) : PRIVILEGE,
      ]);
    expect(
      await names(
        `SELECT grantee AS name FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = 'public'`,
      ),
    ).toEqual([]);
  });
});

describe('each process does only what it is for', () => {
  test.each([
    // The API records no case, seals no day and stores no code.
    ['api', `INSERT INTO ledger_seals (number, day, heads, previous, hash) VALUES (1, '2026-01-01', '[]', 'p', 'h')`],
    ['api', `INSERT INTO releases (build, sdk, schema, code) VALUES ('0123456789ab', '1', 1, '')`],
    ['api', `UPDATE reopenings SET phase = 'completed'`],
    ['api', `INSERT INTO duties SELECT * FROM duties`],
    ['api', `UPDATE texts SET body = 'other'`],
    ['api', `UPDATE documents SET key = ''`],
    ['api', `UPDATE document_chunks SET bytes = ''`],
    ['api', `UPDATE test_results SET result = 'negative'`],
    ['api', `UPDATE accounts SET role = 'official'`],
    ['api', `UPDATE cases SET enterprise = 'e-1'`],
    // The worker signs nobody in, knows no password and sees no words.
    ['worker', `INSERT INTO signing_keys (public_key) VALUES ('x')`],
    ['worker', `INSERT INTO accounts (id, login, display_name, role) VALUES ('x', 'x', 'x', 'official')`],
    ['worker', `SELECT password_hash FROM accounts`],
    ['worker', `SELECT * FROM credentials`],
    ['worker', `SELECT body FROM texts`],
    ['worker', `SELECT key FROM texts`],
    ['worker', `UPDATE texts SET body = 'other'`],
    ['worker', `UPDATE people SET name = 'other'`],
    [
      'worker',
      `INSERT INTO test_results (id, case_number, round, sheet, person, result) VALUES ('x', 'x', 'x', 'x', 'x', 'negative')`,
    ],
    ['worker', `SELECT sealed FROM medicine_orders`],
    ['worker', `UPDATE cases SET enterprise = 'e-1'`],
    // The reader writes nothing and sees nobody.
    [
      'reader',
      `INSERT INTO ledger (stream, sequence, type, at, account, role, entry, previous, hash) VALUES ('x', 1, 'x', now(), 'x', 'x', '{}', '', '')`,
    ],
    ['reader', `SELECT name FROM people`],
    ['reader', `SELECT document_mask FROM people`],
    ['reader', `SELECT display_name FROM accounts`],
    ['reader', `SELECT body FROM texts`],
    ['reader', `SELECT * FROM document_chunks`],
    ['reader', `SELECT body FROM messages`],
    ['reader', `SELECT * FROM emergency_contacts`],
    ['reader', `COPY people TO STDOUT`],
  ] as const)('not %s: %s', async (role, statement) => {
    expect(await refused(role, statement)).toBe(PRIVILEGE);
  });

  test('the reader counts what statistics count', async () => {
    const { rows } = await db
      .as('reader')
      .query(
        `SELECT (SELECT count(*) FROM ledger) AS entries, (SELECT count(id) FROM people) AS people, (SELECT count(*) FROM cases) AS cases`,
      );
    expect(rows).toEqual([{ entries: 0, people: 0, cases: 1 }]);
  });
});

test('the owner too is refused, unless the trigger is off', async () => {
  for (const statement of [
    'UPDATE signing_keys SET created_at = now()',
    'DELETE FROM signing_keys',
    'TRUNCATE signing_keys',
  ])
    await expect(db.pool.query(statement)).rejects.toThrow('rows of signing_keys can only be added');
  await db.rewrite('UPDATE signing_keys SET created_at = now()');
  await expect(db.pool.query('DELETE FROM signing_keys')).rejects.toThrow('can only be added');
});

test('a process says as whom it works when that is the owner, and refuses the address of another one', async () => {
  expect(await warningOfRole(db.as('api'), 'api')).toBeUndefined();
  expect(await warningOfRole(db.pool, 'api')).toContain('works as fugong, who owns the tables');
  await expect(warningOfRole(db.as('worker'), 'api')).rejects.toThrow(WrongRole);
});
