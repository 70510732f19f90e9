/** Answers for the whole: which parts are started in which order, with which addresses, and how they are stopped. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { trialKey, TRIAL_ACCOUNT } from '../config/channel-secrets';
import { childEnvironment, ConfigurationError, PROJECT_ROOT, type Environment } from '../config/env';
import { readProgramme } from '../programme/read';
import { ADDRESSES_FILE, POSTGRES_FILE, TEMPORAL_FILE } from '../config/backup-files';
import { RELEASE_LINE } from '../config/log';
import type { Addresses } from '../config/running-addresses';
import { DataFolder, PARTS, type Hold, type PartName } from './data-folder';
import { checkExternalParts } from './external';
import { Part, StartFailure, type Launch, type PartPlan } from './part';
import { answers, authority, claimPorts, reachable, type PortUse } from './ports';
import { holdings } from './holdings';
import { applicationDatabase, databaseOf, lost, postgresIsReady, postgresLaunch, prepareCluster } from './postgres';
import { makesRoot } from './root';
import { isTakeoverDue } from './takeover';
import { temporalBinary } from './temporal-binary';
import { temporalIsReady, temporalLaunch } from './temporal';

type Say = (line: string) => void;

/** 1.5 s: /readyz asks PostgreSQL and Temporal before it answers. */
const READY_MS = 1_500;
/** 15 s: a start takes less; a longer one should say what it waits for. */
const STILL_WAITING_MS = 15_000;

