/** A disk that is full, or a reader that has gone, takes no process down by the line that it wants to write. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { PROJECT_ROOT } from '../../config/env';
import { LossyOutput } from '../../config/log';
import { freePort } from '../../local/ports';
import { TASK_QUEUE } from '../../contracts/case/ids';
import { bundle, eventually, Temporal } from '../support/temporal';
import { TestDatabase } from '../support/postgres';
import { cleanUp, dataFolder, temporaryFolder } from './stub';
import { establishRootKey } from '../../proof/root-key';
import { rootFilesIn } from '../support/root';
import { statusOf } from '../support/status';

// Two processes with the TypeScript loader and the SDK: some seconds each on a busy machine.
const STARTED_MS = 60_000;

let database: TestDatabase;
let temporal: Temporal;
const children: ChildProcess[] = [];
/** Both workers are of one system: its key is the same, and so is its root. */
const keys = fs.mkdtempSync(path.join(tmpdir(), 'fugong-worker-key-'));
const rootFiles = rootFilesIn(keys);
establishRootKey(rootFiles);

beforeAll(async () => {
  [database, temporal] = await Promise.all([TestDatabase.start(), Temporal.start()]);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  cleanUp();
});
afterAll(async () => {
  await temporal.stop();
  await database.stop();
  fs.rmSync(keys, { recursive: true });
});

type Output = 'full' | 'gone';

/** `full`: every write is answered by ENOSPC. `gone`: nobody reads the other end. */
async function run(entry: string, output: Output, more: Record<string, string> = {}): Promise<ChildProcess> {
  const full = fs.openSync('/dev/full', 'w');
  const settings = {
    DATA_DIR: temporaryFolder(),
    FUGONG_MODE: 'trial',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.env.address,
    SMTP_URL: 'smtp://127.0.0.1:1',
    FAKES_URL: 'http://127.0.0.1:1',
    // Many lines: each is another chance to end.
    LOG_LEVEL: 'trace',
    ROOT_KEY_FILE: rootFiles.rootKeyFile,
    ROOT_PUBLIC_KEY_FILE: rootFiles.rootPublicKeyFile,
    ...more,
  };
  const out = output === 'full' ? full : 'pipe';
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(PROJECT_ROOT, entry)], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...settings },
    stdio: ['ignore', out, out],
  });
  fs.closeSync(full);
  child.stdout?.destroy();
  child.stderr?.destroy();
  children.push(child);
  await new Promise((resolve) => child.once('spawn', resolve));
  return child;
}

const lives = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

test.each(['full', 'gone'] as const)('the API serves while its output is %s', async (output) => {
  await database.rewrite('TRUNCATE key_fingerprints, signing_keys, key_rows');
  const port = await freePort();
  const api = await run('api/main.ts', output, { PORT: String(port) });
  const asked = (route: string) => statusOf(`http://127.0.0.1:${port}${route}`).catch(() => 0);
  // Prepared: it has logged that it listens and that it serves.
  await eventually(
    async () => (lives(api) ? asked('/openapi.json') : 'ended'),
    (status) => status === 200 || status === 'ended',
    STARTED_MS,
  );
  expect(await asked('/openapi.json')).toBe(200);
  expect(lives(api)).toBe(true);
  api.kill('SIGTERM');
  await eventually(
    () => api.exitCode,
    (code) => code === 0,
  );
});

test.each(['full', 'gone'] as const)('the worker works while its output is %s', async (output) => {
  const { code } = await bundle();
  const file = path.join(temporaryFolder(), 'bundle.js');
  fs.writeFileSync(file, code);
  const worker = await run('workers/main.ts', output, {
    WORKFLOW_BUNDLE: file,
    WORKER_KEY_FILE: path.join(keys, 'worker-key'),
  });
  const polled = async () => {
    const { pollers } = await temporal.client.workflowService.describeTaskQueue({
      namespace: temporal.client.options.namespace,
      taskQueue: { name: TASK_QUEUE },
      taskQueueType: 1,
    });
    return pollers?.some(({ identity }) => identity?.startsWith(`${worker.pid}@`)) ?? false;
  };
  await eventually(
    async () => (lives(worker) ? polled() : 'ended'),
    (seen) => seen === true || seen === 'ended',
    STARTED_MS,
  );
  expect(lives(worker)).toBe(true);
  worker.kill('SIGTERM');
  await eventually(
    () => worker.exitCode,
    (exit) => exit === 0,
  );
});

test('a line that finds no room is lost, a fatal one as well, and the next goes on', () => {
  const full = fs.openSync('/dev/full', 'w');
  const log = pino({}, new LossyOutput(full));
  for (let line = 0; line < 10_000; line += 1) log.info({ line }, 'lost');
  log.fatal('lost');
  fs.closeSync(full);
  const file = path.join(temporaryFolder(), 'log');
  const room = fs.openSync(file, 'a');
  pino({}, new LossyOutput(room)).info('kept');
  fs.closeSync(room);
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toMatchObject({ msg: 'kept' });
});

test('a log that cannot be made is none, and a stop that cannot be written down is one all the same', async () => {
  const folder = dataFolder();
  fs.rmSync(folder.file('logs'), { recursive: true });
  const descriptor = folder.openLog('api');
  expect(fs.writeSync(descriptor, 'lost')).toBe(4);
  fs.closeSync(descriptor);
  const hold = await folder.take(() => undefined);
  fs.rmSync(folder.file('run'), { recursive: true });
  hold.stopping();
  hold.release();
});
