/** Answers for the full system that is measured: its own embedded one, in a temporary folder on free ports, removed afterwards. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readEnvironment } from '../../config/env';
import { DataFolder, type PartName } from '../../config/embedded/data-folder';
import { runningAddresses, type Addresses } from '../../config/running';
import type { DemoAccount } from '../demo/town';
import { Child } from './child';
import { writeBenchProgramme } from './programme';

/** 90 s: what a first start may take, with the Temporal CLI downloaded. */
const READY_MS = 90_000;
/** Ten looks a second cost nothing beside a start. */
const LOOK_MS = 100;

export class BenchSystem {
  private constructor(
    readonly dataDir: string,
    readonly programme: string,
    private readonly child: Child,
  ) {}

  /** Does not wait for it. */
  static start(): BenchSystem {
    const dataDir = mkdtempSync(join(tmpdir(), 'fugong-bench-'));
    const programme = join(dataDir, 'programme.yaml');
    writeBenchProgramme(programme);
    const ports = ['PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'POSTGRES_PORT', 'SMTP_PORT'].map((name) => [name, '0']);
    const settings = { DATA_DIR: dataDir, FUGONG_MODE: 'trial', PROGRAMME: programme };
    const child = Child.start('the system', 'scripts/start.ts', { ...settings, ...Object.fromEntries(ports) });
    return new BenchSystem(dataDir, programme, child);
  }

  /** @throws Error with the system's last words when it does not become ready */
  async ready(): Promise<void> {
    await Promise.race([this.#becomesReady(), this.child.ended()]);
  }

  async #becomesReady(): Promise<void> {
    const late = performance.now() + READY_MS;
    while (!(await this.#isReady())) {
      if (performance.now() > late) throw new Error(`the system is not ready after ${READY_MS / 1000} s`);
      await pause(LOOK_MS);
    }
  }

  async #isReady(): Promise<boolean> {
    if (!existsSync(join(this.dataDir, 'run', 'api.json'))) return false;
    const answer = await fetch(`${this.addresses.apiUrl}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  }

  get addresses(): Addresses {
    return runningAddresses(readEnvironment({ DATA_DIR: this.dataDir }));
  }

  get accounts(): readonly DemoAccount[] {
    return JSON.parse(readFileSync(join(this.dataDir, 'accounts.json'), 'utf8')) as DemoAccount[];
  }

  pidOf(part: PartName): number {
    const pid = new DataFolder(this.dataDir).processOf(part)?.pid;
    if (pid === undefined) throw new Error(`${part} does not run`);
    return pid;
  }

  /** Ends all its processes and removes its files. */
  async stop(): Promise<void> {
    await this.child.stop();
    const folder = new DataFolder(this.dataDir);
    // Only after a kill is anything left.
    await folder.endLeftovers(() => undefined);
    const cluster = clusterOf(this.dataDir);
    rmSync(this.dataDir, { recursive: true, force: true });
    if (cluster !== undefined) rmSync(cluster, { recursive: true, force: true });
  }
}

/** Under root, PostgreSQL's cluster lies elsewhere when the temporary folder is closed to its user. */
function clusterOf(dataDir: string): string | undefined {
  const file = join(dataDir, 'postgres.json');
  if (!existsSync(file)) return undefined;
  const { home } = JSON.parse(readFileSync(file, 'utf8')) as { home: string };
  return home === '.' ? undefined : resolve(dataDir, home);
}
