/** The shipped programme: it passes its own check, yields rules a case can carry, and tolerates no slip of a key. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { isMap, parseDocument, visit, type Document, type Pair, type Scalar } from 'yaml';
import { readEnvironment } from '../../config/env';
import { checkProgramme, loadProgramme, loadRules, ProgrammeError, readProgramme } from '../../programme/read';
import { fillIn, NOTICE_KINDS, NOTICE_PLACEHOLDERS } from '../../domain/telling/notices';
import { RULES_LIMIT, rulesOf } from '../../programme/schema';
import { editionInForce } from '../../programme/rules-in-force';
import { fixedOffset } from '../../programme/time-zone';

const FILE = readEnvironment({}).programme;
const SHIPPED = readFileSync(FILE, 'utf8');

describe('the shipped programme', () => {
  const rules = loadRules();

  test('gives rules of at most 64 KB that survive JSON', () => {
    expect(Buffer.byteLength(JSON.stringify(rules))).toBeLessThanOrEqual(RULES_LIMIT);
    expect(JSON.parse(JSON.stringify(rules))).toEqual(rules);
    expect(rules).toMatchObject({ programme: 'zhongxing', id: '2022-04', town: '中兴镇', utcOffsetMinutes: 480 });
    expect(rules).not.toHaveProperty('notices');
  });

  test('has the six departments, each with a checklist of four to seven items', () => {
    expect(rules.departments.map(({ id }) => id)).toEqual([
      'epidemic-control',
      'economy',
      'planning-environment',
      'market',
      'city-appearance',
      'enforcement',
    ]);
    for (const { checklist } of rules.departments) {
      expect(checklist.length).toBeGreaterThanOrEqual(4);
      expect(checklist.length).toBeLessThanOrEqual(7);
    }
  });

  test('asks a factory nothing of a supermarket, and no department has nothing to ask', () => {
    const asked = (kind: 'factory' | 'supermarket') =>
      rules.departments.map(({ checklist }) => checklist.filter((item) => item.for?.kind?.includes(kind) ?? true));
    for (const kind of ['factory', 'supermarket'] as const)
      for (const items of asked(kind)) expect(items.length).toBeGreaterThanOrEqual(3);
    expect(
      asked('factory')
        .flat()
        .filter(({ name }) => name.includes('超市')),
    ).toEqual([]);
    expect(
      asked('supermarket')
        .flat()
        .filter(({ name }) => /排污|污染/.test(name)),
    ).toEqual([]);
  });

  test('lets selective re-signing be seen: at least two departments do not review any one material', () => {
    for (const { id } of rules.materials) {
      const others = rules.departments.filter(({ materials }) => !materials.includes(id));
      expect([id, others.length >= 2]).toEqual([id, true]);
    }
  });

  test('knows the holidays of the days that the demonstration and its tests use', () => {
    expect(rules.holidays).toEqual(expect.arrayContaining(['2022-04-04', '2022-04-05', '2022-05-04', '2026-10-01']));
    expect(rules.makeUpDays).toEqual(expect.arrayContaining(['2022-04-02', '2022-04-24', '2022-05-07', '2026-10-10']));
  });

  test('is loaded by a promise too, which a wrong file rejects', async () => {
    await expect(loadProgramme(FILE)).resolves.toEqual(readProgramme(FILE));
    await expect(loadProgramme(`${FILE}.none`)).rejects.toThrow(/no such file/);
    await expect(loadProgramme(__filename)).rejects.toThrow(ProgrammeError);
  });
});

describe('editions', () => {
  const second = SHIPPED.replace('departments:\n', 'departments: &departments\n').replace(
    'terms:\n',
    'terms: &terms\n',
  );
  const copied = SHIPPED.slice(SHIPPED.indexOf('    rulebook:'))
    .replace(/ {4}departments:\n(?: {6}.*\n)+/, '    departments: *departments\n')
    .replace(/ {4}terms:\n(?: {6}.*\n)+/, '    terms:\n      <<: *terms\n      survey: { workingDays: 9 }\n')
    .replaceAll('everyDays: 1', 'everyDays: 3');
  const text = `${second}\n  - id: 2022-06\n    from: 2022-06-01\n    note: 频次调整\n${copied}`;

  test('share blocks by anchors and merge keys, and the one in force is the last that has begun', () => {
    const checked = checkProgramme(text);
    if ('mistakes' in checked) throw new Error(JSON.stringify(checked.mistakes));
    const { programme } = checked;
    const inForce = (date: string) => editionInForce(programme, date)?.id;
    expect(['2022-03-31', '2022-04-01', '2022-05-31', '2022-06-01', '2030-01-01'].map(inForce)).toEqual([
      undefined,
      '2022-04',
      '2022-04',
      '2022-06',
      '2022-06',
    ]);
    const [old, latest] = [rulesOf(programme, '2022-04'), rulesOf(programme, '2022-06')];
    expect(latest.departments).toEqual(old.departments);
    expect(latest.terms).toEqual({ ...old.terms, survey: { workingDays: 9 } });
    expect(latest.tests.map(({ everyDays }) => everyDays)).toEqual([3, 3]);
    expect(() => rulesOf(programme, '2022-07')).toThrow('no edition 2022-07');
  });

  test('a mistake in a shared block is found where the block stands', () => {
    const wrong = text.replace('plan: { days: 3 }', 'plan: { days: 0 }');
    const checked = checkProgramme(wrong);
    const line = wrong.slice(0, wrong.indexOf('plan: { days: 0 }')).split('\n').length;
    expect('mistakes' in checked && checked.mistakes.map((mistake) => mistake.line)).toEqual([line, line]);
  });
});

test('notices are filled in, and what has no value stays to be seen', () => {
  const { notices } = readProgramme(FILE);
  for (const kind of NOTICE_KINDS) {
    const values = Object.fromEntries(NOTICE_PLACEHOLDERS[kind].map((name) => [name, `<${name}>`]));
    for (const text of [...Object.values(notices[kind].short), ...Object.values(notices[kind].long)]) {
      expect(fillIn(text, values as never)).not.toMatch(/[{}]/);
    }
  }
  expect(fillIn<'vetoed'>('{town} {else}', { town: '$&' } as never)).toBe('$& {else}');
});

test.each([
  ['Asia/Shanghai', 2022, 2026, 480],
  // Shanghai had daylight saving until 1991: the years of the file decide.
  ['Asia/Shanghai', 1990, 1992, null],
  ['Europe/Berlin', 2022, 2022, null],
  // Four weeks of Ramadan.
  ['Africa/Casablanca', 2022, 2022, null],
  ['America/Phoenix', 2022, 2030, -420],
  ['Asia/Kathmandu', 2022, 2022, 345],
  ['UTC', 2022, 2022, 0],
])('%s from %i to %i has the offset %p', (zone, first, last, offset) => {
  expect(fixedOffset(zone, first, last)).toBe(offset);
});

function keys(document: Document): Pair<Scalar>[] {
  const found: Pair<Scalar>[] = [];
  visit(document, { Pair: (_key, pair) => void found.push(pair as Pair<Scalar>) });
  return found;
}

/** No key of the shipped file is optional, so that every slip must be told, and told with a place in the file. */
function mustBeTold(text: string): void {
  const checked = checkProgramme(text);
  const places = 'mistakes' in checked ? checked.mistakes : [];
  const lines = text.split('\n').length;
  expect(places.length).toBeGreaterThan(0);
  for (const { line, column, what, suggestion } of places) {
    expect([line >= 1, line <= lines, column >= 1, what !== '', suggestion !== '']).toEqual(Array(5).fill(true));
  }
}

