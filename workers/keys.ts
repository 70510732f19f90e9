/** The worker's key file: made by the first worker of a system; a system that has one is not given another by itself. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ConfigurationError, type Environment } from '../config/env';
import { locked, releases } from '../db/operations/releases';
import { isUnavailable, type Pool } from '../db/sql/pool';
import { loadWorkerKeys, type WorkerKey } from '../proof/worker-key';

/** A PostgreSQL that is starting takes a second or two. */
const RETRY_MS = 500;

/**
 * Waits for PostgreSQL and its tables, then reads the file, or makes it for a system that has no release yet.
 * @throws ConfigurationError with one line when the file is missing beside stored bundles
 */
export async function establishWorkerKeys(
  pool: Pool,
  { workerKeyFile }: Pick<Environment, 'workerKeyFile'>,
  log: Pick<Logger, 'warn'>,
  stopping?: AbortSignal,
): Promise<[WorkerKey, ...WorkerKey[]]> {
  for (let told = false; ; told = true) {
    stopping?.throwIfAborted();
    try {
      // A start that has made the key registers its release under the same lock soon after.
      return await locked(pool, async () => keysOf(workerKeyFile, (await releases(pool)).length > 0));
    } catch (error) {
      if (!isUnavailable(error) && !isWithoutTables(error)) throw error;
      if (!told) log.warn('waiting for PostgreSQL and its tables');
      await pause(RETRY_MS, undefined, { signal: stopping });
    }
  }
}

function keysOf(file: string, known: boolean): [WorkerKey, ...WorkerKey[]] {
  if (known && !existsSync(file))
    throw new ConfigurationError(
      `WORKER_KEY_FILE ${file} is missing, and the system of this database has one: copy the file from the machine that is running, or from the backup (docs/operations.md, "The worker's key").`,
    );
  return loadWorkerKeys(file);
}

function isWithoutTables(error: unknown): boolean {
  const UNDEFINED_TABLE = '42P01';
  return (error as { code?: unknown } | null)?.code === UNDEFINED_TABLE;
}
