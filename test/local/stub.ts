/** Small real programs and places that the tests of the embedded system start and use. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../config/env';
import { DataFolder } from '../../local/data-folder';
import { eventually } from '../../local/processes';

const folders: string[] = [];
const children: ChildProcess[] = [];

export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fugong-test-'));
  folders.push(folder);
  return folder;
}

export function dataFolder(): DataFolder {
  const folder = new DataFolder(temporaryFolder());
  folder.create();
  return folder;
}

/** A program that lives until it is ended; `code` may make it do more. */
export function livingProgram(code = ''): ChildProcess & { readonly pid: number } {
  const child = spawn(process.execPath, ['-e', `setInterval(() => {}, 1e6); ${code}`], {
    detached: true,
    stdio: 'ignore',
  });
  children.push(child);
  if (child.pid === undefined) throw new Error('the stub program cannot be started');
  return child as ChildProcess & { readonly pid: number };
}

const ANY_PORTS = {
  PORT: '0',
  TEMPORAL_PORT: '0',
  TEMPORAL_UI_PORT: '0',
  POSTGRES_PORT: '0',
  SMTP_PORT: '0',
  FAKES_PORT: '0',
};

/** `npm start` with these variables, on any free ports. */
export class Start {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  said = '';

  constructor(variables: Record<string, string>) {
    this.process = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...ANY_PORTS, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(this.process);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    }
    this.ended = new Promise((resolve) => this.process.once('close', resolve));
  }

  get lines(): string[] {
    return this.said.trimEnd().split('\n');
  }
}

export async function listener(port: number): Promise<net.Server> {
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

/** Each waits for one step of one process, which takes a second or two here: a machine that is many times slower is waited for. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 120_000): Promise<void> {
  expect(await eventually(condition, withinMs)).toBe(true);
}

/** To be called after each test: what it has started ends, what it has written goes. */
export function cleanUp(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}
