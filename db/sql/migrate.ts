/** Brings the database's schema up to the newest migration; safe to run by several processes at once. */
import { readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { grantRoles } from './grants';

/** A server that does not answer within this is away. */
const CONNECT_MS = 10_000;

const MIGRATIONS = join(__dirname, 'migrations');

/** The database was brought up to date by a later release. Its message is one line. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
}

/**
 * Plain SQL files `<number>_<name>.sql`, each applied once, in a transaction of its own, in the order of their numbers. Whoever
 * comes second waits for the first. `say` hears of each one that was applied, and of nothing else. Then the roles that there are
 * get what they need of the tables (grants.ts).
 * @throws NewerDatabase, with nothing changed, for a database that has migrations which this release does not know
 */
export async function migrate(databaseUrl: string, say: (line: string) => void = console.log): Promise<void> {
  // Our own client, for the library's has no listener: a connection dropped while it waits would end the process.
  const dbClient = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_MS });
  dbClient.on('error', () => undefined);
  await dbClient.connect();
  try {
    await refuseNewer(dbClient);
    const applied = await runner({
      dbClient,
      dir: MIGRATIONS,
      direction: 'up',
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      log: () => undefined,
    });
    for (const { name } of applied) say(`database: applied ${name}`);
    await grantRoles(dbClient);
  } finally {
    await dbClient.end().catch(() => undefined);
  }
}

async function refuseNewer(client: pg.Client): Promise<void> {
  const { rows: made } = await client.query<{ is: boolean }>("SELECT to_regclass('migrations') IS NOT NULL AS is");
  if (!made[0]?.is) return;
  const own = new Set(readdirSync(MIGRATIONS).map((file) => parse(file).name));
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  const unknown = rows.map(({ name }) => name).filter((name) => !own.has(name));
  if (unknown.length === 0) return;
  throw new NewerDatabase(
    `The database was brought up to date by a later release (${unknown.join(', ')}): start that release or a later one.`,
  );
}
