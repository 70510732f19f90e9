/** The whole system in one test process: real Temporal, real PostgreSQL, a worker and the API on a free port, in trial mode. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createActivities } from '../../activities';
import { createApp } from '../../api/app';
import { ActLimits } from '../../api/http/act-limits';
import type { Deps } from '../../api/http/deps';
import { createServer } from '../../api/http/server';
import { loadPersonal } from '../../proof/personal';
import { loadSigningKeys } from '../../proof/signing';
import { prepareTrial } from '../../api/accounts/trial';
import { PROJECT_ROOT, readEnvironment } from '../../config/env';
import { readProgramme } from '../../programme/read';
import type { Programme } from '../../programme/schema';
import { Changes } from '../../db/sql/changes';
import { createFactReader } from '../../db/case/facts';
import { createRecorder } from '../../db/case/recorder';
import { createAllocator } from '../../db/supplies/supply-orders';
import { channelSecrets } from '../../config/channel-secrets';
import { createNotices } from '../../workers/notices';
import { Bell } from '../../workers/bell';
import type { DemoAccount } from '../../scripts/demo/town';
import { establishRootKey } from '../../proof/root-key';
import { TestDatabase } from './postgres';
import { rootFilesIn } from './root';
import { Served } from './served';
import { eventually, Temporal } from './temporal';
import { statusOf } from './status';

/** Where messages go; nowhere unless a test says otherwise. */
interface Places {
  readonly smtpUrl?: string;
  readonly fakesUrl?: string;
  readonly leaseMs?: number;
  /** Nothing is rung, so that a test's own channels get what is published. */
  readonly silent?: boolean;
}

/** Where the browser tests build it; nobody else looks at it. */
const CONSOLE = join(PROJECT_ROOT, 'build', 'console');

/** Port 1 of this machine: nobody listens there. */
const NOWHERE = { smtp: 'smtp://127.0.0.1:1', http: 'http://127.0.0.1:1' };

export class System {
  private constructor(
    readonly temporal: Temporal,
    readonly database: TestDatabase,
    readonly address: string,
    readonly dataDir: string,
    readonly accounts: readonly DemoAccount[],
    private readonly served: Served,
    private readonly places: Places,
    private readonly programme: Programme,
    /** What the API is made with; a second one is made with others. */
    readonly deps: Deps,
  ) {
    this.bell = new Bell(temporal.client, (error) => {
      throw error;
    });
  }

  readonly bell: Bell;
  readonly #notices: ReturnType<typeof createNotices>[] = [];

  static async start(...temporalConfig: string[]): Promise<System> {
    return System.startWith({}, ...temporalConfig);
  }

  /** As `start`, with a mail server and fakes of the platforms. */
  static async startWith(places: Places, ...temporalConfig: string[]): Promise<System> {
    const dataDir = mkdtempSync(join(tmpdir(), 'fugong-system-'));
    const [temporal, database] = await Promise.all([Temporal.start(...temporalConfig), TestDatabase.start()]);
    const programme = readProgramme(readEnvironment({}).programme);
    const keys = loadSigningKeys(join(dataDir, 'signing-key'));
    const deps = {
      pool: database.as('api'),
      temporal: temporal.client,
      programme,
      keys,
      personal: loadPersonal(join(dataDir, 'personal-key')),
      rootPublicKey: establishRootKey(rootFilesIn(dataDir)).publicKey,
      temporalUi: 'http://127.0.0.1:1',
      changes: new Changes(database.urlAs('api')),
      consoleFolder: CONSOLE,
      mode: 'trial' as const,
      trustedProxies: [],
      // Tests send more than people do.
      limits: new ActLimits({ account: null, case: null }),
      log: pino({ level: 'silent' }),
      now: () => Date.now(),
    };
    await prepareTrial(deps, dataDir);
    const served = await Served.start(createServer(createApp(deps)), deps.changes);
    const accounts = JSON.parse(readFileSync(join(dataDir, 'accounts.json'), 'utf8')) as DemoAccount[];
    const { address } = served;
    const started = new System(temporal, database, address, dataDir, accounts, served, places, programme, deps);
    await started.work();
    // The server has seen the worker's first poll a moment later.
    await eventually(
      () => statusOf(`${started.address}/readyz`),
      (status) => status === 200,
    );
    return started;
  }

  /** A worker that records into PostgreSQL. */
  async work(): Promise<void> {
    const pool = this.database.as('worker');
    const recorder = createRecorder(pool, { mode: 'trial' });
    const notices = this.notices();
    // Channels look when a test lets them.
    const parts = { recorder, facts: createFactReader(pool), stock: createAllocator(pool), notices };
    await this.temporal.work(createActivities(parts));
  }

  notices(): ReturnType<typeof createNotices> {
    const { smtpUrl = NOWHERE.smtp, fakesUrl = NOWHERE.http, leaseMs, silent = false } = this.places;
    const environment = readEnvironment({ FUGONG_MODE: 'trial', FAKES_URL: fakesUrl });
    const { programme } = this;
    const groups = programme.channels.groups.map(({ id }) => id);
    const secrets = channelSecrets(environment, groups);
    const options = { pool: this.database.as('worker'), programme, publicUrl: this.address, smtpUrl, secrets };
    const notices = createNotices(
      { ...options, ...(leaseMs !== undefined && { leaseMs }) },
      silent ? { ring: () => undefined } : this.bell,
    );
    this.#notices.push(notices);
    return notices;
  }

  /** Another process's API, so to speak: on the same parts, but for what is `other`. To be stopped first. */
  async beside(other: Partial<Deps>): Promise<Served> {
    const deps = { ...this.deps, changes: new Changes(this.database.url), ...other };
    return Served.start(createServer(createApp(deps)), deps.changes);
  }

  /** From those who ask to those who are asked, each waited for: nothing is under way when what it needs goes. */
  async stop(): Promise<void> {
    await this.served.stop();
    await this.temporal.rest();
    await this.bell.stop();
    for (const { channels } of this.#notices) await Promise.all([...channels.values()].map((one) => one.close()));
    await this.temporal.stop();
    await this.database.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
