/** The API over a real PostgreSQL, with a Temporal that is away: for everything that needs no workflow. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { createApp } from '../../api/app';
import { ActLimits } from '../../api/http/act-limits';
import type { Deps } from '../../api/http/deps';
import { createServer } from '../../api/http/server';
import { loadPersonal } from '../../proof/personal';
import { loadSigningKeys } from '../../proof/signing';
import { prepareTrial } from '../../api/accounts/trial';
import { readEnvironment } from '../../config/env';
import { readProgramme } from '../../programme/read';
import { Changes } from '../../db/sql/changes';
import { establishRootKey } from '../../proof/root-key';
import { TestDatabase } from '../support/postgres';
import { rootFilesIn } from '../support/root';
import { moved } from '../support/progress';
import { Served } from '../support/served';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly type: string;
  readonly text: string;
  /** Parsed when it is JSON of any kind. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it as they please
  readonly body: any;
}

export interface Sent {
  readonly as?: string;
  readonly method?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array | ReadableStream;
  readonly headers?: Record<string, string>;
}

interface Line {
  readonly login: string;
  readonly password: string;
  readonly token: string;
}

type Settings = Partial<Pick<Deps, 'trustedProxies' | 'patience' | 'mode' | 'log' | 'limits' | 'rootPublicKey'>>;

/** Port 1 of this machine: nobody listens there, so Temporal is away at once. */
const NOBODY = '127.0.0.1:1';

export class Api {
  #stopped = false;

  private constructor(
    readonly address: string,
    readonly database: TestDatabase,
    readonly deps: Deps,
    readonly dataDir: string,
    readonly accounts: ReadonlyMap<string, Line>,
    private readonly served: Served,
  ) {}

  static async start(settings: Settings = {}): Promise<Api> {
    const dataDir = mkdtempSync(join(tmpdir(), 'fugong-api-'));
    return Api.on(await TestDatabase.start(), dataDir, settings);
  }

  /** Another process's API, so to speak: on the same database and keys, with connections of its own. To be stopped first. */
  beside(settings: Settings = {}): Promise<Api> {
    return Api.on(
      TestDatabase.of(this.database.url, (role) => this.database.urlAs(role)),
      this.dataDir,
      settings,
    );
  }

  private static async on(database: TestDatabase, dataDir: string, settings: Settings): Promise<Api> {
    const deps: Deps = {
      pool: database.as('api'),
      temporal: new Client({ connection: Connection.lazy({ address: NOBODY, interceptors: [] }) }),
      programme: readProgramme(readEnvironment({}).programme),
      keys: loadSigningKeys(join(dataDir, 'signing-key')),
      personal: loadPersonal(join(dataDir, 'personal-key')),
      rootPublicKey: establishRootKey(rootFilesIn(dataDir)).publicKey,
      temporalUi: 'http://127.0.0.1:1',
      changes: new Changes(database.urlAs('api')),
      consoleFolder: join(dataDir, 'console'),
      mode: 'trial',
      trustedProxies: [],
      // Tests send more than people do.
      limits: new ActLimits({ account: null, case: null }),
      log: pino({ level: 'silent' }),
      now: () => Date.now(),
      ...settings,
    };
    await prepareTrial(deps, dataDir);
    const lines = JSON.parse(readFileSync(join(dataDir, 'accounts.json'), 'utf8')) as Line[];
    const served = await Served.start(createServer(createApp(deps)), deps.changes);
    return new Api(served.address, database, deps, dataDir, new Map(lines.map((one) => [one.login, one])), served);
  }

  async stop(): Promise<void> {
    await this.stopServing();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Of one that stands beside another, whose folder it is. */
  async stopServing(): Promise<void> {
    await this.served.stop();
    await this.deps.temporal.connection.close();
    await this.stopDatabase();
  }

  /** For good. */
  async stopDatabase(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.database.stop();
  }

  get port(): number {
    return Number(new URL(this.address).port);
  }

  account(login: string): Line {
    const found = this.accounts.get(login);
    if (!found) throw new Error(`no account ${login}`);
    return found;
  }

  async send(path: string, { as, method, json, raw, headers = {} }: Sent = {}): Promise<Answer> {
    const posts = json !== undefined || raw !== undefined;
    const init = {
      method: method ?? (posts ? 'POST' : 'GET'),
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${this.account(as).token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(raw !== undefined && { body: raw, duplex: 'half' }),
    } as RequestInit;
    const response = await fetch(this.address + path, init);
    const text = await response.text();
    moved();
    const type = response.headers.get('content-type') ?? '';
    const body: unknown = type.includes('json') ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, type, text, body };
  }
}

/** A refusal as everyone must get it: of this status and code, as a problem. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.type, answer.body?.code, answer.body?.status]).toEqual([
    status,
    'application/problem+json; charset=utf-8',
    code,
    status,
  ]);
}
