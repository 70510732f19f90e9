/** What the bench's command line takes, and that it refuses the rest before it measures anything. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAsked } from '../../scripts/bench/asked';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fugong-asked-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test('acts are measured unless a day is asked for', () => {
  expect(readAsked([])).toEqual({ day: false, json: undefined, seconds: 120 });
  expect(readAsked(['--seconds', '10'])).toMatchObject({ day: false, seconds: 10 });
  expect(readAsked(['--day'])).toMatchObject({ day: true });
});

test('a file is tried before the measuring', () => {
  const json = join(folder, 'day.json');
  expect(readAsked(['--day', '--json', json])).toMatchObject({ day: true, json });
  expect(readFileSync(json, 'utf8')).toBe('');
  expect(() => readAsked(['--json', join(folder, 'none', 'day.json')])).toThrow(/cannot be written \(ENOENT\)/);
});

test.each([
  [['--seconds', '9'], '--seconds takes a number from 10 to 180'],
  [['--seconds', 'ten'], '--seconds takes a number from 10 to 180'],
  [['--day', '--seconds', '60'], '--day takes as long as its days take'],
  [['--days'], "Unknown option '--days'"],
])('%p is refused with how it is used', (args, said) => {
  expect(() => readAsked(args)).toThrow(said);
  expect(() => readAsked(args)).toThrow('npm run bench [-- --json FILE]');
});
