/** A part's life: ready, dying and started again, stopped. The parts are real processes; only the pauses are not waited for. */
import fs from 'node:fs';
import { WRONG_SETTING } from '../../config/env';
import { Part, StartFailure, type Clock, type PartPlan } from '../../local/part';
import { identify, isRunning } from '../../local/processes';
import { cleanUp, dataFolder, until } from './stub';

afterEach(cleanUp);

/** A clock whose pauses are over at once, and noted. `lifeMs`: how long each life seems to have lasted. */
function fakeClock(lifeMs: number) {
  let now = 0;
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => (now += lifeMs),
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      await Promise.resolve();
    },
  };
  return { clock, pauses };
}

function part(code: string, options: { probe?: PartPlan['probe']; clock?: Clock; file?: string } = {}) {
  const folder = dataFolder();
  const said: string[] = [];
  const plan: PartPlan = {
    name: 'mail-catcher',
    launch: () => ({
      file: options.file ?? process.execPath,
      args: ['-e', code],
      cwd: folder.path,
      env: { ...process.env },
    }),
    probe: options.probe ?? (() => Promise.resolve(true)),
  };
  return { folder, said, part: new Part(plan, folder, (line) => said.push(line), options.clock) };
}

const FOREVER = 'setInterval(() => {}, 1e6)';

test('a part that dies is started again with a pause that grows to 15 s, and a line each time', async () => {
  const { clock, pauses } = fakeClock(100);
  // Ready for a moment, then it ends; whether it was ready is not asked here.
  const dying = part('setTimeout(() => process.exit(3), 30)', { clock });
  await dying.part.start();
  await until(() => pauses.length >= 7);
  await dying.part.stop();
  expect(pauses.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  expect(dying.said).toContain('mail-catcher: ended with exit code 3; starting it again in 0.5 s');
  expect(dying.said).toContain('mail-catcher: ended with exit code 3; starting it again in 15 s');
});

test('a part that has lived for a minute begins with the short pause again', async () => {
  const { clock, pauses } = fakeClock(60_000);
  const dying = part('setTimeout(() => process.exit(0), 30)', { clock });
  await dying.part.start();
  await until(() => pauses.length >= 4);
  await dying.part.stop();
  expect(new Set(pauses)).toEqual(new Set([500]));
});

test('a part that is killed is up again as another process', async () => {
  const { clock } = fakeClock(100);
  const killed = part(FOREVER, { clock });
  await killed.part.start();
  const first = killed.part.pid;
  process.kill(first!, 'SIGKILL');
  await until(() => killed.said.includes('mail-catcher: up again'));
  expect(killed.said[0]).toBe('mail-catcher: ended by SIGKILL; starting it again in 0.5 s');
  expect(killed.part.pid).not.toBe(first);
  expect(killed.folder.processOf('mail-catcher')?.pid).toBe(killed.part.pid);
  await killed.part.stop();
});

test('a part that never becomes ready fails the start, with its last words and where its log is', async () => {
  const { clock, pauses } = fakeClock(100);
  const failing = part('console.error("first"); console.error("DATABASE_URL must be …"); process.exit(1)', {
    clock,
    probe: () => Promise.resolve(false),
  });
  const start = failing.part.start();
  await expect(start).rejects.toThrow(StartFailure);
  await expect(start).rejects.toThrow(
    `mail-catcher does not start: ended with exit code 1, 4 times. See ${failing.folder.logFile('mail-catcher')}. Its last words: DATABASE_URL must be …`,
  );
  expect(pauses).toEqual([500, 1_000, 2_000]);
});

test('a part that ends for a wrong setting fails the start at once, with its own line', async () => {
  const { clock, pauses } = fakeClock(100);
  const failing = part(`console.error('PORT must be …'); process.exit(${WRONG_SETTING})`, {
    clock,
    probe: () => Promise.resolve(false),
  });
  await expect(failing.part.start()).rejects.toThrow(/^PORT must be …$/);
  expect(pauses).toEqual([]);
});

test('a program that is missing fails the start in the same way', async () => {
  const missing = part('', { clock: fakeClock(100).clock, file: '/nowhere/program' });
  await expect(missing.part.start()).rejects.toThrow(
    /^mail-catcher does not start: cannot be started \(spawn \/nowhere\/program ENOENT\), 4 times\./,
  );
});

describe('stopping', () => {
  test('leaves no process, also none that the part has started, and no pid file', async () => {
    const { folder, part: running } = part(`
      const helper = require('child_process').spawn(process.execPath, ['-e', '${FOREVER}']);
      fs.writeFileSync('helper', String(helper.pid)); ${FOREVER}`);
    await running.start();
    const file = folder.file('helper');
    await until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8') !== '');
    const processes = [running.pid!, Number(fs.readFileSync(file, 'utf8'))].map((pid) => identify(pid)!);
    await running.stop();
    await until(() => !processes.some(isRunning));
    expect(fs.readdirSync(folder.file('run'))).toEqual([]);
  });

  test('ends a part by force that does not listen', async () => {
    const deaf = part(`process.on('SIGTERM', () => {}); fs.writeFileSync('deaf', ''); ${FOREVER}`);
    await deaf.part.start();
    await until(() => fs.existsSync(deaf.folder.file('deaf')));
    const process_ = identify(deaf.part.pid!)!;
    await deaf.part.stop();
    expect(isRunning(process_)).toBe(false);
  });

  test('during the start ends it', async () => {
    const waiting = part(FOREVER, { probe: () => Promise.resolve(false) });
    const start = waiting.part.start();
    const refused = expect(start).rejects.toThrow('mail-catcher was stopped before it was ready.');
    await until(() => waiting.folder.processOf('mail-catcher') !== undefined);
    await waiting.part.stop();
    await refused;
    expect(waiting.folder.processOf('mail-catcher')).toBeUndefined();
  });

  test('during a pause does not wait for its end', async () => {
    // The real clock: the third pause would be 2 s, and grows.
    const dying = part('setTimeout(() => process.exit(3), 30)');
    await dying.part.start();
    await until(() => dying.said.length > 0);
    await dying.part.stop();
    expect(dying.part.pid).toBeUndefined();
  });
});
