/** The worker's key file, made by the first worker of a system and not given another by itself; and that its key stands under the root. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ConfigurationError, type Environment } from '../config/env';
import { NotStanding, standIn, type Standing } from '../db/ledger/own-keys';
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

/**
 * Waits until the present key counts: 60 s after it was added. @throws ConfigurationError with one line when it does not stand under
 * the town's root key
 */
export async function standUnderRoot(
  pool: Pool,
  keys: readonly WorkerKey[],
  settings: Pick<Environment, 'workerKeyFile' | 'rootKeyFile' | 'rootPublicKeyFile'>,
  stopping?: AbortSignal,
): Promise<Standing> {
  const publicKeys = keys.map(({ publicKey }) => publicKey);
  const own = { holder: 'worker', publicKeys, file: `WORKER_KEY_FILE ${settings.workerKeyFile}` } as const;
  for (;;) {
    const standing = await standIn(pool, own, settings).catch((error: unknown) => {
      throw error instanceof NotStanding ? new ConfigurationError(error.message) : error;
    });
    if (standing.waitMs === 0) return standing;
    await pause(standing.waitMs, undefined, { signal: stopping });
  }
}

function isWithoutTables(error: unknown): boolean {
  const UNDEFINED_TABLE = '42P01';
  return (error as { code?: unknown } | null)?.code === UNDEFINED_TABLE;
}
