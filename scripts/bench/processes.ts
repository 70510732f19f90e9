/** Answers for what processes use: memory held now, and processor time spent so far. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const MIB = 1024 * 1024;
const KIB_PER_MIB = 1024;
/** Linux counts processor time in ticks of 10 ms on every architecture that Node runs on (USER_HZ). */
const TICK_MS = 10;

/**
 * Resident memory in MiB of a process with all its descendants. On Linux what they share (PostgreSQL's buffers) counts once;
 * elsewhere, by ps, for each of them.
 */
export function memoryOf(pid: number): number {
  const family = familyOf(pid);
  if (process.platform !== 'linux') {
    return Math.round(sum(family.map((one) => Number(ps('rss=', one)) * KIB_PER_MIB)) / MIB);
  }
  const status = family.map((one) => statusOf(one));
  const own = sum(status.map((text) => kib(text, 'RssAnon')));
  const shared = Math.max(...status.map((text) => kib(text, 'RssFile') + kib(text, 'RssShmem')));
  return Math.round((own + shared) / KIB_PER_MIB);
}

/** Processor time in ms of a process with all its living descendants; undefined where the system does not tell. */
export function processorMs(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // utime and stime are fields 14 and 15 of proc(5), the 12th and 13th after the program's name.
  return sum(
    familyOf(pid).map((one) => {
      const [utime, stime] = statOf(one).slice(11, 13).map(Number);
      return ((utime ?? 0) + (stime ?? 0)) * TICK_MS;
    }),
  );
}

function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const [child, parent] of everyProcess()) children.set(parent, [...(children.get(parent) ?? []), child]);
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  return family;
}

function everyProcess(): [pid: number, parent: number][] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    return lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => [Number(pid), Number(statOf(Number(pid))[1])]);
}

/** The fields after the program's name, which may itself hold blanks; none for a process that has just ended. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function kib(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}

function ps(field: string, pid: number): string {
  return execFileSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8' }).trim();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
