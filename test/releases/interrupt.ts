/**
 * Ends a filled system in the middle of its work: two acts that were answered and not recorded, one that was handed over and that no
 * worker has seen. `DATA_DIR=… npx tsx test/releases/interrupt.ts`, after `fill.ts`; what is left of the folder can be packed then.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../config/env';
import { runningAddresses } from '../../config/running-addresses';
import { createPool } from '../../db/sql/pool';
import { end, identify, isRunning } from '../../local/processes';
import { STOPPING, type PartName } from '../../local/data-folder';
import type { DemoAccount } from '../../scripts/demo/town';
import { People } from '../api/town';
import type { Fixture } from './fill';

const environment = readEnvironment();
const { dataDir } = environment;
const read = <T>(name: string) => JSON.parse(readFileSync(join(dataDir, name), 'utf8')) as T;

async function interrupt(): Promise<void> {
  const { apiUrl, databaseUrl } = runningAddresses(environment);
  const { cases, liaisons } = read<Fixture>('fixture.json');
  const accounts = [...read<readonly DemoAccount[]>('accounts.json'), ...liaisons];
  const people = await People.of({ address: apiUrl, accounts });
  // Nobody starts again what is ended below.
  await kill('start');

  const pool = createPool(databaseUrl);
  const client = await pool.connect();
  await client.query('BEGIN');
  // Recordings wait for it; acts only read.
  await client.query('LOCK TABLE ledger_streams IN SHARE ROW EXCLUSIVE MODE');
  const material = people.rules.materials[0]?.id ?? '';
  for (const text of ['方案 第二版', '方案 第三版']) {
    const document = await people.upload('official', text);
    await people.act('official', cases['plan'] ?? '', 'add-material', { material, document });
  }
  await kill('worker');
  await client.query('ROLLBACK');
  client.release();
  await pool.end();

  const path = `/reopenings/${cases['signOffs']}/approve`;
  const { status, text } = await people.post('reviewer-economy', path, people.approval('economy'));
  if (status !== 202) throw new Error(`${status} ${text}`);
  for (const part of ['api', 'mail-catcher', 'fakes', 'temporal', 'postgres'] as const) await stop(part);
}

/** The file `run/<name>.json` says which process it is. */
const processOf = (name: string) =>
  read<{ readonly pid: number; readonly started: string }>(join('run', `${name}.json`));

async function kill(name: string): Promise<void> {
  const one = processOf(name);
  process.kill(one.pid, 'SIGKILL');
  while (isRunning(one)) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function stop(part: PartName): Promise<void> {
  const { pid } = processOf(part);
  const identity = identify(pid);
  const { signal, graceMs } = STOPPING[part];
  if (identity) await end(identity, signal, graceMs);
}

void interrupt().then(() => process.exit(0));
