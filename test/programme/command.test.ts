/** `npm run programme` from outside: exit codes, one line for what is no programme, and the calendar filled in place. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT, readEnvironment } from '../../config/env';
import { checkProgramme } from '../../programme/read';
import { readProgrammeText } from '../../programme/text';
import { daysOf, fillCalendar } from '../../scripts/programme/holidays';

const FILE = readEnvironment({}).programme;
const SHIPPED = readFileSync(FILE, 'utf8');
const folder = mkdtempSync(path.join(tmpdir(), 'programme-'));
afterAll(() => rmSync(folder, { recursive: true }));

function programme(...words: string[]): { status: number | null; out: string; err: string } {
  const args = ['--import', 'tsx', path.join(PROJECT_ROOT, 'scripts', 'programme.ts'), ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT_ROOT, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

test('check prints a summary of a good file', () => {
  const { status, out } = programme('check', FILE);
  expect(status).toBe(0);
  expect(out).toMatch(/中兴镇 \(zhongxing\).*Asia\/Shanghai/);
  expect(out).toMatch(/综合行政执法队 enforcement \[否决 veto\].*✓/);
  expect(out).toMatch(/morning-antigen \(antigen\): 06:30–09:00/);
  expect(out).toMatch(/Size of the rules: \d+ of 65536 bytes/);
});

test('check prints each mistake as FILE:LINE:COLUMN and exits with 1', () => {
  const file = path.join(folder, 'wrong.yaml');
  writeFileSync(file, SHIPPED.replace('town: 中兴镇', 'twon: 中兴镇').replace('"15:00"', '"25:00"'));
  const { status, err } = programme('check', file);
  expect(status).toBe(1);
  const lines = err.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^.*wrong\.yaml:\d+:\d+: .+ — .+$/);
  expect(err).toMatch(/unknown key "twon".*did you mean town\?/);
});

test.each([
  [['chek', FILE], /unknown command "chek".*did you mean check\?/],
  [['check'], /takes one file/],
  [['check', FILE, '--fast'], /--fast/],
  [['holidays', FILE, '--years', '2026;2027'], /--years takes years/],
])('%j gives one clear line', (words, message) => {
  const { status, out, err } = programme(...words);
  expect([status, out]).toEqual([1, '']);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect(err).toMatch(message);
});

describe('what cannot be a programme file', () => {
  const huge = path.join(folder, 'huge.yaml');
  const binary = path.join(folder, 'binary.yaml');
  const chinese = path.join(folder, 'gbk.yaml');
  beforeAll(() => {
    writeFileSync(huge, 'a: 1\n');
    truncateSync(huge, 2 ** 30);
    writeFileSync(binary, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]));
    writeFileSync(chinese, Buffer.from([0xd6, 0xd0, 0xd0, 0xcb]));
  });

  test.each([
    ['a missing file', path.join(folder, 'none.yaml'), /no such file/],
    ['a folder', folder, /a folder/],
    ['a device', '/dev/zero', /not an ordinary file/],
    ['a huge file', huge, /bytes are too many/],
    ['a binary file', binary, /no text file/],
    ['a file in GBK', chinese, /not UTF-8/],
  ])('%s', (_name, file, message) => {
    expect(() => readProgrammeText(file)).toThrow(message);
    expect(() => readProgrammeText(file)).toThrow(/^[^\n]*$/);
  });
});

describe('the calendar', () => {
  const known = [2022, 2026].flatMap((year) => daysOf(year) ?? []);
  const calendar = /calendar:\n(?: .*\n)+/;

  test('of the shipped file is what the holiday library says', () => {
    expect(fillCalendar(SHIPPED, known)).toBe(SHIPPED);
  });

  test('is filled from nothing to the same text, byte for byte', () => {
    const empty = SHIPPED.replace(calendar, 'calendar: []\n');
    expect(checkProgramme(empty)).toHaveProperty('programme');
    expect(fillCalendar(empty, known)).toBe(SHIPPED);
    const later = fillCalendar(empty, known.slice(1)) ?? '';
    expect(fillCalendar(later, known)).toBe(SHIPPED);
  });

  test('is mended where a date is wrong, and comments stay', () => {
    const wrong = SHIPPED.replace('- 2022-01-03 # 元旦', '- 2022-01-04 # 抄错了').replace(
      '- 2022-01-31 # 春节',
      '- 2022-01-31 # 除夕',
    );
    expect(fillCalendar(wrong, known)).toBe(SHIPPED.replace('- 2022-01-31 # 春节', '- 2022-01-31 # 除夕'));
    const flow = SHIPPED.replace(/makeUpDays:\n(?: {6}.*2026.*\n)+/, 'makeUpDays: [2026-01-04] # 待补\n');
    expect(checkProgramme(flow)).toHaveProperty('programme');
    const filled = fillCalendar(flow, known);
    expect(filled).toContain('待补');
    expect(checkProgramme(filled ?? '')).toEqual(checkProgramme(SHIPPED));
  });

  test.each(['calendar: [{ year: 2022, holidays: [], makeUpDays: [] }]\n', 'calendar: x\n', ''])(
    'is left alone when it is written otherwise: %j',
    (other) => expect(fillCalendar(SHIPPED.replace(calendar, other), known)).toBeNull(),
  );

  test('of a year that the library does not know is nothing', () => {
    expect(daysOf(2090)).toBeNull();
  });

  test('is written by the command, and by a dry run not', () => {
    const file = path.join(folder, 'town.yaml');
    writeFileSync(file, SHIPPED.replace(calendar, 'calendar: []\n'));
    const before = readFileSync(file, 'utf8');
    expect(programme('holidays', file, '--years', '2022,2026', '--dry-run')).toMatchObject({ status: 0 });
    expect(readFileSync(file, 'utf8')).toBe(before);
    const { status, out } = programme('holidays', file, '--years', '2022,2026,2090');
    expect([status, readFileSync(file, 'utf8')]).toEqual([0, SHIPPED]);
    expect(out).toMatch(/2090: .*not known/);
    expect(programme('holidays', file, '--years', '2090').status).toBe(1);
  });
});
