/** A data folder that an earlier release filled, unpacked for one test and started by today's code. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { Client, Connection } from '@temporalio/client';
import { readEnvironment } from '../../config/env';
import { runningAddresses } from '../../config/running-addresses';
import type { DemoAccount } from '../../scripts/demo/town';
import { People } from '../api/town';
import { Start, temporaryFolder, until } from '../local/stub';
import type { Fixture } from './fill';

/** 3 min: what a start may take on a machine three times slower, migrations and the takeover among it. */
const START_MS = 180_000;

export interface Opened {
  readonly dataDir: string;
  readonly start: Start;
  readonly people: People;
  readonly cases: Fixture['cases'];
  readonly bulletin: string;
  readonly databaseUrl: string;
  readonly temporal: Client;
  close(): Promise<void>;
}

/** `of`: the release's commit, whose folder is packed in this folder. */
export async function opened(of: string): Promise<Opened> {
  return openFolder(unpack(of));
}

export function unpack(of: string): string {
  const dataDir = temporaryFolder();
  const packed = brotliDecompressSync(readFileSync(join(__dirname, `of-${of}.tar.br`)));
  execFileSync('tar', ['-xf', '-', '-C', dataDir], { input: packed });
  return dataDir;
}

export async function openFolder(dataDir: string): Promise<Opened> {
  const start = new Start({ DATA_DIR: dataDir });
  await until(() => start.said.includes('Fugong is ready') || start.process.exitCode !== null, START_MS);
  if (start.process.exitCode !== null) throw new Error(`the start has ended by itself:\n${start.said}`);
  const { apiUrl, databaseUrl, temporalAddress } = runningAddresses(readEnvironment({ DATA_DIR: dataDir }));
  const read = <T>(name: string) => JSON.parse(readFileSync(join(dataDir, name), 'utf8')) as T;
  const { cases, liaisons, bulletin } = read<Fixture>('fixture.json');
  const accounts = [...read<readonly DemoAccount[]>('accounts.json'), ...liaisons];
  const connection = await Connection.connect({ address: temporalAddress });
  return {
    ...{ dataDir, start, cases, bulletin, databaseUrl },
    people: await People.of({ address: apiUrl, accounts }),
    temporal: new Client({ connection }),
    close: async () => {
      await connection.close();
      start.process.kill('SIGTERM');
      await start.ended;
    },
  };
}

/**
 * Starts on the folder and kills every process of it at once, as a power failure would, as soon as the start has said `line`.
 * @returns what it said
 */
export async function killedAt(dataDir: string, line: string): Promise<string> {
  const start = new Start({ DATA_DIR: dataDir });
  await until(() => start.said.includes(line) || start.process.exitCode !== null, START_MS);
  const parents = String(start.process.pid);
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', parents]).toString().trim().split(/\s+/).map(Number);
  start.process.kill('SIGKILL');
  for (const pid of children) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  await start.ended;
  return start.said;
}
