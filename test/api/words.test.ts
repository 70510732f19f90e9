/** Words, files and reports of a case over HTTP: who gets them from the case, its ledger and the file's own address. */
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { expectProblem } from './harness';
import { People } from './town';

const OWNER = 'enterprise-factory';
const CONTROL = 'reviewer-epidemic-control';
const EVERYBODY = [
  OWNER,
  'official',
  'reviewer-market',
  'reviewer-economy',
  CONTROL,
  'village-jibang',
  'health',
  'operator',
];

let system: System;
let people: People;
let number: string;
let evidence: string;

beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
  number = await people.start('e-demo-factory');
});
afterAll(() => system.stop());

const act = (as: string, name: string, body: unknown) => people.act(as, number, name, body);

/** Everything that the reader is shown of these entries, once the ledger has all that was done. */
async function ledger(as: string, types: string): Promise<{ text: string; items: Entry[] }> {
  const { sequence } = await people.view(number);
  const mark = { 'fugong-after': `${number}@${sequence}` };
  const { text, body } = await people.get(as, `/reopenings/${number}/ledger?types=${types}`, mark);
  return { text, items: body.items as Entry[] };
}
interface Entry {
  readonly type: string;
  readonly details: { readonly [key: string]: unknown };
}

async function whoReads(types: string, words: string, among = EVERYBODY): Promise<string[]> {
  const readers: string[] = [];
  for (const as of among) if ((await ledger(as, types)).text.includes(words)) readers.push(as);
  return readers;
}

test('a requirement with its evidence is read by those concerned, from the ledger, the case and the file', async () => {
  const { preparations, materials, rulebook } = people.rules;
  const asked = preparations.filter((one) => one.kinds?.includes('factory'));
  const [weak] = asked;
  await act('official', 'record-survey', {
    visitors: '调研组',
    visitedOn: people.today(await people.view(number)),
    readiness: Object.fromEntries(asked.map(({ id }) => [id, id === weak?.id ? 'lacking' : 'ready'])),
    opinions: '企业建议延长验收时间',
    keyMatters: '重点看隔离观察室',
    weakLinks: [
      {
        preparation: weak?.id,
        finding: '没有单独通道',
        requirement: '东门改为专用通道',
        dueOn: people.today(await people.view(number)),
        evidence: 'document',
        recheck: 'on-site',
      },
    ],
  });
  evidence = await people.upload(OWNER, '东门照片');
  await act(OWNER, 'submit-evidence', { requirement: 'r1', documents: [evidence], note: '东门已封闭' });

  expect(await whoReads('surveyed', '企业建议延长验收时间')).toEqual([
    OWNER,
    'official',
    'reviewer-market',
    'reviewer-economy',
    CONTROL,
  ]);
  expect(await whoReads('evidence-submitted', '东门已封闭')).toEqual([OWNER, 'official']);
  for (const as of EVERYBODY) {
    const reads = as === OWNER || as === 'official';
    // The file is no JSON: that it came is all that matters.
    const file = await people.get(as, `/documents/${evidence}`).catch(() => ({ status: 200 }));
    expect([as, file.status]).toEqual([as, reads ? 200 : 404]);
    const { body } = await people.get(as, `/reopenings/${number}`);
    expect([as, evidence in body.documents]).toEqual([as, reads]);
    // The requirement itself: also by the departments; by no village, health centre or operator.
    expect([as, JSON.stringify(body.texts).includes('东门改为专用通道')]).toEqual([
      as,
      reads || as.startsWith('reviewer'),
    ]);
  }
  await act('official', 'recheck-requirement', {
    requirement: 'r1',
    passed: true,
    mode: 'on-site',
    opinion: '通道已启用',
  });
  await act(OWNER, 'commit', { rulebook, document: await people.upload(OWNER, '承诺书') });
  for (const { id } of materials)
    await act(OWNER, 'add-material', { material: id, document: await people.upload(OWNER, id) });
  await act(OWNER, 'submit-plan', { versions: Object.fromEntries(materials.map(({ id }) => [id, 1])) });
  expect(await whoReads('requirement-passed', '通道已启用')).toEqual([
    OWNER,
    'official',
    'reviewer-market',
    'reviewer-economy',
    CONTROL,
  ]);
});