/** One start of the embedded system. `stop` may be called at any time, also while `start` is under way. */
export class EmbeddedSystem {
  readonly #folder: DataFolder;
  readonly #parts = new Map<PartName, Part>();
  readonly #stopping = new AbortController();
  /** What the start is doing; it may have helpers (initdb, pip, the bundler) that are to be gone when `stop` resolves. */
  readonly #underWay: Promise<unknown>[] = [];
  #hold: Hold | undefined;
  /** Addresses of the roles of an embedded PostgreSQL. */
  #roles: Pick<Addresses, 'apiDatabaseUrl' | 'workerDatabaseUrl'> = {};
  /** The last line of a worker's log about its release. */
  #release: string | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly say: Say,
  ) {
    this.#folder = new DataFolder(environment.dataDir);
  }

  /** Resolves with the addresses when /readyz answers 200. When it rejects, `stop` is still to be called. */
  async start(): Promise<Addresses> {
    const { environment, say } = this;
    this.#folder.create();
    this.#hold = await this.#folder.take(say);
    await this.#folder.endLeftovers(say);
    const ports = await claimPorts(portUses(environment));
    await checkExternalParts(environment);
    // Before Temporal makes its file.
    const hadTemporal = this.#folder.hasTemporal();
    if (environment.databaseUrl !== undefined) this.#roles = rolesOf(environment);
    // Nothing that was ever kept can have lost its other half: both start at once.
    const first = !hadTemporal && environment.databaseUrl === undefined && !this.#folder.has(POSTGRES_FILE);
    const database = this.#track(environment.databaseUrl ?? this.#startPostgres(ports.postgres)).then((url) =>
      this.#refuseHalf(url, hadTemporal),
    );
    // Two cores: servers start while the workflows are bundled.
    const [databaseUrl, temporalAddress, smtpUrl, fakesUrl, bundle] = await Promise.all([
      database,
      this.#track(
        environment.temporalAddress ?? this.#startTemporal(ports, first || hadTemporal ? undefined : database),
      ),
      this.#track(environment.smtpUrl ?? this.#startMailCatcher(ports.smtp)),
      this.#track(this.#startFakes(ports.fakes)),
      this.#track(environment.workflowBundle ?? this.#bundleWorkflows()),
    ]);
    const api = authority(reachable(environment.bind), ports.api);
    const addresses: Addresses = {
      apiUrl: `http://${api}`,
      ...(environment.temporalAddress === undefined && { temporalUiUrl: `http://127.0.0.1:${ports.temporalUi}` }),
      ...{ temporalAddress, temporalNamespace: environment.temporalNamespace, databaseUrl, smtpUrl },
      ...(fakesUrl !== undefined && { fakesUrl }),
      ...this.#roles,
    };
    await this.#migrate(databaseUrl);
    if (addresses.apiDatabaseUrl === undefined || addresses.workerDatabaseUrl === undefined)
      this.say(
        'database: API or worker works as its owner, who can rewrite the ledger; API_DATABASE_URL or WORKER_DATABASE_URL is missing: npm run roles (docs/operations.md, "Roles")',
      );
    this.#folder.writePrivately(ADDRESSES_FILE, JSON.stringify(addresses, null, 2));
    await this.#establishRoot(databaseUrl);
    await this.#takeOver(addresses);
    await this.#startOwnProcesses(addresses, ports.api, bundle);
    void this.#track(this.#buildConsole());
    return addresses;
  }

  /**
   * PostgreSQL and Temporal hold one system together: either of them empty beside the other's cases is a loss, not a first start.
   * @returns the address. @throws ConfigurationError with one line that names what is missing
   */
  async #refuseHalf(databaseUrl: string, hadTemporal: boolean): Promise<string> {
    if (this.environment.temporalAddress !== undefined) return databaseUrl;
    const held = await holdings(databaseUrl);
    const folder = this.#folder;
    if (held.tables && !hadTemporal && held.openCases > 0)
      throw lost(folder, folder.file(TEMPORAL_FILE), `${held.openCases} open cases of the database go on in it`);
    if (!held.tables && hadTemporal && folder.hasRun())
      throw new ConfigurationError(
        `The database is empty, and ${folder.file(TEMPORAL_FILE)} holds the cases of a system that has run: restore the database from the backup (docs/operations.md, "Backup"), set DATABASE_URL to the one that it ran with, or begin an empty system in another folder (DATA_DIR).`,
      );
    return databaseUrl;
  }

  async #startPostgres(port: number): Promise<string> {
    const cluster = await prepareCluster(this.#folder, this.say, this.#stopping.signal);
    await this.#startPart({
      name: 'postgres',
      launch: () => postgresLaunch(cluster, port),
      probe: () => postgresIsReady(cluster, port),
    });
    const url = await applicationDatabase(cluster, port);
    this.#roles = {
      apiDatabaseUrl: databaseOf(cluster, url, 'api'),
      workerDatabaseUrl: databaseOf(cluster, url, 'worker'),
    };
    return url;
  }

  /** `before`: what must have come out well before it makes a file of its own. */
  async #startTemporal(
    ports: { temporal: number; temporalUi: number },
    before: Promise<unknown> | undefined,
  ): Promise<string> {
    const { environment, say } = this;
    const program = await temporalBinary(environment, { say, signal: this.#stopping.signal });
    await before;
    await this.#startPart({
      name: 'temporal',
      launch: () => temporalLaunch(program, this.#folder, ports, environment),
      probe: () => temporalIsReady(ports, environment.temporalNamespace),
    });
    return `127.0.0.1:${ports.temporal}`;
  }

  async #startMailCatcher(port: number): Promise<string> {
    const settings = { DATA_DIR: this.#folder.path, SMTP_PORT: String(port) };
    await this.#startPart({
      name: 'mail-catcher',
      launch: () => nodeLaunch('local/mail-catcher.ts', childEnvironment(settings)),
      probe: () => answers(port, '127.0.0.1'),
    });
    return `smtp://127.0.0.1:${port}`;
  }

  /** WeCom and the official account as they are in trial mode; live mode has real ones, or none. */
  async #startFakes(port: number): Promise<string | undefined> {
    const { environment } = this;
    if (environment.mode !== 'trial' || environment.fakesUrl !== undefined) return environment.fakesUrl;
    const { channels } = readProgramme(environment.programme);
    const keys = channels.groups.flatMap(({ id }) => ['--wecom-key', trialKey(id)]);
    const account = ['--app-id', TRIAL_ACCOUNT.appId, '--secret', TRIAL_ACCOUNT.secret];
    const publishes = channels.officialAccount.mode === 'publish' ? ['--may-publish'] : [];
    // Only mails that are caught here can be shown.
    const mails = environment.smtpUrl === undefined ? ['--mails', this.#folder.file('mail')] : [];
    const places = ['--port', String(port), '--folder', this.#folder.file('fakes'), ...mails];
    const args = [...places, ...keys, ...account, ...publishes];
    await this.#startPart({
      name: 'fakes',
      launch: () => nodeLaunch('local/fakes/main.ts', childEnvironment({}), args),
      probe: () => answers(port, '127.0.0.1'),
    });
    return `http://127.0.0.1:${port}`;
  }

  async #bundleWorkflows(): Promise<string> {
    const file = this.#folder.file('workflow-bundle.js');
    const { code, said } = await this.#run('scripts/build.ts', [file]);
    this.#refuseWhenStopping();
    if (code !== 0) throw new StartFailure(`The workflows cannot be bundled: ${said}`);
    return file;
  }

  /** After everything else: until it is done a page says so, and nothing else waits for it. A failure leaves the system as it is. */
  async #buildConsole(): Promise<void> {
    if (!existsSync(path.join(PROJECT_ROOT, 'web'))) return;
    const begun = performance.now();
    const found = await this.#run('scripts/build-console.ts', [this.environment.consoleFolder]).catch(() => undefined);
    if (this.#stopping.signal.aborted) return;
    if (found?.code === 0) this.say(`console: ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    else this.say(`console: cannot be built: ${found?.said ?? 'not started'}`);
  }

  /** A process of its own: building takes hundreds of megabytes, and this one lives as long as the system. */
  async #run(
    entry: string,
    args: readonly string[],
    {
      env = childEnvironment({}),
      heard = () => undefined,
    }: { readonly env?: NodeJS.ProcessEnv; readonly heard?: Say } = {},
  ): Promise<{ code: number | null; said: string }> {
    const { file: node, args: all, ...options } = nodeLaunch(entry, env, args);
    const child = spawn(node, all, { ...options, stdio: ['ignore', 'pipe', 'pipe'], signal: this.#stopping.signal });
    createInterface(child.stdout).on('line', heard);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise<number | null>((resolve, reject) => {
      // A child that was told to stop emits an error at once and closes a moment later: nothing of it may be left by then.
      child.once('error', (error) => (child.pid === undefined ? reject(error) : undefined));
      child.once('close', resolve);
    });
    return { code, said: said.trim() };
  }

  async #migrate(databaseUrl: string): Promise<void> {
    this.#refuseWhenStopping();
    const { migrate, NewerDatabase } = await import('../db/sql/migrate');
    await migrate(databaseUrl).catch((error: unknown) => {
      throw error instanceof NewerDatabase ? new StartFailure(error.message) : error;
    });
  }

  /** Before anything signs: a key of API or worker counts only under the town's root key. */
  async #establishRoot(databaseUrl: string): Promise<void> {
    this.#refuseWhenStopping();
    if (await makesRoot(databaseUrl, this.environment))
      this.say(`root key: made; keep ${this.environment.rootKeyFile} apart (docs/operations.md, "The root key")`);
  }

  /** What runs on the code of the landed release goes on on this one's; nearly always that was done by an earlier start. */
  async #takeOver(addresses: Addresses): Promise<void> {
    if (!(await isTakeoverDue(addresses.databaseUrl))) return;
    this.#refuseWhenStopping();
    const env = childEnvironment(this.#settings(addresses));
    const { code, said } = await this.#run('scripts/takeover.ts', [], { env, heard: this.say });
    this.#refuseWhenStopping();
    if (code !== 0) throw new StartFailure(said);
  }

  /** What every process of this project is told. */
  #settings(addresses: Addresses) {
    const { environment } = this;
    return {
      DATA_DIR: environment.dataDir,
      TEMPORAL_ADDRESS: addresses.temporalAddress,
      TEMPORAL_NAMESPACE: addresses.temporalNamespace,
      DATABASE_URL: addresses.databaseUrl,
      SMTP_URL: addresses.smtpUrl,
      FUGONG_MODE: environment.mode,
      PROGRAMME: environment.programme,
      SIGNING_KEY_FILE: environment.signingKeyFile,
      ROOT_KEY_FILE: environment.rootKeyFile,
      ROOT_PUBLIC_KEY_FILE: environment.rootPublicKeyFile,
    };
  }

  async #startOwnProcesses(addresses: Addresses, port: number, bundle: string): Promise<void> {
    const { environment } = this;
    const { databaseUrl, apiDatabaseUrl = databaseUrl, workerDatabaseUrl = databaseUrl } = addresses;
    const told = {
      PORT: String(port),
      BIND: environment.bind,
      ...this.#settings(addresses),
      WORKER_KEY_FILE: environment.workerKeyFile,
      OTHER_SDK: environment.otherSdk,
      // Nobody else starts a worker beside this one.
      FOURTH_BUILD: 'move',
      PERSONAL_KEY_FILE: environment.personalKeyFile,
      CHANNEL_SECRETS_FILE: environment.channelSecretsFile,
      PUBLIC_URL: environment.publicUrl ?? addresses.apiUrl,
      ...(addresses.fakesUrl !== undefined && { FAKES_URL: addresses.fakesUrl }),
      WORKFLOW_BUNDLE: bundle,
      CONSOLE_FOLDER: environment.consoleFolder,
      LOG_LEVEL: environment.logLevel,
      ...(addresses.temporalUiUrl !== undefined && {
        TEMPORAL_UI_PORT: new URL(addresses.temporalUiUrl).port,
        TEMPORAL_UI_URL: environment.temporalUiUrl ?? addresses.temporalUiUrl,
      }),
      // Each has its own role's address and no other.
      ...{ API_DATABASE_URL: '', WORKER_DATABASE_URL: '' },
    };
    const as = (url: string) => childEnvironment({ ...told, DATABASE_URL: url });
    this.#release = this.#folder.lastLogLine('worker', RELEASE_LINE);
    // One answer speaks for both: /readyz is 200 when what the API needs is there.
    const probe = () => {
      this.#sayRelease();
      return isReady(addresses.apiUrl);
    };
    const waiting = setInterval(() => this.say(`still waiting for ${addresses.apiUrl}/readyz …`), STILL_WAITING_MS);
    try {
      await Promise.all([
        this.#startPart({ name: 'worker', launch: () => nodeLaunch('workers/main.ts', as(workerDatabaseUrl)), probe }),
        this.#startPart({ name: 'api', launch: () => nodeLaunch('api/main.ts', as(apiDatabaseUrl)), probe }),
      ]);
    } finally {
      clearInterval(waiting);
    }
  }

  /** What the worker says of its release, such as how many cases have moved before it can be ready. */
  #sayRelease(): void {
    const line = this.#folder.lastLogLine('worker', RELEASE_LINE);
    if (line === undefined || line === this.#release) return;
    this.#release = line;
    this.say(`worker: ${line.slice(RELEASE_LINE.length)}`);
  }

  #track<T>(work: T | Promise<T>): Promise<T> {
    const promise = Promise.resolve(work);
    this.#underWay.push(promise);
    return promise;
  }

  async #startPart(plan: PartPlan): Promise<void> {
    this.#refuseWhenStopping();
    const begun = performance.now();
    const part = new Part(plan, this.#folder, this.say);
    this.#parts.set(plan.name, part);
    await part.start();
    this.say(`${plan.name}: ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  }

  #refuseWhenStopping(): void {
    if (this.#stopping.signal.aborted) throw new StartFailure('The start was stopped.');
  }

  /** Ends every part, first who takes orders, last who keeps them; resolves when no process is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#hold?.stopping();
    for (const name of PARTS) await this.#parts.get(name)?.stop();
    await Promise.allSettled(this.#underWay);
    this.#hold?.release();
  }

  /** At once, without asking: nothing that was acknowledged is lost by it, but the next start recovers. */
  kill(): void {
    this.#stopping.abort();
    for (const part of this.#parts.values()) part.kill();
  }
}

/** As they were given beside DATABASE_URL. */
function rolesOf({ apiDatabaseUrl, workerDatabaseUrl }: Environment) {
  return { ...(apiDatabaseUrl && { apiDatabaseUrl }), ...(workerDatabaseUrl && { workerDatabaseUrl }) };
}

function portUses(
  environment: Environment,
): Record<'api' | 'temporal' | 'temporalUi' | 'postgres' | 'smtp' | 'fakes', PortUse> {
  const local = '127.0.0.1';
  // A part that is not embedded needs no port: 0 asks for one that is free, and nobody takes it.
  const unless = (given: string | undefined, port: number) => (given === undefined ? port : 0);
  const { temporalAddress, databaseUrl, smtpUrl } = environment;
  return {
    api: { what: 'the API', variable: 'PORT', port: environment.port, host: environment.bind },
    temporal: {
      what: 'Temporal',
      variable: 'TEMPORAL_PORT',
      port: unless(temporalAddress, environment.temporalPort),
      host: local,
    },
    temporalUi: {
      what: 'the Temporal UI',
      variable: 'TEMPORAL_UI_PORT',
      port: unless(temporalAddress, environment.temporalUiPort),
      host: local,
    },
    postgres: {
      what: 'PostgreSQL',
      variable: 'POSTGRES_PORT',
      port: unless(databaseUrl, environment.postgresPort),
      host: local,
    },
    fakes: {
      what: 'the fake platforms',
      variable: 'FAKES_PORT',
      port: environment.mode === 'trial' ? unless(environment.fakesUrl, environment.fakesPort) : 0,
      host: local,
    },
    smtp: { what: 'the mail catcher', variable: 'SMTP_PORT', port: unless(smtpUrl, environment.smtpPort), host: local },
  };
}

function nodeLaunch(entry: string, env: NodeJS.ProcessEnv, args: readonly string[] = []): Launch {
  // From the project's folder: that is where node finds the tsx of --import.
  return {
    file: process.execPath,
    args: ['--import', 'tsx', path.join(PROJECT_ROOT, entry), ...args],
    cwd: PROJECT_ROOT,
    env,
  };
}

async function isReady(apiUrl: string): Promise<boolean> {
  const answer = await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(READY_MS) });
  await answer.body?.cancel();
  return answer.status === 200;
}
