/** Brings the database's schema up to the newest migration; safe to run by several processes at once. */
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

/** A server that does not answer within this is away. */
const CONNECT_MS = 10_000;

/**
 * Plain SQL files `<number>_<name>.sql`, each applied once, in a transaction of its own, in the order of their numbers. Whoever
 * comes second waits for the first. `say` hears of each one that was applied, and of nothing else.
 */
export async function migrate(databaseUrl: string, say: (line: string) => void = console.log): Promise<void> {
  // Our own client, for the library's has no listener: a connection dropped while it waits would end the process.
  const dbClient = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_MS });
  dbClient.on('error', () => undefined);
  await dbClient.connect();
  try {
    const applied = await runner({
      dbClient,
      dir: join(__dirname, 'migrations'),
      direction: 'up',
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      log: () => undefined,
    });
    for (const { name } of applied) say(`database: applied ${name}`);
  } finally {
    await dbClient.end().catch(() => undefined);
  }
}
