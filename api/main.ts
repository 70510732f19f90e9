/** The API process: reads its settings, answers at once that it is starting, serves when PostgreSQL is there, stops gracefully. */
import type { RequestListener, Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Logger } from 'pino';
import { ConfigurationError, readEnvironment, WRONG_SETTING, type Environment } from '../config/env';
import { openLog } from '../config/log';
import { readProgramme } from '../programme/read';
import { runningAddresses } from '../config/running-addresses';
import { demoAccounts } from '../db/accounts/accounts';
import { Changes } from '../db/sql/changes';
import { createPool, isUnavailable } from '../db/sql/pool';
import { warningOfRole, WrongRole } from '../db/sql/roles';
import { createApp } from './app';
import { ActLimits } from './http/act-limits';
import type { Deps } from './http/deps';
import { establishKeys, standUnderRoot } from './operations/keys';
import { Problem, sendProblem } from './http/error-mapper';
import { createServer } from './http/server';
import { prepareTrial } from './accounts/trial';

/** A PostgreSQL that is starting takes a second or two. */
const RETRY_MS = 500;
/** A command takes at most 6 s (api/case/send.ts); who is still being answered after this is cut off. */
const DRAIN_MS = 8_000;
/** gRPC waits up to two minutes before it tries a server again; a person should not wait for that. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 1000 };

async function main(): Promise<void> {
  const environment = readEnvironment();
  const { temporalAddress, temporalNamespace: namespace, databaseUrl } = runningAddresses(environment);
  const log = openLog('api', environment.logLevel);
  const connection = connectionTo(temporalAddress);
  const parts: Parts = {
    pool: createPool(databaseUrl),
    temporal: new Client({ connection, namespace }),
    programme: readProgramme(environment.programme),
    changes: new Changes(databaseUrl),
    consoleFolder: environment.consoleFolder,
    temporalUi: environment.temporalUiUrl ?? null,
    mode: environment.mode,
    trustedProxies: environment.trustedProxies,
    limits: new ActLimits({ account: environment.accountActsPerMinute, case: environment.caseActsPerMinute }),
    log,
    now: () => Date.now(),
  };
  const entrance = new Entrance();
  const server = createServer(entrance.listener);
  const stopping = stopOnSignals(
    server,
    () => parts.changes.close(),
    async () => {
      await connection.close();
      await parts.pool.end();
    },
  );
  await listening(server, environment.port, environment.bind);
  log.info({ port: environment.port, mode: environment.mode }, 'api listens');
  const deps = await prepared(parts, environment, stopping);
  if (!deps) return;
  entrance.open(createApp(deps));
  log.info('api serves');
}

/** What there is before PostgreSQL has said which keys are the system's. */
type Parts = Omit<Deps, 'keys' | 'personal' | 'rootPublicKey'>;

/** Lets nobody in but who asks whether the process lives, until it is opened. */
class Entrance {
  #inside: RequestListener | undefined;

  readonly listener: RequestListener = (request, response) => {
    if (this.#inside) return this.#inside(request, response);
    if (request.url === '/healthz') {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"alive"}');
      return;
    }
    sendProblem(response, new Problem('starting', {}, [], { 'Retry-After': '1' }));
  };

  open(inside: RequestListener): void {
    this.#inside = inside;
  }
}

/** Connects with the first request: a Temporal that is away now does not keep the process from starting. */
function connectionTo(address: string): Connection {
  const { connectionOptions } = loadClientConnectConfig();
  return Connection.lazy({ ...(connectionOptions as ConnectionOptions), address, channelArgs: RECONNECT });
}

/**
 * Waits for PostgreSQL and its tables, compares the keys with the system's, then makes or refuses the demonstration accounts: in this
 * order, for a second machine with a folder of its own must not give new passwords to the first one's.
 * @returns undefined when the process is told to stop before
 */
async function prepared(parts: Parts, environment: Environment, stopping: AbortSignal): Promise<Deps | undefined> {
  for (let told = false; !stopping.aborted; told = true) {
    try {
      const warning = await warningOfRole(parts.pool, 'api');
      const keys = await establishKeys(parts.pool, environment);
      const { rootPublicKey, waitMs } = await standUnderRoot(parts.pool, keys.keys, environment);
      if (waitMs > 0) {
        parts.log.warn({ seconds: Math.ceil(waitMs / 1000) }, 'waiting until the signing key counts');
        await pause(Math.min(waitMs, RETRY_MS));
        continue;
      }
      const deps: Deps = { ...parts, ...keys, rootPublicKey };
      if (warning !== undefined) parts.log.warn(warning);
      if (deps.mode === 'trial') await prepareTrial(deps, environment.dataDir);
      else await refuseDemonstration(deps);
      return deps;
    } catch (error) {
      if (!isUnavailable(error) && !isWithoutTables(error)) throw error;
      if (!told) parts.log.warn('waiting for PostgreSQL and its tables');
      await pause(RETRY_MS);
    }
  }
  return undefined;
}

function isWithoutTables(error: unknown): boolean {
  const UNDEFINED_TABLE = '42P01';
  return (error as { code?: unknown }).code === UNDEFINED_TABLE;
}

async function refuseDemonstration({ pool }: Deps): Promise<void> {
  const found = await demoAccounts(pool);
  if (found.length === 0) return;
  throw new ConfigurationError(
    `Live mode does not start on a database with ${found.length} demonstration accounts: use another database, or FUGONG_MODE=trial.`,
  );
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ConfigurationError(`PORT ${port} on ${host} cannot be listened on: ${error.code ?? error.message}.`));
    });
    server.listen(port, host, resolve);
  });
}

/** Takes no new request, ends what would never end, answers those under way, then lets go of everything. A second signal ends at once. */
function stopOnSignals(server: Server, end: () => Promise<void>, release: () => Promise<void>): AbortSignal {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    server.close(() => {
      release().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    server.closeIdleConnections();
    void end();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  return stopping.signal;
}

/** Foreseen mistakes of settings are one line; anything else is one line too, with its place where faults are looked for. */
function fail(error: unknown, log?: Logger): never {
  const { message, stack } = error as Error;
  if (log) log.fatal({ at: stack?.split('\n').slice(1, 6) }, 'unforeseen end');
  const foreseen = error instanceof ConfigurationError || error instanceof WrongRole;
  console.error(foreseen ? message : `api: ${message}`);
  process.exit(foreseen ? WRONG_SETTING : 1);
}

process.on('unhandledRejection', (error) => fail(error, openLog('api', 'fatal')));
main().catch((error: unknown) => fail(error));
