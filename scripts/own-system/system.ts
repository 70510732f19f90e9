/** Answers for a whole system of a script's own: an embedded one, in a temporary folder on free ports, removed afterwards. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readEnvironment } from '../../config/env';
import { DataFolder, PARTS, type PartName } from '../../local/data-folder';
import { freePort } from '../../local/ports';
import type { ProcessIdentity } from '../../local/processes';
import { ACCOUNTS_FILE, POSTGRES_FILE } from '../../config/backup-files';
import { runningAddresses, type Addresses } from '../../config/running-addresses';
import type { DemoAccount } from '../demo/town';
import { Child } from './child';

/** 90 s: the longest between two lines of a start, with the Temporal CLI downloaded. */
const READY_MS = 90_000;
/** Ten looks a second cost nothing beside a start. */
const LOOK_MS = 100;
/** A server that is just being killed may take the question and never answer it. */
const ANSWER_MS = 2_000;

const PORTS = ['PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'POSTGRES_PORT', 'SMTP_PORT'] as const;

/** Where as many acts come as the system takes, and the words by which a run says so. */
export const WITHOUT_LIMITS = { ACCOUNT_ACTS_PER_MINUTE: 'off', CASE_ACTS_PER_MINUTE: 'off' } as const;
export const SAID_WITHOUT_LIMITS =
  'acts a minute are not limited (ACCOUNT_ACTS_PER_MINUTE=off CASE_ACTS_PER_MINUTE=off)';

export interface OwnSystemOptions {
  /** What its folder's name says of whom it is. */
  readonly of: string;
  /** Writes the programme it runs under; without it the shipped one is taken. */
  readonly writeProgramme?: (file: string) => void;
  /** Over its own, such as the address of another part. */
  readonly settings?: Readonly<Record<string, string>>;
}

export class OwnSystem {
  readonly dataDir: string;
  readonly programme: string;
  readonly #folder: DataFolder;
  #settings: Readonly<Record<string, string>> | undefined;
  #child: Child | undefined;
  #stopping = false;
  readonly #given: Readonly<Record<string, string>>;

  constructor({ of, writeProgramme, settings = {} }: OwnSystemOptions) {
    this.#given = settings;
    this.dataDir = mkdtempSync(join(tmpdir(), `fugong-${of}-`));
    this.#folder = new DataFolder(this.dataDir);
    this.programme = writeProgramme ? join(this.dataDir, 'programme.yaml') : readEnvironment({}).programme;
    writeProgramme?.(this.programme);
  }

  /** Does not wait until it is ready. Started again, it has the same ports and goes on where it was. */
  async start(): Promise<void> {
    this.#settings ??= {
      ...{ DATA_DIR: this.dataDir, FUGONG_MODE: 'trial', PROGRAMME: this.programme },
      ...(await freePorts()),
      ...this.#given,
    };
    if (this.#stopping) throw new Error('the system was stopped');
    this.#child = Child.start('the system', 'scripts/start.ts', this.#settings);
  }

  /** @throws Error with the system's last words when it does not become ready */
  async ready(): Promise<void> {
    await Promise.race([this.#becomesReady(), this.#child?.ended()]);
  }

  async #becomesReady(): Promise<void> {
    let [said, since] = ['', performance.now()];
    while (!(await this.isReady())) {
      const now = performance.now();
      if (this.output !== said) [said, since] = [this.output, now];
      if (now - since > READY_MS) throw new Error(`the system is not ready, and silent for ${READY_MS / 1000} s`);
      await pause(LOOK_MS);
    }
  }

  /** What /readyz says; false as long as there is no API. */
  async isReady(): Promise<boolean> {
    if (!existsSync(join(this.dataDir, 'run', 'api.json'))) return false;
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(`${this.addresses.apiUrl}/readyz`, { signal }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  }

  get addresses(): Addresses {
    return runningAddresses(readEnvironment({ DATA_DIR: this.dataDir }));
  }

  get accounts(): readonly DemoAccount[] {
    return JSON.parse(readFileSync(join(this.dataDir, ACCOUNTS_FILE), 'utf8')) as DemoAccount[];
  }

  /** What the start has written so far; each part's own words are in its log. */
  get output(): string {
    return this.#child?.output ?? '';
  }

  /** The living process of a part; undefined while it is away. */
  processOf(part: PartName): ProcessIdentity | undefined {
    return this.#folder.processOf(part);
  }

  pidOf(part: PartName): number {
    const pid = this.processOf(part)?.pid;
    if (pid === undefined) throw new Error(`${part} does not run`);
    return pid;
  }

  /** Ends every process at once, as a power cut does: first the one that would start the others again. */
  async kill(): Promise<void> {
    const living = PARTS.flatMap((part) => this.processOf(part) ?? []);
    this.#child?.kill();
    // A part leads a group of its own, with its helpers in it.
    for (const { pid } of living) killGroup(pid);
    await this.#child?.stop();
  }

  /** Ends all its processes and removes its files, unless they are to be kept. */
  async stop({ keep = false } = {}): Promise<void> {
    this.#stopping = true;
    await this.#child?.stop();
    // Only after a kill is anything left.
    await this.#folder.endLeftovers(() => undefined);
    if (keep) return;
    const cluster = clusterOf(this.dataDir);
    rmSync(this.dataDir, { recursive: true, force: true });
    if (cluster !== undefined) rmSync(cluster, { recursive: true, force: true });
  }
}

async function freePorts(): Promise<Record<string, string>> {
  const taken = new Set<number>();
  const chosen: Record<string, string> = {};
  for (const name of PORTS) {
    const port = await freePort(taken);
    taken.add(port);
    chosen[name] = String(port);
  }
  return chosen;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** Under root, PostgreSQL's cluster lies elsewhere when the temporary folder is closed to its user. */
function clusterOf(dataDir: string): string | undefined {
  const file = join(dataDir, POSTGRES_FILE);
  if (!existsSync(file)) return undefined;
  const { home } = JSON.parse(readFileSync(file, 'utf8')) as { home: string };
  return home === '.' ? undefined : resolve(dataDir, home);
}
