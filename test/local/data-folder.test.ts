/** Who has the data folder, and which processes a killed start has left on it. */
import fs from 'node:fs';
import { ConfigurationError } from '../../config/env';
import { DataFolder } from '../../local/data-folder';
import { identify, isRunning } from '../../local/processes';
import { cleanUp, dataFolder, livingProgram, temporaryFolder, until } from './stub';

afterEach(cleanUp);

const identityOf = (pid: number) => {
  const identity = identify(pid);
  if (identity === undefined) throw new Error(`no process ${pid}`);
  return identity;
};

describe('a process is known again', () => {
  test('while it lives, and not when it has ended', async () => {
    const program = livingProgram();
    const identity = identityOf(program.pid);
    expect(isRunning(identity)).toBe(true);
    program.kill('SIGKILL');
    await until(() => !isRunning(identity));
  });

  test('not when another has got its pid', () => {
    const { pid } = livingProgram();
    expect(isRunning({ pid, started: identityOf(process.pid).started })).toBe(false);
  });
});

describe('what a killed start has left', () => {
  test('is ended, with a line that says so', async () => {
    const folder = dataFolder();
    const left = identityOf(livingProgram().pid);
    folder.remember('worker', left.pid);
    const said: string[] = [];
    await folder.endLeftovers((line) => said.push(line));
    expect(isRunning(left)).toBe(false);
    expect(said).toEqual([`worker: left over from an earlier start (pid ${left.pid}), ending it`]);
    expect(folder.processOf('worker')).toBeUndefined();
  });

  test('is ended by force when it does not listen, with the helpers that it has started', async () => {
    const folder = dataFolder();
    const file = folder.file('helper');
    // Tells its helper's pid when it is deaf to SIGTERM.
    const left = livingProgram(`
      process.on('SIGTERM', () => {});
      const helper = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
      fs.writeFileSync(${JSON.stringify(file)}, String(helper.pid));`);
    await until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8') !== '');
    const helper = identityOf(Number(fs.readFileSync(file, 'utf8')));
    folder.remember('mail-catcher', left.pid);
    await folder.endLeftovers(() => undefined);
    await until(() => !isRunning(helper));
    expect(identify(left.pid)).toBeUndefined();
  });

  test('is left alone when it only has the pid of one of them', async () => {
    const folder = dataFolder();
    const stranger = identityOf(livingProgram().pid);
    folder.writePrivately(
      'run/worker.json',
      JSON.stringify({ part: 'worker', pid: stranger.pid, started: 'long ago' }),
    );
    await folder.endLeftovers((line) => expect(line).toBe('nothing is said'));
    expect(isRunning(stranger)).toBe(true);
  });

  test('may be a file that says nothing', async () => {
    const folder = dataFolder();
    fs.writeFileSync(folder.file('run', 'temporal.json'), '{"pid":');
    await folder.endLeftovers((line) => expect(line).toBe('nothing is said'));
  });
});

describe('the folder is had by one start', () => {
  const silent = () => undefined;
  const lock = (folder: DataFolder) => folder.file('run', 'start.json');

  test('a second one is refused with the pid of the first', async () => {
    const folder = dataFolder();
    await folder.take(silent);
    const second = folder.take(silent);
    await expect(second).rejects.toThrow(ConfigurationError);
    await expect(second).rejects.toThrow(`Fugong already runs on ${folder.path} (pid ${process.pid}): stop it first`);
  });

  test('of two that come at once, one gets it', async () => {
    const folder = dataFolder();
    const outcomes = await Promise.allSettled([folder.take(silent), folder.take(silent)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('it is free again after the first, were it ended in order or killed', async () => {
    const folder = dataFolder();
    (await folder.take(silent)).release();
    fs.writeFileSync(lock(folder), JSON.stringify({ pid: process.pid, started: 'long ago' }));
    (await folder.take(silent)).release();
    fs.writeFileSync(lock(folder), '');
    (await folder.take(silent)).release();
    expect(fs.readdirSync(folder.file('run'))).toEqual([]);
  });

  test('a first one that is just stopping is waited for', async () => {
    const folder = dataFolder();
    const first = livingProgram();
    fs.writeFileSync(lock(folder), JSON.stringify({ ...identityOf(first.pid), stopping: true }));
    // It ends when the second has said that it waits.
    const hold = await folder.take(() => first.kill('SIGKILL'));
    expect(identify(first.pid)).toBeUndefined();
    hold.release();
  });
});

test('a folder that cannot be made is said in one line', () => {
  const file = `${temporaryFolder()}/file`;
  fs.writeFileSync(file, '');
  expect(() => new DataFolder(file).create()).toThrow(new RegExp(`^DATA_DIR ${file} cannot be used: [^\\n]+$`));
});

test('secrets are readable by their owner only', () => {
  const folder = dataFolder();
  folder.writePrivately('secret', 'x');
  const mode = (name: string) => fs.statSync(folder.file(name)).mode & 0o777;
  expect(['secret', 'run', 'logs', 'mail', 'temporal'].map(mode)).toEqual([0o600, 0o700, 0o700, 0o700, 0o700]);
});

test('a long log is put aside once, a short one is gone on with', () => {
  const folder = dataFolder();
  const write = (text: string) => {
    const log = folder.openLog('api');
    fs.writeSync(log, text);
    fs.closeSync(log);
  };
  write('one\n');
  write('x'.repeat(5_000_000));
  expect(fs.readFileSync(folder.logFile('api'), 'utf8')).toMatch(/^one\nx/);
  write('two\nthree\n');
  expect(folder.lastLogLine('api')).toBe('three');
  expect(fs.statSync(`${folder.logFile('api')}.1`).size).toBeGreaterThan(5_000_000);
});
