/** A PostgreSQL for one test run: on a free port, in a temporary folder, gone afterwards. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DataFolder } from './data-folder';
import { Part } from './part';
import { freePort } from './ports';
import { anotherDatabase, applicationDatabase, postgresIsReady, postgresLaunch, prepareCluster } from './postgres';

export interface ThrowAwayPostgres {
  /** The first database, as the application's role. */
  readonly url: string;
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

/** Starts one, within about two seconds. What a killed test run has left behind is removed on the way. */
export async function startThrowAwayPostgres(): Promise<ThrowAwayPostgres> {
  const silent = () => undefined;
  await sweep();
  const folder = new DataFolder(fs.mkdtempSync(path.join(os.tmpdir(), PREFIX)));
  folder.create();
  const hold = await folder.take(silent);
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
