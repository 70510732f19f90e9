/** Every kind of mistake in a programme file: what is said, and that the line and column are those of the mistake. */
import { readFileSync } from 'node:fs';
import { readEnvironment } from '../../config/env';
import { checkProgramme, type Mistake } from '../../programme/read';

const SHIPPED = readFileSync(readEnvironment({}).programme, 'utf8');
/** Stands in a replacement where the mistake must be found. */
const HERE = '¦';

function mistakesIn(text: string): readonly Mistake[] {
  const checked = checkProgramme(text);
  return 'mistakes' in checked ? checked.mistakes : [];
}

/** The shipped file with one thing changed, and where the change put its mark. */
function changed(from: string, to: string): { text: string; line: number; column: number } {
  if (!SHIPPED.includes(from)) throw new Error(`the shipped file has no ${from}`);
  const marked = SHIPPED.replace(from, () => to);
  const before = marked.slice(0, marked.indexOf(HERE)).split('\n');
  return { text: marked.replace(HERE, ''), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const FROM_TO = 'officeHours: { from: "08:30", to: "17:00" }';
const MORNING = `        opens: "06:30"
        due: "09:00"
        graceMinutes: 60`;
const REPORT = 'report: { opens: "15:00", due: "18:00" }';

test.each<[name: string, from: string, to: string, what: RegExp, suggestion?: RegExp]>([
  [
    'an unknown key',
    'absoluteVeto: true',
    '¦absolutVeto: true',
    /departments\[epidemic-control\]: unknown key "absolutVeto"/,
    /mean absoluteVeto\?/,
  ],
  [
    'an unknown key at the top',
    'town: 中兴镇',
    'town: 中兴镇\n¦colour: red',
    /^unknown key "colour"/,
    /possible: id, town/,
  ],
  ['a missing key', '    rulebook: 《', '    rulesbook: 《', /rulebook: is missing/, /add rulebook: … \(The rulebook/],
  ['a text with a comma', 'name: 汲浜村 }', 'name: 汲浜村, ¦东村 }', /unknown key "东村"/, /quotes/],
  ['a number for a text', 'town: 中兴镇', 'town: ¦42', /expected text.*got 42/, /quotes: town: "42"/],
  [
    'a text for a number',
    'urgeIntervalMinutes: 120',
    'urgeIntervalMinutes: ¦two hours',
    /expected a number.*"two hours"/,
    /digits/,
  ],
  ['half a number', 'urgeIntervalMinutes: 120', 'urgeIntervalMinutes: ¦1.5', /expected a whole number.*1\.5/],
  ['yes for true', 'absoluteVeto: true', 'absoluteVeto: ¦yes', /expected true or false.*"yes"/],
  ['nothing', 'town: 中兴镇', '¦town:', /expected text.*nothing/],
  [
    'a text for a list',
    'teamParts: [village, enterprise, department]',
    'teamParts: ¦village',
    /expected a list/,
    /"- "/,
  ],
  ['a list for a block', FROM_TO, '¦officeHours: [a]', /expected a block of keys.*a list/],
  ['an empty list', 'teamParts: [village, enterprise, department]', '¦teamParts: []', /at least 1/],
  ['a control character', 'town: 中兴镇', 'town: ¦"\\u0007"', /control characters/],
  ['an empty text', 'town: 中兴镇', 'town: ¦""', /is empty/],
  ['too long a name', 'town: 中兴镇', `town: ¦${'镇'.repeat(61)}`, /61 characters.*at most 60/],
  [
    'a word outside the choice',
    'teamParts: [village,',
    'teamParts: [¦vilage,',
    /"vilage" is not possible/,
    /mean village\?/,
  ],
  ['a word twice', 'teamParts: [village, enterprise,', 'teamParts: [village, ¦village,', /stands here twice/],
  ['an id in capitals', '- id: city-appearance', '- id: ¦CityAppearance', /is not an id/],
  ['an id twice', '- id: market', '- id: ¦economy', /the id "economy" is taken/],
  ['a material id twice', '- { id: emergency-plan,', '- { id: ¦work-plan,', /the id "work-plan" is taken/],
  ['a test id twice', '- id: evening-nucleic-acid', '- id: ¦morning-antigen', /the id "morning-antigen" is taken/],
  ['a checklist id twice', '{ id: loop, name', '{ id: ¦zone, name', /the id "zone" is taken/],
  [
    'an unknown attribute of an enterprise',
    'for: { kind: [factory] } }',
    'for: { ¦kinds: [factory] } }',
    /unknown key "kinds"/,
    /mean kind\?/,
  ],
  [
    'an unknown kind of enterprise',
    'for: { kind: [factory] } }',
    'for: { kind: [¦factry] } }',
    /"factry" is not possible/,
    /mean factory\?/,
  ],
  [
    'an unknown kind by itself',
    'for: { kind: [factory] } }',
    'for: { kind: ¦factry } }',
    /"factry" is not possible/,
    /mean factory\?/,
  ],
  ['a kind twice', 'for: { kind: [factory] } }', 'for: { kind: [factory, ¦factory] } }', /is named twice/],
  ['no kind at all', 'for: { kind: [factory] } }', 'for: { ¦kind: [] } }', /names nobody/, /factory, supermarket/],
  ['for nobody', 'for: { kind: [factory] } }', '¦for: {} }', /for names nobody/, /\{ kind: \[factory\] \}/],
  [
    'for and kinds',
    'kinds: [factory], blocks',
    'for: { kind: factory }, ¦kinds: [factory], blocks',
    /for says already/,
  ],
  ['a village id twice', '{ id: yongnan,', '{ id: ¦jibang,', /the id "jibang" is taken/],
  [
    'an unknown material',
    'materials: [work-plan, emergency-plan]',
    'materials: [work-plan, ¦emergncy-plan]',
    /no material "emergncy-plan"/,
    /mean emergency-plan\?/,
  ],
  [
    'a material twice',
    'materials: [work-plan, emergency-plan]',
    'materials: [work-plan, ¦work-plan]',
    /stands here twice/,
  ],
  [
    'a material that nobody reviews',
    '- { id: closed-loop, name: 闭环管理 }',
    '- { id: closed-loop, name: 闭环管理 }\n      - ¦{ id: photo, name: 照片 }',
    /no department reviews "photo"/,
  ],
  ['no material to review', 'materials: [work-plan, emergency-plan]', '¦materials: []', /at least 1/],
  [
    'an unknown epidemic control',
    'epidemicControl: epidemic-control',
    'epidemicControl: ¦epidemics-control',
    /no department "epidemics-control"/,
    /mean epidemic-control\?/,
  ],
  [
    'a date that does not exist',
    'from: 2022-04-01\n    note',
    'from: ¦2022-02-30\n    note',
    /"2022-02-30" is not a date/,
  ],
  [
    'a time that does not exist',
    REPORT,
    'report: { opens: ¦"25:00", due: "18:00" }',
    /"25:00" is not a time of day/,
    /06:30/,
  ],
  ['a time without its zero', REPORT, 'report: { opens: ¦"9:00", due: "18:00" }', /is not a time of day/],
  [
    'a report due before it opens',
    REPORT,
    'report: { opens: "15:00", due: ¦"14:00" }',
    /14:00 is not after opens 15:00/,
  ],
  [
    'an office that closes before it opens',
    FROM_TO,
    'officeHours: { from: "17:00", to: ¦"08:30" }',
    /08:30 is not after from 17:00/,
  ],
  ['a round due before it opens', MORNING, MORNING.replace('"09:00"', '¦"06:00"'), /06:00 is not after opens/],
  [
    'a round that closes after midnight',
    'due: "20:00"\n        graceMinutes: 60',
    'due: "23:30"\n        graceMinutes: ¦60',
    /after midnight/,
    /at most 30/,
  ],
  ['rounds that overlap', '"17:30"\n', '¦"09:30"\n', /overlaps round "morning-antigen" on 2022-04-01/],
  [
    'a rule that ends before it begins',
    'from: 2022-04-01\n        everyDays: 1',
    'from: 2022-04-01\n        until: ¦2022-03-31\n        everyDays: 1',
    /before from 2022-04-01/,
  ],
  ['a pause longer than a month', 'everyDays: 1', 'everyDays: ¦32', /at most 31/],
  ['a term of nothing', 'survey: { workingDays: 2 }', '¦survey: {}', /needs days, workingDays or hours/],
  ['a term of both', 'survey: { workingDays: 2 }', '¦survey: { workingDays: 2, days: 1 }', /exclude each other/],
  ['a term of no days', 'survey: { workingDays: 2 }', 'survey: { workingDays: ¦0 }', /0, but at least 1/],
  ['a term of too many hours', 'isolate: { hours: 1 }', 'isolate: { hours: ¦169 }', /169, but at most 168/],
  ['a tube of one', 'tubeSizes: [10, 20]', 'tubeSizes: [¦1, 20]', /at least 2/],
  ['no tube at all', 'tubeSizes: [10, 20]', '¦tubeSizes: []', /at least 1/],
  ['a tube size twice', 'tubeSizes: [10, 20]', 'tubeSizes: [10, ¦10]', /10 stands here twice/],
  [
    'an incident that tells an unknown owner',
    'tell: [department/epidemic-control, health,',
    'tell: [department/epidemic-control, ¦helth,',
    /no owner "helth"/,
    /mean health\?/,
  ],
  [
    'an incident that tells an unknown department',
    'health, village, official]',
    'health, village, ¦department/fire]',
    /no owner "department\/fire"/,
  ],
  ['an incident that tells one twice', 'health, village, official]', 'health, village, ¦health]', /stands here twice/],
  [
    'an incident that tells somebody else first',
    'tell: [department/epidemic-control, health,',
    'tell: [¦health, department/epidemic-control,',
    /epidemic control is told first/,
    /begin with department\/epidemic-control/,
  ],
  ['an item twice', '{ id: kn95-mask,', '{ id: ¦medical-mask,', /the id "medical-mask" is taken/],
  ['an item used by less than nobody', 'perHeadPerDay: 0.05', 'perHeadPerDay: ¦-1', /at least 0/],
  ['a figure that nobody counts', 'figure: glovePairs', 'figure: ¦gloves', /"gloves" is not possible/, /glovePairs/],
  ['a top-up of nothing', 'targetDays: 7', 'targetDays: ¦3', /3 days are not above the threshold of 3/, /at least 4/],
  ['a top-up by nobody', 'topUp: propose', 'topUp: ¦propse', /"propse" is not possible/, /mean propose\?/],
  ['a window over midnight', 'to: "20:30"', 'to: ¦"04:30"', /04:30 is not after from 17:00/],
  [
    'windows that overlap',
    '- { from: "17:00", to: "20:30" }',
    '- ¦{ from: "08:00", to: "20:30" }',
    /overlaps 06:00–08:30/,
    /make one window/,
  ],
  [
    'windows that touch',
    '- { from: "17:00", to: "20:30" }',
    '- ¦{ from: "08:30", to: "20:30" }',
    /overlaps 06:00–08:30/,
  ],
  ['a quiet time that is none', 'from: "21:00"', 'from: ¦"24:00"', /is not a time of day/],
  ['a reminder every 0 hours', 'intervalHours: 4', 'intervalHours: ¦0', /at least 1/],
  ['a completion after no day', 'operatingDays: 2', 'operatingDays: ¦0', /at least 1/],
  [
    'conditions that block what lies behind',
    'conditionsBlock: completion',
    'conditionsBlock: ¦submission',
    /not possible here/,
    /operation, completion/,
  ],
  [
    'a placeholder that the notice has not',
    '【催办】{enterprise}：{duty}',
    '【催办】{enterprise}：{dutty}',
    /unknown placeholder \{dutty\}/,
    /mean duty\?/,
  ],
  ['a brace left open', '【催办】{enterprise}：{duty}', '【催办】{enterprise}：{duty', /without its partner/],
  ['a zone that is none', 'Asia/Shanghai', '¦Asia/Zhongxing', /is not a time zone/],
  ['a bare offset', 'timeZone: Asia/Shanghai', 'timeZone: ¦"+08:00"', /is not a time zone/],
  [
    'a zone with daylight saving',
    'timeZone: Asia/Shanghai',
    'timeZone: ¦Europe/Berlin',
    /changes its clocks between 2022 and 2026/,
  ],
  ['a holiday of another year', '- 2022-01-03', '- ¦2023-01-03', /2023-01-03 is not in 2022/],
  ['a make-up day in the week', '- 2022-04-02', '- ¦2022-04-06', /not on a weekend/],
  ['a make-up day that is free', '- 2022-04-02', '- ¦2022-04-04', /among the holidays too|not on a weekend/],
  ['a year out of order', '- year: 2026', '- year: ¦2021', /2021 does not come after 2022/],
  ['a key twice', 'town: 中兴镇', 'town: 中兴镇\n¦town: 中兴', /YAML: Map keys must be unique/, /keep one/],
  ['a tab', 'town: 中兴镇', 'town: 中兴镇\nx:\n¦\t- 1', /YAML: Tabs/, /spaces/],
  ['an open quotation', 'town: 中兴镇', 'town: "中兴镇', /YAML: /],
  ['a second document', 'town: 中兴镇', 'town: 中兴镇\n¦---', /second document/],
  ['an alias of nothing', 'town: 中兴镇', 'town: ¦*nowhere', /no anchor &nowhere/],
  ['an alias of itself', 'town: 中兴镇', 'town: &a [¦*a]', /contains itself/],
  ['a tag', 'town: 中兴镇', 'town: ¦!place 中兴镇', /YAML: Unresolved tag/],
  ['a key that is a list', 'town: 中兴镇', '? ¦[a]\n: 1\ntown: 中兴镇', /key must be a word/],
  ['a prototype', 'town: 中兴镇', 'town: 中兴镇\n¦__proto__: 1', /unknown key "__proto__"/],
])('%s', (_name, from, to, what, suggestion = /./) => {
  const { text, line, column } = changed(from, to);
  const mistakes = mistakesIn(text);
  const found = mistakes.filter((mistake) => what.test(mistake.what) && suggestion.test(mistake.suggestion));
  expect(found.length > 0 ? [] : mistakes).toEqual([]);
  if (to.includes(HERE)) expect(found.map((mistake) => [mistake.line, mistake.column])).toContainEqual([line, column]);
  for (const mistake of mistakes) expect(`${mistake.what}${mistake.suggestion}`).not.toMatch(/[\n\r]/);
});

test('all mistakes are told at once, of values and of how parts fit together, from top to bottom', () => {
  const text = SHIPPED.replace('town: 中兴镇', 'town: 42')
    .replace('materials: [work-plan, emergency-plan]', 'materials: [work-plan, emergncy-plan]')
    .replace('opens: "15:00"', 'opens: "25:00"')
    .replace('operatingDays: 2', 'operatingDay: 2');
  const mistakes = mistakesIn(text);
  expect(mistakes.map(({ what }) => what)).toEqual([
    expect.stringContaining('town: expected text'),
    expect.stringContaining('no material "emergncy-plan"'),
    expect.stringContaining('"25:00" is not a time of day'),
    expect.stringContaining('operatingDays: is missing'),
    expect.stringContaining('unknown key "operatingDay"'),
  ]);
  expect(mistakes.map(({ line }) => line)).toEqual(mistakes.map(({ line }) => line).sort((a, b) => a - b));
});

test('rules of more than 64 KB are refused: a case carries them', () => {
  const items = Array.from(
    { length: 250 },
    (_, index) => `          - { id: item-${index}, name: ${'查'.repeat(90)} }`,
  );
  const [mistake] = mistakesIn(SHIPPED.replace('        checklist:\n', `        checklist:\n${items.join('\n')}\n`));
  expect(mistake?.what).toMatch(/editions\[2022-04\]: its rules have \d+ bytes, more than 65536/);
});

test('aliases that unfold without end are refused', () => {
  const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`);
  expect(mistakesIn(`a0: &a0 x\n${levels.join('\n')}\n`)).toEqual([
    expect.objectContaining({ what: expect.stringContaining('aliases unfold to too much') as string }),
  ]);
});

test.each([
  '',
  '# only a comment\n',
  '42',
  'word',
  '- a\n- b\n',
  'null',
  '[',
  '\ufeff',
  '{{{{'.repeat(5000),
  '['.repeat(100_000),
])('what is no programme at all has a mistake and a place: %#', (text) => {
  const mistakes = mistakesIn(text);
  expect(mistakes.length).toBeGreaterThan(0);
  for (const { line, column } of mistakes) expect([line >= 1, column >= 1]).toEqual([true, true]);
});
