/** A PostgreSQL for one test run: on a free port, in a temporary folder, gone afterwards. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { DataFolder } from './data-folder';
import type { DatabaseRole } from '../db/sql/grants';
import { Part } from './part';
import { freePort } from './ports';
import {
  anotherDatabase,
  applicationDatabase,
  databaseOf,
  postgresIsReady,
  postgresLaunch,
  prepareCluster,
} from './postgres';

export interface ThrowAwayPostgres {
  /** The first database, as the application's role. */
  readonly url: string;
  /** The same for one of the roles beside it. */
  as(role: DatabaseRole): string;
  /** Its data folder; `logs/postgres.log` is in it. */
  readonly folder: string;
  /** Makes another empty database of the same role and answers its address. */
  createDatabase(name: string): Promise<string>;
  /** Ends the server and keeps its files. */
  pause(): Promise<void>;
  /** Starts it again where it was. */
  resume(): Promise<void>;
  /** Ends the server and removes all its files. */
  stop(): Promise<void>;
}

const PREFIX = 'fugong-test-postgres-';

/** What makes a data folder of this PostgreSQL: its passwords, and the cluster that they open. */
const CONTENTS = ['postgres.json', 'postgres'];

/**
 * Starts one, within about two seconds, or half a second when it is copied `from` a folder that `keepThrowAway` made. What a
 * killed test run has left behind is removed on the way.
 */
export async function startThrowAwayPostgres(from?: string): Promise<ThrowAwayPostgres> {
  const silent = () => undefined;
  await sweep();
  const folder = new DataFolder(fs.mkdtempSync(path.join(os.tmpdir(), PREFIX)));
  folder.create();
  const hold = await folder.take(silent);
  if (from !== undefined) await copyContents(from, folder.path);
  const cluster = await prepareCluster(folder, silent);
  const port = await freePort();
  // A test run that the machine does not survive is run again: nothing needs to reach the disk.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const life = () =>
    new Part(
      {
        name: 'postgres',
        launch: () => postgresLaunch(cluster, port, settings),
        probe: () => postgresIsReady(cluster, port),
      },
      folder,
      silent,
    );
  let part = life();
  const atExit = () => part.kill();
  process.once('exit', atExit);
  const remove = async () => {
    await part.stop();
    process.removeListener('exit', atExit);
    hold.release();
    // Where the temporary folder cannot be reached by PostgreSQL's user, the cluster lies elsewhere.
    for (const left of [cluster.home.folder, folder.path]) fs.rmSync(left, { recursive: true, force: true });
  };
  try {
    await part.start();
    const url = await applicationDatabase(cluster, port);
    return {
      url,
      as: (role) => databaseOf(cluster, url, role),
      folder: folder.path,
      createDatabase: (name) => anotherDatabase(cluster, port, name),
      pause: () => part.stop(),
      resume: () => {
        part = life();
        return part.start();
      },
      stop: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Keeps what a server holds, which is paused for it, in a new folder to start others from. @returns false, and makes an empty
 * folder, where the cluster lies outside of its data folder (PostgreSQL's user cannot reach the temporary one).
 */
export async function keepThrowAway(server: ThrowAwayPostgres, to: string): Promise<boolean> {
  await server.pause();
  fs.mkdirSync(to, { recursive: true });
  const whole = CONTENTS.every((name) => fs.existsSync(path.join(server.folder, name)));
  if (whole) await copyContents(server.folder, to);
  return whole;
}

/** By cp, which keeps owner and rights: under root the cluster belongs to PostgreSQL's own user. */
async function copyContents(from: string, to: string): Promise<void> {
  const there = CONTENTS.map((name) => path.join(from, name)).filter((file) => fs.existsSync(file));
  if (there.length > 0) await promisify(execFile)('cp', ['-a', ...there, to]);
}

/** A folder whose test run lives refuses to be taken. */
async function sweep(): Promise<void> {
  for (const name of fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith(PREFIX))) {
    const folder = new DataFolder(path.join(os.tmpdir(), name));
    try {
      await folder.take(() => undefined);
    } catch {
      // In use, of another user, or just being made.
      continue;
    }
    await folder.endLeftovers(() => undefined);
    fs.rmSync(folder.path, { recursive: true, force: true });
  }
}
