/** How the tests run: each file by one of the two commands, no limit on a total, nothing outlives its file, what stands still is failed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');
const JEST = require.resolve('jest/bin/jest');
const run = promisify(execFile);

const TESTS = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join(ROOT, 'test', name));

describe('each test file', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };

  /** What an npm script would run, in a browser or not. */
  async function listed(script: string): Promise<string[]> {
    const [, ...args] = scripts[script]?.split(' ') ?? [];
    const { stdout } = await run(process.execPath, [JEST, ...args, '--listTests'], { cwd: ROOT });
    return stdout.split('\n').filter((line) => line.endsWith('.test.ts'));
  }

  test('is run by npm test or by npm run test:long, and by one of them only', async () => {
    const both = [...(await listed('test')), ...(await listed('test:long'))];
    // Where there is no Chromium those in a browser are left out, and this is said.
    const inBrowser = (name: string) => name.includes('/browser/');
    expect(both.filter((name) => !inBrowser(name)).sort()).toEqual(TESTS.filter((name) => !inBrowser(name)).sort());
    expect(new Set(both).size).toBe(both.length);
  });

  test('has no limit on how long the whole takes: jest.config.js has the last one, the environment watches progress', () => {
    const limits = /jest\.setTimeout\(|^ *\}, (?:\d[\d_]*|[A-Z_]+_MS)\);$/m;
    expect(TESTS.filter((file) => limits.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('reads every answer to its end: statusOf, where only the status is asked', () => {
    const unread = /\(await fetch\(.*\)\)\.(?:status|ok)\b|\{ (?:status|ok) \} = await fetch\(/;
    expect(TESTS.filter((file) => unread.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

describe('the environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fugong-environment-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What jest says of one file with such a text. */
  async function saidOf(text: string): Promise<string> {
    writeFileSync(join(folder, 'one.test.js'), text);
    const config = {
      rootDir: folder,
      testEnvironment: join(ROOT, 'test/support/environment.ts'),
      testEnvironmentOptions: { patienceS: 2, closingMs: 500 },
      transform: { '\\.ts$': require.resolve('@swc/jest') },
      testTimeout: 60_000,
    };
    // What outlives its file would keep the process alive for ever.
    const args = [JEST, '--config', JSON.stringify(config), '--runInBand', '--forceExit'];
    const ended = await run(process.execPath, args, { cwd: ROOT }).catch((error: { stderr: string }) => error);
    return ended.stderr;
  }

  test.each([
    ['an open port', `test('x', () => void require('node:net').createServer().listen(0))`, '1 TCPServerWrap'],
    ['a timer', `test('x', () => void setTimeout(() => undefined, 30_000))`, 'a timer at'],
    ['a process', `test('x', () => void require('node:child_process').spawn('sleep', ['5']))`, '1 ProcessWrap'],
    ['a failure', `test('x', () => void setTimeout(() => { throw new Error('too late') }, 200))`, 'too late'],
    ['a rejection', `test('x', () => void setTimeout(() => Promise.reject(new Error('too late')), 200))`, 'too late'],
  ])('fails a file that %s outlives', async (_what, text, said) => {
    const words = await saidOf(text);
    expect(words).toContain('Test suite failed to run');
    expect(words).toContain(said);
  });

  test('lets pass what has closed all it opened, and takes its time about it', async () => {
    const slow = `beforeAll(async () => {
      for (let n = 0; n < 8; n += 1) { await new Promise((resolve) => setTimeout(resolve, 500)); expect(n).toBe(n); }
    })`;
    expect(await saidOf(`${slow}; test('x', () => undefined)`)).toContain('1 passed');
  });

  test('fails what does not get on', async () => {
    const hangs = `new Promise((resolve) => setTimeout(resolve, 8000).unref())`;
    expect(await saidOf(`test('x', () => ${hangs})`)).toContain('Nothing has moved for 2 s.');
    expect(await saidOf(`afterAll(() => ${hangs}); test('x', () => undefined)`)).toContain(
      'Nothing has moved for 2 s.',
    );
  });
});
