/** Answers for the embedded PostgreSQL: its cluster, how it is called, and the application's database in it. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import { childEnvironment, ConfigurationError } from '../config/env';
import { STOPPING, type DataFolder } from './data-folder';
import { POSTGRES_FILE, POSTGRES_FOLDER } from '../config/backup-files';
import type { Launch } from './part';
import { makeRoles, addressOf, type RolePasswords } from '../db/sql/roles';
import type { DatabaseRole } from '../db/sql/grants';
import { postgresHome, type PostgresHome, type User } from './postgres-home';
import { end, identify, type ProcessIdentity } from './processes';

/** Owner and database of the application. The role owns the database and nothing else; it migrates, and no process works as it. */
const APPLICATION = 'fugong';
/** PostgreSQL's own name for who may do everything; used only to make the above. */
const ADMINISTRATOR = 'postgres';

/** `home` is '.' in the data folder, so that the folder can be moved. */
const KEPT = z.object({
  home: z.string(),
  password: z.string(),
  administratorPassword: z.string(),
  /** None in a folder from before there were roles. */
  rolePasswords: z.object({ api: z.string(), worker: z.string(), reader: z.string() }).optional(),
});

export interface Cluster {
  readonly folder: string;
  readonly home: PostgresHome;
  readonly password: string;
  readonly administratorPassword: string;
  readonly rolePasswords: RolePasswords;
}

