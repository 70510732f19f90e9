/** Answers for knowing a process again: its id alone may have been given to another one since. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the system's own words: a process with the same pid and this start is the same process. */
  readonly started: string;
}

/** The process that has this pid now; undefined when there is none, or when it has ended and only waits to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

function startOnLinux(pid: number): string | undefined {
  try {
    // Fields are counted after the last ")": the program's name before it may hold blanks and brackets (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    if (state === undefined || started === undefined || 'ZX'.includes(state)) return undefined;
    // The start is counted in ticks since boot, so the boot belongs to it.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${started}`;
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = '', ...started] = line.split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}

/** Sends a signal; false when nobody is there to get it. A negative pid is a process group. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** 50 ms: short beside every grace, and a look costs microseconds. */
const LOOK_EVERY_MS = 50;

/** Resolves true as soon as `condition` holds, false when it does not within `withinMs`. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
  everyMs = LOOK_EVERY_MS,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await pause(everyMs);
  }
}

/** 5 s: what the kernel may need to tear down a large process on a busy machine. */
const AFTER_KILL_MS = 5_000;

/**
 * Ends a process that is not a child of this one, and what is left of its group. Resolves when it is gone; throws when
 * it is not, which happens only to a process of another user.
 */
export async function end(identity: ProcessIdentity, by: NodeJS.Signals, graceMs: number): Promise<void> {
  const gone = () => !isRunning(identity);
  if (gone()) return;
  signal(identity.pid, by);
  if (await eventually(gone, graceMs)) return;
  if (!signal(-identity.pid, 'SIGKILL')) signal(identity.pid, 'SIGKILL');
  if (!(await eventually(gone, AFTER_KILL_MS))) throw new Error(`process ${identity.pid} does not end`);
}
