/** The whole as `npm start` runs it, with real parts: killed, started again, stopped. */
import fs from 'node:fs';
import path from 'node:path';
import { PARTS, DataFolder } from '../../local/data-folder';
import { isRunning } from '../../local/processes';
import { readEnvironment } from '../../config/env';
import { KEPT_FILES, MADE_AGAIN } from '../../config/backup-files';
import { runningAddresses } from '../../config/running-addresses';
import { cleanUp, Start, temporaryFolder, until } from './stub';
import { statusOf } from '../support/status';

/** A first start takes 6 s here, and half a minute with the download of the server. */
const START_MS = 300_000;

const dataDir = temporaryFolder();
const folder = new DataFolder(dataDir);

// A test that fails in the middle must not leave the killed start's parts behind.
afterAll(async () => {
  await folder.endLeftovers(() => undefined);
  cleanUp();
});

const ready = (start: Start) =>
  until(() => start.said.includes('Fugong is ready') || start.process.exitCode !== null, START_MS);

async function isReady(): Promise<boolean> {
  const { apiUrl } = runningAddresses(readEnvironment({ DATA_DIR: dataDir }));
  return (await statusOf(`${apiUrl}/readyz`)) === 200;
}

test('killed whole, it goes on at the next start; asked to stop, it leaves no process', async () => {
  const processes = () => PARTS.map((part) => folder.processOf(part)!);

  const first = new Start({ DATA_DIR: dataDir });
  await ready(first);
  expect(first.said).toContain('Fugong is ready');
  const accounts = fs.readFileSync(path.join(dataDir, 'accounts.json'), 'utf8');
  for (const { login, password } of JSON.parse(accounts) as { login: string; password: string }[]) {
    expect(first.said).toContain(login);
    expect(first.said).toContain(password);
  }
  // Whatever is in the folder is either in every backup or made again: docs/operations.md names the former (kept-files.test.ts).
  const known = [...KEPT_FILES.map(({ name }) => name.replace(/\/$/, '')), ...MADE_AGAIN];
  expect(fs.readdirSync(dataDir).filter((name) => !known.includes(name))).toEqual([]);
  const orphans = processes();
  first.process.kill('SIGKILL');
  await first.ended;
  expect(orphans.every(isRunning)).toBe(true);

  const second = new Start({ DATA_DIR: dataDir });
  await ready(second);
  expect(orphans.some(isRunning)).toBe(false);
  expect(second.lines.filter((line) => line.includes('left over'))).toHaveLength(PARTS.length);
  expect(fs.readFileSync(path.join(dataDir, 'accounts.json'), 'utf8')).toBe(accounts);
  expect(await isReady()).toBe(true);

  // Each part comes back by itself, in its place.
  for (const { pid } of processes()) process.kill(pid, 'SIGKILL');
  await until(() => PARTS.every((part) => second.lines.includes(`[fugong] ${part}: up again`)), START_MS);
  await until(() => isReady().catch(() => false), START_MS);

  const last = processes();
  second.process.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(last.some(isRunning)).toBe(false);
  expect(second.lines.at(-1)).toBe('[fugong] stopped; nothing is left running');
});
