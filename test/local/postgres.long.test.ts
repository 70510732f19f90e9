/** The embedded PostgreSQL on its real cluster: what was committed survives kills, and what was half made is made again. */
import { Client } from 'pg';
import fs from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../config/env';
import type { DataFolder } from '../../local/data-folder';
import { Part } from '../../local/part';
import { freePort } from '../../local/ports';
import {
  applicationDatabase,
  databaseOf,
  postgresIsReady,
  postgresLaunch,
  prepareCluster,
  type Cluster,
} from '../../local/postgres';
import { identify, isRunning } from '../../local/processes';
import { startThrowAwayPostgres } from '../../local/throw-away';
import { cleanUp, dataFolder, livingProgram, temporaryFolder, until } from './stub';

// Making a cluster takes about a second, on a busy machine some.
const silent = () => undefined;
const parts: Part[] = [];

afterEach(async () => {
  for (const part of parts.splice(0)) await part.stop();
  cleanUp();
});

interface Server {
  readonly folder: DataFolder;
  readonly cluster: Cluster;
  readonly part: Part;
  readonly url: string;
}

async function serve(folder: DataFolder, say: (line: string) => void = silent): Promise<Server> {
  const cluster = await prepareCluster(folder, say);
  const port = await freePort();
  const part = new Part(
    { name: 'postgres', launch: () => postgresLaunch(cluster, port), probe: () => postgresIsReady(cluster, port) },
    folder,
    say,
  );
  parts.push(part);
  await part.start();
  return { folder, cluster, part, url: await applicationDatabase(cluster, port) };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  client.on('error', silent);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>({ text: sql })).rows;
  } finally {
    await client.end();
  }
}

test('what was committed is there after a SIGKILL, without anyone’s help', async () => {
  const said: string[] = [];
  const { part, url } = await serve(dataFolder(), (line) => said.push(line));
  await query(url, 'CREATE TABLE kept AS SELECT 1 AS one');
  const first = identify(part.pid!)!;
  process.kill(first.pid, 'SIGKILL');
  await until(() => said.includes('postgres: up again'));
  expect(await query(url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  expect(isRunning(first)).toBe(false);
});

test('the next start finds the same database and the same password', async () => {
  const folder = dataFolder();
  const first = await serve(folder);
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  await first.part.stop();
  const second = await serve(folder);
  expect(second.cluster.password).toBe(first.cluster.password);
  expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});

test('a server whose start was killed is ended by its own pid file', async () => {
  const folder = dataFolder();
  const { part, cluster } = await serve(folder);
  const left = identify(part.pid!)!;
  // As after a kill between the spawn and the writing of the pid file: only PostgreSQL's own file knows it.
  folder.forget('postgres');
  const stopped = part.stop();
  const said: string[] = [];
  await prepareCluster(folder, (line) => said.push(line));
  await stopped;
  expect(isRunning(left)).toBe(false);
  expect(fs.existsSync(path.join(cluster.folder, 'postmaster.pid'))).toBe(false);
});

test('a pid file whose pid another program has got now neither hinders a start nor harms that program', async () => {
  const folder = dataFolder();
  const first = await serve(folder);
  await first.part.stop();
  const stranger = livingProgram();
  fs.writeFileSync(path.join(first.cluster.folder, 'postmaster.pid'), `${stranger.pid}\n${first.cluster.folder}\n`);
  const second = await serve(folder);
  expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(identify(stranger.pid)).toBeDefined();
});

test('a cluster that was only half made is made again', async () => {
  const folder = dataFolder();
  const aborted = new AbortController();
  const making = prepareCluster(folder, () => setImmediate(() => aborted.abort()), aborted.signal);
  await expect(making).rejects.toThrow('aborted');
  // What a kill leaves, which cleans up nothing.
  fs.mkdirSync(folder.file('postgres.unfinished-1', 'base'), { recursive: true });
  const { url, cluster } = await serve(folder);
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  const names = fs.readdirSync(cluster.home.folder).filter((name) => name.startsWith('postgres'));
  expect(names.sort()).toEqual(['postgres', 'postgres.json']);
});

const refusal = (folder: DataFolder) =>
  prepareCluster(folder, silent).then(
    () => new Error('it went on'),
    (error: Error) => error,
  );

test('a damaged or lost password is said in one line, and the cluster it opens stays where it is', async () => {
  const folder = dataFolder();
  const { part, cluster } = await serve(folder);
  await part.stop();
  const kept = fs.readFileSync(folder.file('postgres.json'));
  fs.writeFileSync(folder.file('postgres.json'), '{');
  await expect(prepareCluster(folder, silent)).rejects.toThrow(ConfigurationError);
  fs.rmSync(folder.file('postgres.json'));
  const error = await refusal(folder);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error.message).toMatch(
    new RegExp(`^${folder.file('postgres.json')} is missing: it holds the password [^\\n]+$`),
  );
  expect(fs.existsSync(folder.file('postgres.json'))).toBe(false);
  fs.writeFileSync(folder.file('postgres.json'), kept);
  expect((await serve(folder)).cluster.folder).toBe(cluster.folder);
});

test('a cluster that is gone is not made anew where a system has run, and is where a first start was cut short', async () => {
  const folder = dataFolder();
  const { part, cluster } = await serve(folder);
  await part.stop();
  fs.rmSync(cluster.folder, { recursive: true });
  fs.writeFileSync(folder.file('run', 'addresses.json'), '{}');
  const error = await refusal(folder);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error.message).toMatch(new RegExp(`^${cluster.folder} is missing: it is the database [^\\n]+$`));
  expect(fs.existsSync(cluster.folder)).toBe(false);
  // What a restored backup has in its place.
  fs.rmSync(folder.file('run', 'addresses.json'));
  fs.writeFileSync(folder.file('temporal', 'temporal.db'), '');
  fs.writeFileSync(folder.file('signing-key'), '');
  expect((await refusal(folder)).message).toContain('is missing');
  fs.rmSync(folder.file('signing-key'));
  await serve(folder);
});