/** What the file may leave out: a figure of the statistics, for whom something is, texts that came after files were written. */
const OPTIONAL: ReadonlySet<unknown> = new Set(['figure', 'for', 'kinds', 'alarm-raised']);
const count = keys(parseDocument(SHIPPED)).length;

test('deleting any key is told with its line', () => {
  fc.assert(
    fc.property(fc.nat(count - 1), (which) => {
      const document = parseDocument(SHIPPED);
      const gone = keys(document)[which];
      if (OPTIONAL.has(gone?.key.value)) return;
      visit(document, { Pair: (_key, pair) => (pair === gone ? visit.REMOVE : undefined) });
      mustBeTold(String(document));
    }),
    { numRuns: 100 },
  );
});

test('renaming any key is told with its line', () => {
  fc.assert(
    fc.property(fc.nat(count - 1), fc.string(), (which, name) => {
      const document = parseDocument(SHIPPED);
      const pair = keys(document)[which];
      const map = document.contents;
      if (!pair || !isMap(map) || pair.key.value === name) return;
      pair.key.value = name;
      mustBeTold(String(document));
    }),
    { numRuns: 100 },
  );
});

test('no text makes the check throw', () => {
  fc.assert(
    fc.property(fc.nat(SHIPPED.length), fc.nat(200), fc.string(), (at, length, put) => {
      checkProgramme(SHIPPED.slice(0, at) + put + SHIPPED.slice(at + length));
    }),
    { numRuns: 150 },
  );
});