/** The cluster of this data folder, made if there is none. A making that was cut short is done again. */
export async function prepareCluster(
  data: DataFolder,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<Cluster> {
  const before = readKept(data);
  const home = await postgresHome(data.path, before && path.resolve(data.path, before.home), say);
  const inside = home.folder === data.path ? '.' : home.folder;
  const kept = {
    ...(before ?? { home: inside, password: secret(), administratorPassword: secret() }),
    rolePasswords: before?.rolePasswords ?? { api: secret(), worker: secret(), reader: secret() },
  };
  const cluster: Cluster = { ...kept, home, folder: path.join(home.folder, POSTGRES_FOLDER) };
  refuseLoss(data, cluster, before !== undefined);
  if (before === undefined) {
    // A cluster outside the data folder whose data folder was thrown away: nobody has its password any more.
    if (fs.existsSync(cluster.folder)) setAside(cluster.folder, say);
    // First the password, then what it opens: a start that is cut short in between finds it again.
    data.writePrivately(POSTGRES_FILE, JSON.stringify(kept));
  } else if (before.rolePasswords === undefined) data.writePrivately(POSTGRES_FILE, JSON.stringify(kept));
  if (!fs.existsSync(cluster.folder)) {
    say('postgres: making the database cluster (first start) …');
    await initialise(cluster, signal);
  }
  await endLeftoverPostmaster(cluster, say);
  return cluster;
}

/**
 * An empty database beside cases that go on in Temporal would be a second system that knows none of them. What a first start had not
 * made when it was cut short is not lost: no whole system has run there yet.
 * @throws ConfigurationError with one line that names what is missing
 */
function refuseLoss(data: DataFolder, { folder }: Cluster, hasPassword: boolean): void {
  const hasCluster = fs.existsSync(folder);
  const inside = path.dirname(folder) === data.path;
  if (!hasPassword && hasCluster && (inside || data.hasRun() || data.hasTemporal()))
    throw lost(data, data.file(POSTGRES_FILE), `it holds the password of the database in ${folder}`);
  if (!hasCluster && data.hasRun()) throw lost(data, folder, 'it is the database of the system that has run here');
}

/** What to say of a part of the data folder that is missing. */
export function lost(data: DataFolder, what: string, why: string): ConfigurationError {
  return new ConfigurationError(
    `${what} is missing: ${why}. Put it back from the backup (docs/operations.md, "Backup"), or begin an empty system in another folder (DATA_DIR) or with ${data.path} moved away.`,
  );
}

function readKept(data: DataFolder): z.infer<typeof KEPT> | undefined {
  const file = data.file(POSTGRES_FILE);
  if (!fs.existsSync(file)) return undefined;
  try {
    return KEPT.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    throw new ConfigurationError(
      `${file} is damaged: it holds the password of the database. Restore it, or set DATA_DIR.`,
    );
  }
}

/** 24 random bytes: 192 bits, far beyond guessing; base64url needs no quoting in a URL. */
function secret(): string {
  return randomBytes(24).toString('base64url');
}

function setAside(folder: string, say: (line: string) => void): void {
  const aside = `${folder}.without-password-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  fs.renameSync(folder, aside);
  say(`postgres: found a cluster without its password (postgres.json is gone); it is kept as ${aside}`);
}

/** Makes the cluster under another name first: the folder `postgres` is there only when it is whole. */
async function initialise(cluster: Cluster, signal: AbortSignal | undefined): Promise<void> {
  const { home, folder } = cluster;
  for (const name of fs.readdirSync(home.folder)) {
    if (name.startsWith('postgres.unfinished-'))
      fs.rmSync(path.join(home.folder, name), { recursive: true, force: true });
  }
  const unfinished = `${folder}.unfinished-${randomUUID()}`;
  const passwordFile = `${unfinished}-password`;
  try {
    fs.mkdirSync(unfinished, { mode: 0o700 });
    fs.writeFileSync(passwordFile, cluster.administratorPassword, { mode: 0o600 });
    for (const file of [unfinished, passwordFile]) if (home.user) fs.chownSync(file, home.user.uid, home.user.gid);
    await initdb(home, unfinished, passwordFile, signal);
    fs.renameSync(unfinished, folder);
  } finally {
    for (const file of [unfinished, passwordFile]) fs.rmSync(file, { recursive: true, force: true });
  }
}

async function initdb(home: PostgresHome, folder: string, passwordFile: string, signal: AbortSignal | undefined) {
  const args = [
    ...['--pgdata', folder, '--username', ADMINISTRATOR, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
    // PostgreSQL's own UTF-8 order instead of the system's: the same on every machine, and no index breaks by an upgrade.
    ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    '--no-instructions',
  ];
  const file = path.join(home.programs, 'bin', 'initdb');
  const child = spawn(file, args, {
    ...home.user,
    cwd: '/',
    env: environmentOf(),
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new ConfigurationError(`The database cluster cannot be made: ${said.trim().split('\n').at(-1)}.`);
}

/** libpq and PostgreSQL read PG… as well, and would take what is meant for another server. */
function environmentOf(): NodeJS.ProcessEnv {
  return childEnvironment({ LC_ALL: 'C', TZ: 'UTC' }, (name) => name.startsWith('PG'));
}

const SETTINGS: Readonly<Record<string, string>> = {
  // Only this machine, only TCP: a socket file would need a folder that every user reaches.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Both are the defaults and said here because the ledger rests on them: what is committed is on the disk.
  fsync: 'on',
  synchronous_commit: 'on',
  // 64 MB: a town's records; half the default, for the machine carries Temporal as well.
  shared_buffers: '64MB',
  // 60: worker and API with a pool of 12 each, and room for scripts.
  max_connections: '60',
  // No replica reads along: less is written.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // 256 MB: a restart after a kill replays at most this much, within a second or two.
  max_wal_size: '256MB',
  // No statement here runs long enough to repay compiling it.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // An error is logged without the values it quotes and without its statement: either may hold somebody's words.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** How the server of a cluster is called. `settings` go over the usual ones. */
export function postgresLaunch(
  { folder, home }: Cluster,
  port: number,
  settings: Readonly<Record<string, string>> = {},
): Launch {
  if (home.user) giveTo(home.user, folder);
  removeStalePidFile(folder);
  const set = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    file: path.join(home.programs, 'bin', 'postgres'),
    args: ['-D', folder, '-p', String(port), ...set],
    cwd: '/',
    env: environmentOf(),
    user: home.user,
  };
}

/** PostgreSQL refuses a cluster that is not its user's own: a data folder that was unpacked by root, or on another machine, may be anybody's. */
function giveTo({ uid, gid }: User, folder: string): void {
  if (fs.statSync(folder).uid === uid) return;
  for (const name of fs.readdirSync(folder, { recursive: true }))
    fs.lchownSync(path.join(folder, String(name)), uid, gid);
  // Last: a start that is killed in between begins again.
  fs.chownSync(folder, uid, gid);
}

/** PostgreSQL clears a killed predecessor's postmaster.pid itself, unless another process of the same user has that pid now. */
function removeStalePidFile(folder: string): void {
  if (fs.existsSync(pidFile(folder)) && runningPostmaster(folder) === undefined)
    fs.rmSync(pidFile(folder), { force: true });
}

async function endLeftoverPostmaster({ folder }: Cluster, say: (line: string) => void): Promise<void> {
  const left = runningPostmaster(folder);
  if (left === undefined) return;
  say(`postgres: left over from an earlier start (pid ${left.pid}), ending it`);
  await end(left, STOPPING.postgres.signal, STOPPING.postgres.graceMs);
}

const pidFile = (folder: string) => path.join(folder, 'postmaster.pid');

/** The server that runs on this cluster: its own pid file says which, and it must look like one. */
function runningPostmaster(folder: string): ProcessIdentity | undefined {
  if (!fs.existsSync(pidFile(folder))) return undefined;
  const pid = Number.parseInt(fs.readFileSync(pidFile(folder), 'utf8'), 10);
  // Without a pid the file is half written, which PostgreSQL itself reports.
  const identity = pid > 1 ? identify(pid) : undefined;
  return identity !== undefined && isPostmaster(pid, folder) ? identity : undefined;
}

/** Its working folder is the cluster; where that cannot be seen, its command line names it. */
function isPostmaster(pid: number, folder: string): boolean {
  try {
    if (process.platform === 'linux') return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(folder);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(folder);
  } catch {
    return false;
  }
}

/** 2 s: a server that recovers refuses at once, it does not stay silent. */
const CONNECT_MS = 2_000;

/** Runs `work` as the administrator; the connection is closed whatever happens. */
async function asAdministrator<T>(cluster: Cluster, port: number, work: (client: Client) => Promise<T>): Promise<T> {
  const { administratorPassword: password } = cluster;
  const database = 'postgres';
  const connection = { host: '127.0.0.1', port, user: ADMINISTRATOR, password, database };
  const client = new Client({ ...connection, connectionTimeoutMillis: CONNECT_MS });
  // A server that is stopped while it answers must end the work, not this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function postgresIsReady(cluster: Cluster, port: number): Promise<boolean> {
  return asAdministrator(cluster, port, async (client) => (await client.query('SELECT 1')).rowCount === 1);
}

/** Makes owner, database and roles of the application if they are not there, and answers the owner's address. */
export async function applicationDatabase(cluster: Cluster, port: number): Promise<string> {
  await asAdministrator(cluster, port, async (client) => {
    const exists = async (query: string) => (await client.query(query, [APPLICATION])).rowCount === 1;
    if (!(await exists('SELECT FROM pg_roles WHERE rolname = $1'))) {
      await client.query(`CREATE ROLE ${APPLICATION} LOGIN PASSWORD ${client.escapeLiteral(cluster.password)}`);
    }
    if (!(await exists('SELECT FROM pg_database WHERE datname = $1'))) {
      await client.query(`CREATE DATABASE ${APPLICATION} OWNER ${APPLICATION}`);
    }
    // Also the passwords: those of the file open the database, whatever a restored cluster had.
    await makeRoles(client, APPLICATION, cluster.rolePasswords);
  });
  return databaseUrl(cluster, port, APPLICATION);
}

/** The address at which a role uses the database of the owner's address. */
export function databaseOf({ rolePasswords }: Cluster, ownersUrl: string, role: DatabaseRole): string {
  return addressOf(ownersUrl, role, rolePasswords);
}

/** Makes one more database of the application's role; for tests, which want one each. */
export async function anotherDatabase(cluster: Cluster, port: number, name: string): Promise<string> {
  await asAdministrator(cluster, port, (client) =>
    client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} OWNER ${APPLICATION}`),
  );
  return databaseUrl(cluster, port, name);
}

function databaseUrl({ password }: Cluster, port: number, database: string): string {
  return `postgres://${APPLICATION}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
