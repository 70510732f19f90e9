/** Answers for the data folder: who uses it, which processes were started on it, and where they write. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../config/env';
import { ACCOUNTS_FILE, ADDRESSES_FILE, SIGNING_KEY, TEMPORAL_FILE, TEMPORAL_FOLDER } from '../config/backup-files';
import { end, eventually, identify, isRunning, type ProcessIdentity } from './processes';

/** The parts of a running system, in the order in which they are stopped: first who takes orders, last who keeps them. */
export const PARTS = ['api', 'worker', 'mail-catcher', 'fakes', 'temporal', 'postgres'] as const;
export type PartName = (typeof PARTS)[number];

/** A part that is asked with this signal to stop, and the time it gets, stops cleanly. */
export const STOPPING: Record<PartName, { signal: NodeJS.Signals; graceMs: number }> = {
  // 10 s: requests in progress wait at most for one Update's answer.
  api: { signal: 'SIGTERM', graceMs: 10_000 },
  // 20 s: the worker drains its activities, a mail in sending among them.
  worker: { signal: 'SIGTERM', graceMs: 20_000 },
  // 3 s: it only finishes the mail it is writing.
  'mail-catcher': { signal: 'SIGTERM', graceMs: 3_000 },
  // As above.
  fakes: { signal: 'SIGTERM', graceMs: 3_000 },
  // 10 s: its own shutdown takes about one.
  temporal: { signal: 'SIGTERM', graceMs: 10_000 },
  // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back. 15 s: the last checkpoint on a slow disk.
  postgres: { signal: 'SIGINT', graceMs: 15_000 },
};

const IDENTITY = z.object({ pid: z.int().positive(), started: z.string(), stopping: z.boolean().optional() });
type Holder = ProcessIdentity & { readonly stopping?: boolean | undefined };

/** Says which start has the folder. */
const LOCK = path.join('run', 'start.json');

export interface Hold {
  /** From now on a later start waits for this one's end instead of refusing. */
  readonly stopping: () => void;
  readonly release: () => void;
}

export class DataFolder {
  constructor(readonly path: string) {}

