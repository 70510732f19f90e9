/** Answers for one part's life: started, started again with a growing pause when it ends, stopped. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { WRONG_SETTING } from '../config/env';
import { STOPPING, type DataFolder, type PartName } from './data-folder';
import { eventually, signal } from './processes';

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Another user than this process's; only root can ask for that. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

export interface PartPlan {
  readonly name: PartName;
  /** What to run; called before each life. */
  readonly launch: () => Launch | Promise<Launch>;
  /** True when the part does its work. */
  readonly probe: () => Promise<boolean>;
}

/** The time as a part sees it; tests bring their own. */
export interface Clock {
  now(): number;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  pause: async (milliseconds, signal) => pauseFor(milliseconds, undefined, { signal }),
};

/** 0.5 s: long enough for the port to be free again. */
const FIRST_PAUSE_MS = 500;
/** 15 s: a part that cannot live must not fill the log, and one that could again should not be waited for. */
const LONGEST_PAUSE_MS = 15_000;
/** One minute: who has lived as long did not end for the reason it ended last. */
const STEADY_MS = 60_000;
/** 4 lives, 3.5 s of pauses: a part that never became ready has a wrong setting rather than bad luck. */
const LIVES_BEFORE_READY = 4;
/** 100 ms: readiness is noticed soon, and ten looks a second cost nothing. */
const PROBE_EVERY_MS = 100;

/** A part that never became ready. Its message is fit to be shown without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** How one life ended. */
interface End {
  readonly how: string;
  /** By its own word: another life would end in the same way. */
  readonly wrongSetting: boolean;
}

export class Part {
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #life: Promise<void> | undefined;

  constructor(
    private readonly plan: PartPlan,
    private readonly folder: DataFolder,
    private readonly say: (line: string) => void,
    private readonly clock: Clock = REAL_CLOCK,
  ) {}

  get name(): PartName {
    return this.plan.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the part is ready for the first time. Rejects with a StartFailure when it never is, or when it is stopped. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#life = this.#keepAlive(resolve, reject);
    });
  }

  async #keepAlive(ready: () => void, failed: (error: StartFailure) => void): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    let lives = 0;
    let wasReady = false;
    while (!this.#stopping.signal.aborted) {
      const begun = this.clock.now();
      const end = await this.#live(() => {
        if (wasReady) this.say(`${this.name}: up again`);
        else ready();
        wasReady = true;
      });
      if (this.#stopping.signal.aborted) break;
      lives += 1;
      if (!wasReady && end.wrongSetting) return failed(new StartFailure(this.#lastWords(end.how)));
      if (!wasReady && lives === LIVES_BEFORE_READY) return failed(new StartFailure(this.#whyNeverReady(end.how)));
      if (this.clock.now() - begun >= STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      this.say(`${this.name}: ${end.how}; starting it again in ${pauseMs / 1000} s`);
      await this.clock.pause(pauseMs, this.#stopping.signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    failed(new StartFailure(`${this.name} was stopped before it was ready.`));
  }

  /** What a process of ours says last before it ends for a wrong setting is fit to be shown as it is. */
  #lastWords(end: string): string {
    return this.folder.lastLogLine(this.name) ?? `${this.name} does not start: ${end}.`;
  }

  #whyNeverReady(end: string): string {
    const line = this.folder.lastLogLine(this.name);
    const last = line === undefined ? '' : ` Its last words: ${line}`;
    return `${this.name} does not start: ${end}, ${LIVES_BEFORE_READY} times. See ${this.folder.logFile(this.name)}.${last}`;
  }

  /** One life; answers how it ended. */
  async #live(ready: () => void): Promise<End> {
    let child: ChildProcess;
    try {
      child = this.#spawn(await this.plan.launch());
    } catch (error) {
      return { how: `cannot be started (${(error as Error).message})`, wrongSetting: false };
    }
    const ended = new Promise<End>((resolve) => {
      child.once('error', (error) => resolve({ how: `cannot be started (${error.message})`, wrongSetting: false }));
      child.once('exit', (code, by) => {
        const how = by === null ? `ended with exit code ${code}` : `ended by ${by}`;
        resolve({ how, wrongSetting: code === WRONG_SETTING });
      });
    });
    this.#child = child;
    if (child.pid !== undefined) this.#remember(child.pid);
    // stop() may have come while the launch was prepared: there was nobody to tell then.
    if (this.#stopping.signal.aborted) child.kill('SIGKILL');
    const watching = this.#watch(child, ready);
    const end = await ended;
    // Helpers that the part has started itself, such as a compiler's, live in its group and go with it.
    if (child.pid !== undefined) signal(-child.pid, 'SIGKILL');
    this.#child = undefined;
    this.folder.forget(this.name);
    await watching;
    return end;
  }

  #remember(pid: number): void {
    try {
      this.folder.remember(this.name, pid);
    } catch (error) {
      // A full disk, say: the part runs all the same, only a start after a kill of this process would not know it.
      this.say(`${this.name}: its pid ${pid} cannot be written down (${(error as Error).message})`);
    }
  }

  #spawn({ file, args, cwd, env, user }: Launch): ChildProcess {
    const log = this.folder.openLog(this.name);
    try {
      // detached: a group of its own, so that the terminal's Ctrl-C reaches only this process, which stops the parts in order.
      return spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', log, log], ...user });
    } finally {
      closeSync(log);
    }
  }

  async #watch(child: ChildProcess, ready: () => void): Promise<void> {
    const gone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    const probe = async () => gone() || (await this.plan.probe().catch(() => false));
    await eventually(probe, Infinity, PROBE_EVERY_MS);
    if (!gone() && !this.#stopping.signal.aborted) ready();
  }

  /** Resolves when no process of the part is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const { signal: name, graceMs } = STOPPING[this.name];
    this.#child?.kill(name);
    const over = eventually(() => this.#child === undefined, graceMs);
    if (!(await over)) this.kill();
    await this.#life;
  }

  /** Ends the part at once, for the second Ctrl-C and for the end of this process. */
  kill(): void {
    this.#stopping.abort();
    if (this.pid !== undefined && !signal(-this.pid, 'SIGKILL')) this.#child?.kill('SIGKILL');
  }
}