test('a cluster elsewhere that is gone is not made anew either', async () => {
  const folder = dataFolder();
  const elsewhere = temporaryFolder();
  fs.chmodSync(elsewhere, 0o755);
  const kept = { home: elsewhere, password: 'p', administratorPassword: 'a' };
  fs.writeFileSync(folder.file('postgres.json'), JSON.stringify(kept));
  const { part, cluster } = await serve(folder);
  await part.stop();
  expect(cluster.folder).toBe(path.join(elsewhere, 'postgres'));
  fs.rmSync(cluster.folder, { recursive: true });
  fs.writeFileSync(folder.file('run', 'addresses.json'), '{}');
  expect((await refusal(folder)).message).toContain(`${cluster.folder} is missing`);
});

test('a folder from before there were roles gets them at its next start; their passwords are in the file that only its owner reads', async () => {
  const folder = dataFolder();
  const first = await serve(folder);
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  await first.part.stop();
  const file = folder.file('postgres.json');
  const { rolePasswords, ...before } = JSON.parse(fs.readFileSync(file, 'utf8')) as { rolePasswords: object };
  expect(Object.keys(rolePasswords)).toEqual(['api', 'worker', 'reader']);
  fs.writeFileSync(file, JSON.stringify(before));
  const { url, cluster } = await serve(folder);
  expect(cluster.rolePasswords).not.toEqual(rolePasswords);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({ ...before, rolePasswords: cluster.rolePasswords });
  expect(await query(url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  for (const role of ['api', 'worker', 'reader'] as const) {
    const as = databaseOf(cluster, url, role);
    expect(await query(as, 'SELECT current_user AS name')).toEqual([{ name: `fugong_${role}` }]);
    await expect(query(as, 'SELECT one FROM kept')).rejects.toThrow('permission denied');
  }
});

test('the application is no superuser, stores UTF-8, and commits to the disk', async () => {
  const { url } = await serve(dataFolder());
  const rows = await query(
    url,
    `SELECT usesuper, current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS commit, current_setting('listen_addresses') AS listen
     FROM pg_user WHERE usename = current_user`,
  );
  expect(rows).toEqual([{ usesuper: false, encoding: 'UTF8', fsync: 'on', commit: 'on', listen: '127.0.0.1' }]);
});

test('a throw-away server gives databases of their own and leaves nothing', async () => {
  const server = await startThrowAwayPostgres();
  const other = await server.createDatabase('other');
  await query(server.url, 'CREATE TABLE only_here ()');
  expect(await query(other, "SELECT FROM pg_tables WHERE tablename = 'only_here'")).toEqual([]);
  expect(fs.readdirSync(server.folder)).toContain('postgres');
  await server.stop();
  expect(fs.existsSync(server.folder)).toBe(false);
  await expect(query(server.url, 'SELECT 1')).rejects.toThrow();
});
