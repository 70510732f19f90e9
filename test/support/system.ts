/** The whole system in one test process: real Temporal, real PostgreSQL, a worker and the API on a free port, in trial mode. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createActivities } from '../../activities';
import { createApp } from '../../api/app';
import { loadPersonal } from '../../api/personal';
import { loadSigningKeys } from '../../api/signing';
import { prepareTrial } from '../../api/trial';
import { readEnvironment } from '../../config/env';
import { readProgramme } from '../../config/programme';
import { createFactReader } from '../../db/facts';
import { createRecorder } from '../../db/recorder';
import { createAllocator } from '../../db/supply-orders';
import type { DemoAccount } from '../../scripts/demo/town';
import { TestDatabase } from './postgres';
import { eventually, Temporal } from './temporal';

export class System {
  private constructor(
    readonly temporal: Temporal,
    readonly database: TestDatabase,
    readonly address: string,
    readonly dataDir: string,
    readonly accounts: readonly DemoAccount[],
    private readonly server: Server,
  ) {}

  static async start(...temporalConfig: string[]): Promise<System> {
    const dataDir = mkdtempSync(join(tmpdir(), 'fugong-system-'));
    const [temporal, database] = await Promise.all([Temporal.start(...temporalConfig), TestDatabase.start()]);
    const programme = readProgramme(readEnvironment({}).programme);
    const keys = loadSigningKeys(join(dataDir, 'signing-key'));
    const deps = {
      pool: database.pool,
      temporal: temporal.client,
      programme,
      keys,
      personal: loadPersonal(join(dataDir, 'personal-key')),
      mode: 'trial' as const,
      log: pino({ level: 'silent' }),
      now: () => Date.now(),
    };
    await prepareTrial(deps, dataDir);
    const system = { temporal, database };
    const server = createApp(deps).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const accounts = JSON.parse(readFileSync(join(dataDir, 'accounts.json'), 'utf8')) as DemoAccount[];
    const started = new System(system.temporal, system.database, `http://127.0.0.1:${port}`, dataDir, accounts, server);
    await started.work();
    // The server has seen the worker's first poll a moment later.
    await eventually(
      () => fetch(`${started.address}/readyz`),
      ({ ok }) => ok,
    );
    return started;
  }

  /** A worker that records into PostgreSQL. */
  async work(): Promise<void> {
    const { pool } = this.database;
    const parts = { recorder: createRecorder(pool), facts: createFactReader(pool), stock: createAllocator(pool) };
    await this.temporal.work(createActivities(parts));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.temporal.stop();
    await this.database.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
