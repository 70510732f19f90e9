/** What people read in Chinese has words and no ids: every refusal, with what it is about in the shipped town, and every label of a form. */
import { readProgramme } from '../../programme/read';
import { readEnvironment } from '../../config/env';
import { TAKEN } from '../../contracts/documents/file-kinds';
import { PROBLEM_CODES, problemDocument, problemSentence, PROBLEMS } from '../../contracts/words/problems';
import { rulesOf } from '../../programme/schema';
import { Api, expectProblem } from './harness';

const programme = readProgramme(readEnvironment({}).programme);
const rules = rulesOf(programme, programme.editions[0]?.id ?? '');
const naming = { rules, department: 'market' };

/** Latin words that people of an office say themselves, case numbers, units. */
const SPOKEN =
  /Excel|Office|Word|WPS|xlsx|CSV|PDF|PNG|JPEG|WebP|WeCom|UTF-8|KN95|\.(?:docx?|xlsx?|wps|et|txt)\b|\d{4}-\d{4}/g;

function expectWords(text: string): void {
  const rest = text.replace(SPOKEN, '');
  expect(rest).not.toMatch(/[A-Za-z]/);
  expect(rest).not.toMatch(/[(){}[\]"]|,|;|:(?!\d)|—/);
  expect(text).not.toMatch(/：。|，。|（）|：；|、。/);
  expect(text).toMatch(/\p{Script=Han}.*。$/su);
}

/** As the rules and the API say it, of things that the shipped programme has. */
const ABOUT: { readonly [code: string]: Record<string, unknown> } = {
  'unknown-department': { department: 'no-such', known: rules.departments.map(({ id }) => id) },
  'unknown-material': { material: 'no-such', known: rules.materials.map(({ id }) => id) },
  'unknown-round': { round: '2026-10-01/morning-antigen', known: ['2026-11-29/morning-antigen'] },
  'unknown-suspension': { suspension: null, known: ['s-1', 's-2'] },
  'unknown-waiver': { item: 'report/2026-04-02', outstanding: [] },
  'unknown-item': { item: 'no-such', known: ['medical-mask'] },
  'not-the-next-step': { incident: 'i-0123456789abcdef', step: 'trace', next: 'transfer' },
  'incident-under-way': { incident: 'i-0123456789abcdef', step: 'disinfect' },
  'not-allocated': { order: 2, ready: [{ item: 'medical-mask', quantity: 200 }] },
  'stale-consignment': { order: 2, seen: 1, current: 2 },
  'stale-round': { yours: 1, current: 2 },
  'wrong-phase': { phase: 'sign-offs', possibleIn: ['operating'] },
  'round-not-open': { round: '2026-11-29/evening-nucleic-acid' },
  'stand-in-overlap': { from: '2026-11-29', to: '2026-12-01' },
  'readiness-incomplete': { missing: ['task-force', 'loop-boundary'] },
  'weak-link-missing': { preparations: ['lodging'] },
  'wrong-rulebook': { rulebook: rules.rulebook },
  'checklist-incomplete': { missing: ['licence', 'food-source'] },
  'not-reviewed': { material: 'closed-loop', yours: ['work-plan'] },
  'materials-missing': { missing: ['work-plan', 'emergency-plan'] },
  'material-not-renewed': { materials: ['work-plan'] },
  'requirements-open': { requirements: ['r1', 'r2'] },
  'not-yet-overdue': { departments: ['market', 'economy'] },
  'team-incomplete': { missing: ['village', 'self-management'] },
  'wrong-role': { role: 'official', needed: 'liaison' },
  'counts-do-not-add-up': { owed: 5, sum: 4 },
  outstanding: {
    items: ['report/2026-04-02', 'untested/2026-11-29/morning-antigen', 'requirement/r1', 'requirement/r2', 'order/3'],
  },
  'not-epidemic-control': { department: rules.epidemicControl },
  'singles-unconfirmed': { rows: 3 },
  'document-mismatch': { kinds: TAKEN.zh, kindsEn: TAKEN.en },
  'wrong-exemption': { from: '2026-11-28', to: '2026-11-29', earliest: '2026-11-29', most: 14 },
  'invalid-header': { header: 'Idempotency-Key' },
  'already-open': { caseNumber: '2026-0001', link: '/reopenings/2026-0001' },
  'liaison-busy': { from: '2026-11-29', to: null },
  'document-attached': { document: `d-${'0'.repeat(32)}` },
  'order-under-way': { orders: ['order/2026-0001/2'] },
  'stock-promised': { items: [{ item: 'medical-mask', promised: 200 }] },
  'wrong-state': { status: 'published' },
  'no-room': { missing: 3 },
  'too-large': { limit: 1_048_576 },
  'unsupported-media-type': { supported: ['application/json'] },
  'table-unreadable': { reason: 'password' },
  'table-invalid': { mistakes: 3 },
  'too-much-to-export': { most: 200_000 },
  'personal-data': { what: 'phone', shown: '199****0000' },
  'too-many-attempts': { seconds: 30 },
  'too-many-acts': { most: 120, seconds: 30 },
  'too-many-acts-on-case': { most: 60, seconds: 30 },
  'too-many-waiting': { most: 500 },
  'too-many-streams': { most: 6 },
};

test('whatever a sentence has room for is tried here', () => {
  const open = PROBLEM_CODES.filter((code) => PROBLEMS[code].zh.includes('{') && !(code in ABOUT));
  expect(open).toEqual([]);
});

test.each(PROBLEM_CODES)('%s is said in words', (code) => {
  const about = ABOUT[code] ?? {};
  const { detail } = problemDocument(code, about, [], naming);
  expectWords(detail);
  for (const [, place = ''] of PROBLEMS[code].zh.matchAll(/\{(\w+)\}/g)) {
    // Each place got its word.
    expect(detail).toBe(problemSentence(code, about, naming));
    expect(about).toHaveProperty(place);
    expect(detail).not.toBe(problemDocument(code, {}, [], naming).detail);
  }
  // Of what nothing is known the sentence is whole as well, with and without a case at hand.
  expectWords(problemDocument(code, {}, [], naming).detail);
  expectWords(problemDocument(code, about).detail);
});

test('the words are those of the town', () => {
  const said = (code: keyof typeof PROBLEMS) => problemDocument(code, ABOUT[code] ?? {}, [], naming).detail;
  expect(said('materials-missing')).toBe('材料不齐，还缺：工作方案、应急预案。');
  expect(said('checklist-incomplete')).toContain('营业执照、食品经营许可证等证照在有效期内、食品进货查验');
  expect(said('round-not-open')).toBe('该检测轮次尚未开始，或尚无可更正的结果（2026年11月29日晚间核酸）。');
  expect(said('stock-promised')).toContain('医用外科口罩 200 只');
  expect(said('outstanding')).toContain(
    '2026年4月2日欠报的日报、2026年11月29日早间抗原未检人员待核实、改进要求（2 项）',
  );
});

interface Shape {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

describe('over HTTP', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
  });
  afterAll(() => api.stop());

  test('every field of every form has a Chinese label without ids', async () => {
    const { paths } = (await api.send('/openapi.json')).body as {
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema?: Shape }> } }>>;
    };
    const wrong: string[] = [];
    const look = (shape: Shape, at: string): void => {
      for (const [name, field] of Object.entries(shape.properties ?? {})) {
        const label = field.description ?? '';
        const zh = label.slice(Math.max(0, label.search(/[\u3400-\u9fff《（“]/)));
        const words = zh.replace(SPOKEN, '');
        if (!/\p{Script=Han}/u.test(label) || /[A-Za-z(),`]/.test(words)) wrong.push(`${at}/${name}: ${label}`);
        look(field, `${at}/${name}`);
      }
      if (shape.items) look(shape.items, `${at}/…`);
      for (const one of shape.anyOf ?? []) look(one, at);
    };
    for (const [path, methods] of Object.entries(paths)) {
      look(methods['post']?.requestBody?.content['application/json']?.schema ?? {}, path);
    }
    expect(wrong).toEqual([]);
  });

  test('a stock-take below what is promised names the item, its unit and the number', async () => {
    await api.database.pool.query(
      "INSERT INTO stock_items (item, on_hand, promised) VALUES ('medical-mask', 300, 200)",
    );
    const json = { reason: 'routine', lines: [{ item: 'medical-mask', counted: 10 }] };
    const answer = await api.send('/stock/stock-takes', { as: 'storekeeper', json });
    expectProblem(answer, 409, 'stock-promised');
    expect(answer.body.detail).toContain('医用外科口罩 200 只');
    expect(answer.body.about).toEqual({ items: [{ item: 'medical-mask', promised: 200 }] });
  });
});