  /**
   * Makes the folder. Those below hold personal data and secrets and are closed to others; under root the folder itself
   * stays passable, for PostgreSQL runs as another user then and keeps its cluster inside.
   */
  create(): void {
    try {
      fs.mkdirSync(this.path, { recursive: true, mode: 0o700 });
      if (process.getuid?.() === 0) fs.chmodSync(this.path, fs.statSync(this.path).mode | 0o011);
      for (const folder of ['run', 'logs', 'mail', TEMPORAL_FOLDER])
        fs.mkdirSync(this.file(folder), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new ConfigurationError(`DATA_DIR ${this.path} cannot be used: ${(error as Error).message}.`);
    }
  }

  file(...names: string[]): string {
    return path.join(this.path, ...names);
  }

  has(name: string): boolean {
    return fs.existsSync(this.file(name));
  }

  /** Whether a whole system has run on it: then what is missing was lost, and is not about to be made. */
  hasRun(): boolean {
    // A restored folder has no addresses yet; the API makes its key when both servers are up.
    return this.has(ADDRESSES_FILE) || this.has(ACCOUNTS_FILE) || (this.hasTemporal() && this.has(SIGNING_KEY));
  }

  /** Whether a Temporal server has kept anything here. */
  hasTemporal(): boolean {
    return this.has(TEMPORAL_FILE);
  }

  /** Writes a file that is never seen half written and that only its owner reads. */
  writePrivately(name: string, text: string): void {
    const file = this.file(name);
    const unfinished = `${file}.${process.pid}`;
    const descriptor = fs.openSync(unfinished, 'w', 0o600);
    fs.writeSync(descriptor, text);
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
    fs.renameSync(unfinished, file);
  }

  /**
   * Takes the folder for this process. Throws a ConfigurationError when a living process has it; one that is just
   * stopping is waited for.
   */
  async take(say: (line: string) => void): Promise<Hold> {
    const unfinished = `${this.#lock}.${process.pid}`;
    fs.writeFileSync(unfinished, JSON.stringify(identify(process.pid)), { mode: 0o600 });
    try {
      // link(2) fails when the name exists: of two that start at once one wins.
      while (!linked(unfinished, this.#lock)) {
        await this.#waitForHolder(say);
        fs.rmSync(this.#lock, { force: true });
      }
    } finally {
      fs.rmSync(unfinished, { force: true });
    }
    // Two that both found a dead holder's lock may both have removed one: the file that is there now decides.
    const holder = readIdentity(this.#lock);
    if (holder?.pid !== process.pid) throw new ConfigurationError(inUse(this.path, holder?.pid));
    return {
      stopping: () => {
        try {
          this.writePrivately(LOCK, JSON.stringify({ ...holder, stopping: true }));
        } catch {
          // A full disk: the parts must stop all the same, only a later start is refused instead of waiting.
        }
      },
      release: () => {
        if (readIdentity(this.#lock)?.pid === process.pid) fs.rmSync(this.#lock, { force: true });
      },
    };
  }

  get #lock(): string {
    return this.file(LOCK);
  }

  async #waitForHolder(say: (line: string) => void): Promise<void> {
    const holder = readIdentity(this.#lock);
    if (holder === undefined || !isRunning(holder)) return;
    if (holder.stopping !== true) throw new ConfigurationError(inUse(this.path, holder.pid));
    say(`an earlier start (pid ${holder.pid}) is just stopping, waiting for it …`);
    // As long as all parts together may take to stop.
    const longest = PARTS.reduce((sum, part) => sum + STOPPING[part].graceMs, 0);
    if (!(await eventually(() => !isRunning(holder), longest)))
      throw new ConfigurationError(inUse(this.path, holder.pid));
  }

  /** Remembers the process of a part, so that a later start can end it. Synchronous: no kill may come between. */
  remember(part: PartName, pid: number): void {
    const identity = identify(pid);
    // None: it has ended already.
    if (identity !== undefined)
      this.writePrivately(path.join('run', `${part}.json`), JSON.stringify({ part, ...identity }));
  }

  forget(part: PartName): void {
    fs.rmSync(this.file('run', `${part}.json`), { force: true });
  }

  /** The living process of a part, were it started by this process or by one that was killed. */
  processOf(part: PartName): ProcessIdentity | undefined {
    const identity = readIdentity(this.file('run', `${part}.json`));
    return identity !== undefined && isRunning(identity) ? identity : undefined;
  }

  /** Ends what a killed start has left running. A process that only has the pid of one of them is left alone. */
  async endLeftovers(say: (line: string) => void): Promise<void> {
    for (const part of PARTS) {
      const left = this.processOf(part);
      if (left !== undefined) {
        say(`${part}: left over from an earlier start (pid ${left.pid}), ending it`);
        await end(left, STOPPING[part].signal, STOPPING[part].graceMs);
      }
      this.forget(part);
    }
  }

  logFile(part: PartName): string {
    return this.file('logs', `${part}.log`);
  }

  /** Opens a part's log for its next life; the caller closes the descriptor. Where none can be made, what it writes is lost. */
  openLog(part: PartName): number {
    const file = this.logFile(part);
    try {
      // 5 MB: some days of a town's work; with the one older file that is kept, 10 MB a part.
      if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 5_000_000) fs.renameSync(file, `${file}.1`);
      return fs.openSync(file, 'a', 0o600);
    } catch {
      return fs.openSync(os.devNull, 'a');
    }
  }

  /** The last line that a part has written: nearly always the reason why it ended. */
  lastLogLine(part: PartName, beginning = ''): string | undefined {
    const file = this.logFile(part);
    if (!fs.existsSync(file)) return undefined;
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines.findLast((line) => line.startsWith(beginning)) || undefined;
  }
}

function inUse(folder: string, pid: number | undefined): string {
  return `Fugong already runs on ${folder} (pid ${pid ?? 'unknown'}): stop it first, or set DATA_DIR to another folder.`;
}

function linked(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readIdentity(file: string): Holder | undefined {
  try {
    return IDENTITY.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    // None, or not written by us.
    return undefined;
  }
}
