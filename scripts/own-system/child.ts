/** Answers for a script's own child processes: started, heard of when they are ready, ended with everything they hold. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { childEnvironment, PROJECT_ROOT } from '../../config/env';

/** Settings of a surrounding system must not reach a script's own: each child is told all it needs. */
const FOREIGN =
  /^(PORT|BIND|DATA_DIR|(API_|WORKER_)?DATABASE_URL|PROGRAMME|WORKFLOW_BUNDLE|SIGNING_KEY_FILE|WORKER_KEY_FILE|FOURTH_BUILD|OTHER_SDK|ACCOUNT_ACTS_PER_MINUTE|CASE_ACTS_PER_MINUTE|PERSONAL_KEY_FILE|CHANNEL_SECRETS_FILE|ACCEPTED_KEYS|PUBLIC_URL|FUGONG_MODE|(TEMPORAL|SMTP|POSTGRES|FAKES)_.*)$/;
/** The Temporal CLI's place may be needed to find it, and says nothing about a running system. */
const KEPT = 'TEMPORAL_CLI';
/** A process that does not end by itself within this is killed; all parts of a system stop within a few seconds. */
const END_MS = 30_000;

export class Child {
  #output = '';

  private constructor(
    private readonly name: string,
    private readonly process: ChildProcess,
  ) {
    process.stdout?.on('data', (piece: Buffer) => (this.#output += piece.toString()));
    process.stderr?.on('data', (piece: Buffer) => (this.#output += piece.toString()));
  }

  /** Runs a TypeScript file of this project with nothing but these settings. */
  static start(
    name: string,
    file: string,
    settings: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ): Child {
    const env = childEnvironment(settings, (variable) => FOREIGN.test(variable) && variable !== KEPT);
    const child = spawn(process.execPath, ['--import', 'tsx', join(PROJECT_ROOT, file), ...args], {
      cwd: PROJECT_ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new Child(name, child);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** What it has written so far. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with its word that it is ready. @throws Error with its last words when it ends before */
  async ready(): Promise<void> {
    await Promise.race([once(this.process, 'message'), this.ended()]);
  }

  /** Never resolves. @throws Error with its last words when it ends */
  async ended(): Promise<never> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    throw new Error(`${this.name} has ended: ${this.#output.trim().split('\n').slice(-3).join(' | ')}`);
  }

  /** At once; what it has started itself lives on. */
  kill(): void {
    this.process.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const late = setTimeout(() => this.process.kill('SIGKILL'), END_MS);
    await gone;
    clearTimeout(late);
  }
}