test('an opinion is its department’s and the officials’ until the round has ended, then everyone’s who was asked', async () => {
  const { checklist: _, ...seen } = people.approval('economy');
  const [material] = people.rules.departments.find(({ id }) => id === 'economy')?.materials ?? [];
  const defects = [{ material, text: '缺少应急联系人' }];
  await act('reviewer-market', 'consult', {
    department: 'market',
    round: 1,
    of: 'economy',
    question: '用工是否备案？',
  });
  await act('reviewer-economy', 'return-plan', { ...seen, defects, opinion: '请补正后再报' });
  const returned = 'returned,notice-issued';
  expect(await whoReads(returned, '请补正后再报')).toEqual(['official', 'reviewer-economy']);
  expect(await whoReads(returned, '缺少应急联系人')).toEqual(['official', 'reviewer-economy']);
  expect(await whoReads('consulted', '用工是否备案')).toEqual(['official', 'reviewer-market', 'reviewer-economy']);
  for (const as of ['reviewer-market', OWNER]) {
    const { text } = await people.get(as, `/reopenings/${number}`);
    expect(text).not.toContain('缺少应急联系人');
  }
  // With a hash one could find out what is not shown, by trying.
  expect((await ledger('reviewer-market', returned)).text).not.toMatch(/"hash"|"previous"/);
  for (const { id } of people.rules.departments)
    if (id !== 'economy') await act(`reviewer-${id}`, 'approve', people.approval(id, { opinion: `${id} 同意` }));
  const all = [OWNER, 'official', 'reviewer-market', 'reviewer-economy', CONTROL];
  expect(await whoReads(returned, '请补正后再报')).toEqual(all);
  expect(await whoReads('approved', 'market 同意')).toEqual(all);
  expect(await whoReads('consulted', '用工是否备案')).toEqual(['official', 'reviewer-market', 'reviewer-economy']);
  // An operator reads any stream, and no words of a case in it.
  const stream = await people.get('operator', `/ledger?stream=${number}&limit=200`);
  expect(stream.text).toContain('"returned"');
  expect(stream.text).not.toMatch(/请补正后再报|东门/);
});

test('the liaison’s daily report is read by the enterprise, officials, the liaison and epidemic control', async () => {
  const versions = newest(await people.view(number));
  const [material] = people.rules.departments.find(({ id }) => id === 'economy')?.materials ?? [];
  await act(OWNER, 'add-material', { material, document: await people.upload(OWNER, '新版') });
  await act(OWNER, 'submit-plan', { versions: { ...versions, [material ?? '']: 2 } });
  const { review } = await people.view(number);
  for (const id of review.departmentsAsked) {
    const reviewed = people.rules.departments.find((one) => one.id === id)?.materials ?? [];
    const frozen = Object.fromEntries(reviewed.map((one) => [one, review.frozenVersions[one]]));
    await act(`reviewer-${id}`, 'approve', people.approval(id, { round: review.round, versions: frozen }));
  }
  const members = people.rules.teamParts.map((part) => ({ part, person: '某人' }));
  await act('official', 'form-team', { members });
  const from = people.today(await people.view(number));
  await act('official', 'assign-liaison', { liaison: 'a-demo-liaison-1', from });
  await act('liaison-1', 'arrive', {});
  let owed: string[] = [];
  while (owed.length === 0) {
    const { body } = await people.post('operator', `/reopenings/${number}/fast-forward`, {});
    owed = (body.view.operation as { owedReports: string[] }).owedReports;
  }
  const [date] = owed;
  await act('liaison-1', 'report-day', {
    ...{ date, present: 4, production: 'stopped', epidemic: 'abnormal' },
    remarks: '三人发热，已停线',
  });
  const among = [...EVERYBODY, 'liaison-1'];
  const readers = [OWNER, 'official', CONTROL, 'liaison-1'];
  expect(await whoReads('day-reported', '三人发热，已停线', among)).toEqual(readers);
  for (const as of among) {
    const [entry] = (await ledger(as, 'day-reported')).items;
    const whole = { date, production: 'stopped', epidemic: 'abnormal', present: 4 };
    if (readers.includes(as)) expect(entry?.details).toMatchObject(whole);
    else expect([as, entry?.details]).toEqual([as, { date, late: expect.any(Boolean) as boolean }]);
  }
  // From the team's stage on the liaison reads what was asked of the enterprise before.
  expect(await whoReads('evidence-submitted', '东门已封闭', among)).toEqual([OWNER, 'official', 'liaison-1']);
  await eventually(
    () => people.get('liaison-1', `/reopenings/${number}`),
    ({ body }) => evidence in (body.documents as object),
  );
});

test('types that are none are refused', async () => {
  for (const types of ['', 'approved,nothing', 'toString', Array(40).fill('approved').join()])
    expectProblem(await people.get('official', `/reopenings/${number}/ledger?types=${types}`), 400, 'invalid-query');
});

function newest(view: Awaited<ReturnType<People['view']>>): Record<string, number> {
  return Object.fromEntries(Object.entries(view.materials).map(([id, versions]) => [id, versions.length]));
}
