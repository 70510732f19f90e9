/** Brings the database's schema up to the newest migration; safe to run by several processes at once. */
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';

/** Plain SQL files, applied once each in the order of their names under an advisory lock. */
export async function migrate(databaseUrl: string): Promise<void> {
  await runner({
    databaseUrl,
    dir: join(__dirname, 'migrations'),
    direction: 'up',
    migrationsTable: 'migrations',
    // A second process waits for the first instead of failing.
    advisoryLockWait: true,
    log: () => undefined,
  } as Parameters<typeof runner>[0]);
}
