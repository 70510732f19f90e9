/** The worker process: connects, registers what the server must know, works, and drains when it is told to stop. */
import { setTimeout as pause } from 'node:timers/promises';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Runtime, type LogLevel, type LogMetadata } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import { createActivities } from '../activities';
import { ConfigurationError, readEnvironment } from '../config/env';
import { runningAddresses } from '../config/running';
import { createPool, isUnavailable, type Pool } from '../db/pool';
import { createAllocator } from '../db/supply-orders';
import { createFactReader } from '../db/facts';
import { createRecorder } from '../db/recorder';
import { sweep } from '../db/sweep';
import { workflowBundle } from './bundle';
import { registerSearchAttributes } from './search-attributes';
import { createWorker } from './worker';

/** What is swept has been of no use for a day or more: once an hour is soon enough. */
const SWEEP_MS = 3_600_000;
/** A Temporal server that is starting is asked this often … */
const CONNECT_PAUSE_MS = 500;
/** … and this long, before the process ends with a line that says so and its supervisor starts another. */
const CONNECT_TRIES = 60;

async function main(): Promise<void> {
  const environment = readEnvironment();
  const { temporalAddress, temporalNamespace, databaseUrl } = runningAddresses(environment);
  const log = pino({ level: environment.logLevel, base: { part: 'worker' } });
  Runtime.install({ logger: sdkLogger(log), shutdownSignals: ['SIGTERM', 'SIGINT'] });
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await connect({ ...connectionOptions, address: temporalAddress });
  await registerSearchAttributes(connection, temporalNamespace);
  const pool = createPool(databaseUrl);
  const { workflowBundle: codePath } = environment;
  const worker = await createWorker({
    connection,
    namespace: temporalNamespace,
    bundle: codePath === undefined ? await workflowBundle() : { codePath },
    activities: createActivities({
      recorder: createRecorder(pool),
      facts: createFactReader(pool),
      stock: createAllocator(pool),
    }),
  });
  const sweeping = setInterval(() => void sweepOnce(pool, log), SWEEP_MS);
  log.info('worker runs');
  try {
    await worker.run();
  } finally {
    clearInterval(sweeping);
    await connection.close();
    await pool.end();
  }
  log.info('worker has drained');
}

async function connect(
  options: NonNullable<Parameters<typeof NativeConnection.connect>[0]>,
): Promise<NativeConnection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (tries >= CONNECT_TRIES) throw error;
      await pause(CONNECT_PAUSE_MS);
    }
  }
}

async function sweepOnce(pool: Pool, log: Logger): Promise<void> {
  try {
    log.info({ swept: await sweep(pool) }, 'swept');
  } catch (error) {
    if (!isUnavailable(error)) log.error({ err: error }, 'sweeping failed');
  }
}

/** The SDK's logs as JSON lines of the same process. */
function sdkLogger(log: Logger) {
  const write = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: LogMetadata) =>
    log[level](meta ?? {}, message);
  const levels: Record<LogLevel, ReturnType<typeof write>> = {
    TRACE: write('trace'),
    DEBUG: write('debug'),
    INFO: write('info'),
    WARN: write('warn'),
    ERROR: write('error'),
  };
  return {
    log: (level: LogLevel, message: string, meta?: LogMetadata) => levels[level](message, meta),
    trace: levels.TRACE,
    debug: levels.DEBUG,
    info: levels.INFO,
    warn: levels.WARN,
    error: levels.ERROR,
  };
}

main().catch((error: unknown) => {
  const line =
    error instanceof ConfigurationError
      ? error.message
      : `worker: ${String(error instanceof Error ? error.message : error)}`;
  console.error(line);
  process.exitCode = 1;
  // Threads of the SDK may still run; the supervisor starts a new process.
  setImmediate(() => process.exit(1));
});
