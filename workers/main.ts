/** The worker process: connects, registers what the server must know, works, and drains when it is told to stop. */
import { readFile } from 'node:fs/promises';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Client } from '@temporalio/client';
import { Runtime, type LogLevel, type LogMetadata } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities';
import { CHANNEL_IDS } from '../channels/channel';
import { channelSecrets } from '../config/channel-secrets';
import { ConfigurationError, readEnvironment, WRONG_SETTING } from '../config/env';
import { openLog } from '../config/log';
import { readProgramme } from '../programme/read';
import { offsetOf } from '../programme/schema';
import { runningAddresses } from '../config/running-addresses';
import { createPool, isUnavailable, type Pool } from '../db/sql/pool';
import { createAllocator } from '../db/supplies/supply-orders';
import { createFactReader } from '../db/case/facts';
import { createRecorder } from '../db/case/recorder';
import { KeptRing } from '../db/ledger/ring';
import { warningOfRole, WrongRole } from '../db/sql/roles';
import { sweep } from '../db/operations/sweep';
import { RELEASE_LINE } from '../config/log';
import { SCHEMA } from '../domain/case/state';
import { buildIdOf, workflowBundle } from './bundle';
import { Fleet } from './fleet';
import { keepHistories } from './histories';
import { createNotices } from './notices';
import { Bell } from './bell';
import { registerSearchAttributes } from './search-attributes';
import { scheduleSummary } from './summary-schedule';
import { Reconciler } from './reconciler';
import { startReleases, type OwnBuild } from './releases';
import { establishWorkerKeys, standUnderRoot } from './keys';
import { startSealing } from './sealing';
import { connect } from './connect';

/** What is swept has been of no use for a day or more: once an hour is soon enough. */
const SWEEP_MS = 3_600_000;
/** A bulletin whose workflow could not be started when it was scheduled is published no later than that. */
const BULLETINS_MS = 60_000;

async function main(): Promise<void> {
  const environment = readEnvironment();
  const { temporalAddress, temporalNamespace, databaseUrl, smtpUrl, apiUrl } = runningAddresses(environment);
  const programme = readProgramme(environment.programme);
  const secrets = channelSecrets(
    environment,
    programme.channels.groups.map(({ id }) => id),
  );
  const log = openLog('worker', environment.logLevel);
  Runtime.install({ logger: sdkLogger(log), shutdownSignals: ['SIGTERM', 'SIGINT'] });
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await connect({ ...connectionOptions, address: temporalAddress });
  await registerSearchAttributes(connection, temporalNamespace);
  await keepHistories(connection, temporalNamespace, (line) => log.warn(line));
  const pool = createPool(databaseUrl);
  const client = new Client({ connection, namespace: temporalNamespace });
  const bell = new Bell(client, (error) => log.warn({ err: error }, 'a channel could not be rung; it looks by itself'));
  const notices = createNotices(
    { pool, programme, publicUrl: environment.publicUrl ?? apiUrl, smtpUrl, secrets },
    bell,
  );
  const activities = createActivities({
    recorder: bell.listening(createRecorder(pool, { mode: environment.mode }), () => notices.mailroom.spread()),
    facts: createFactReader(pool),
    stock: createAllocator(pool),
    notices,
  });
  const fleet = new Fleet({ connection, namespace: temporalNamespace, activities });
  const sweeping = setInterval(() => void sweepOnce(pool, log), SWEEP_MS);
  const starting = setInterval(() => void startBulletins(bell, pool, log), BULLETINS_MS);
  scheduleSummary(client, programme).catch((error: unknown) => log.error({ err: error }, 'no schedule of the summary'));
  const reconciler = new Reconciler({
    pool,
    client,
    failed: (error) => log.warn({ err: error }, 'a pass was cut off'),
  });
  const stopping = stopOnSignals(fleet);
  let endSealing = () => Promise.resolve();
  try {
    const own = await ownBuild(environment.workflowBundle);
    const keys = await establishWorkerKeys(pool, environment, log, stopping);
    const { rootPublicKey } = await standUnderRoot(pool, keys, environment, stopping);
    const ring = new KeptRing(pool, rootPublicKey);
    endSealing = startSealing({ pool, key: keys[0], ring, utcOffsetMinutes: offsetOf(programme) }, log);
    const warning = await warningOfRole(pool, 'worker');
    if (warning !== undefined) log.warn(warning);
    const { fourthBuild, otherSdk } = environment;
    const say = (line: string) => console.error(`${RELEASE_LINE}${line}`);
    await startReleases({ pool, client, fleet, keys, own, fourthBuild, otherSdk, say, stopping });
    // Their workflows are there from the first start on, for operators to see.
    bell.ring(CHANNEL_IDS);
    reconciler.start();
    log.info({ builds: fleet.builds }, 'worker runs');
    await fleet.ended();
  } catch (error) {
    // What was being started is not, for the process was told to stop.
    if (!stopping.aborted) throw error;
  } finally {
    fleet.stop();
    await fleet.ended().catch(() => undefined);
    clearInterval(sweeping);
    clearInterval(starting);
    await endSealing();
    await reconciler.stop();
    await bell.stop();
    await Promise.all([...notices.channels.values()].map((channel) => channel.close()));
    await connection.close();
    await pool.end();
  }
  log.info('worker has drained');
}

async function ownBuild(codePath: string | undefined): Promise<OwnBuild> {
  const { code } = codePath === undefined ? await workflowBundle() : { code: await readFile(codePath, 'utf8') };
  return { build: buildIdOf(code), code, schema: SCHEMA };
}

/** Aborted when the process is told to stop: the SDK drains the workers, and what is still being started is left. */
function stopOnSignals(fleet: Fleet): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stopping.abort();
      fleet.stop();
    });
  }
  return stopping.signal;
}

async function sweepOnce(pool: Pool, log: Logger): Promise<void> {
  try {
    log.info({ swept: await sweep(pool) }, 'swept');
  } catch (error) {
    if (!isUnavailable(error)) log.error({ err: error }, 'sweeping failed');
  }
}

async function startBulletins(bell: Bell, pool: Pool, log: Logger): Promise<void> {
  try {
    await bell.startBulletins(pool);
  } catch (error) {
    if (!isUnavailable(error)) log.error({ err: error }, 'looking for scheduled bulletins failed');
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
  const foreseen = error instanceof ConfigurationError || error instanceof WrongRole;
  console.error(foreseen ? error.message : `worker: ${String(error instanceof Error ? error.message : error)}`);
  process.exitCode = foreseen ? WRONG_SETTING : 1;
  // Threads of the SDK may still run; the supervisor starts a new process.
  setImmediate(() => process.exit());
});
