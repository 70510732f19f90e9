/** Mixed tubes of a sheet over HTTP: who shares one is held and nobody confirmed, and what looks like a tube that lost its people is asked about first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { all, Filing, NOTHING, of, PATH, type Filed } from './filing';
import { expectProblem } from './harness';

let filing: Filing;
beforeAll(async () => {
  filing = await Filing.start();
});
afterAll(() => filing.rosters.api.stop());
beforeEach(() => filing.empty());

const NUCLEIC = { test: 'evening', kind: 'nucleic-acid' };
const sampling = 'mobile';

async function uploaded(name: string): Promise<string> {
  const raw = new Uint8Array(readFileSync(join(__dirname, '..', 'files', name)));
  const headers = { 'content-type': 'application/octet-stream' };
  const { body } = await filing.rosters.api.send(`/documents?name=${name}`, {
    ...{ as: 'enterprise-factory', raw, headers },
  });
  return body.id as string;
}

/** Refused until it is confirmed: each row with its reason, nothing stored; the same sheet with the confirmation is taken. */
async function asked(filed: Filed, rows: { readonly [at: string]: RegExp }, as?: string): Promise<void> {
  const before = await filing.everything();
  const answer = await filing.file(filed, as);
  expectProblem(answer, 422, 'singles-unconfirmed');
  expect(answer.body.detail).toContain('未存入任何内容');
  const found = answer.body.errors as { pointer: string; reason: string }[];
  expect(found.map((one) => one.pointer).sort()).toEqual(Object.keys(rows).sort());
  for (const { pointer, reason } of found) expect(reason).toMatch(rows[pointer] ?? /never/);
  expect(await filing.everything()).toEqual(before);
}

test('one merged cell over three positives is one tube of three: all are held, nobody is confirmed', async () => {
  expect((await filing.rosters.imports({ workbook: await uploaded('01-roster-for-02.xlsx') })).status).toBe(200);
  const round = await filing.open(NUCLEIC);
  await filing.stored({ round, workbook: await uploaded('02-results-merged-tube.xlsx'), sampling });
  expect(await filing.incidents()).toMatchObject([{ cause: 'tube', people: 3 }]);
  const { rows } = await filing.pool.query('SELECT DISTINCT status FROM incident_people');
  expect(rows).toEqual([{ status: 'held' }]);
  expect(await filing.counts(round)).toMatchObject({ recheck: 3, positive: 0 });
});

describe('what looks like a mixed tube that lost its people is asked about', () => {
  const ALONE = /混管 T9 只有这一人/;
  const WITHOUT = /阳性而没有混管编号/;

  test('when the cells below a number are empty, in every form of a sheet', async () => {
    const people = await filing.employed(3);
    const round = await filing.open(NUCLEIC);
    const rows = people.map((row, n) => of(row, 'positive', n === 0 ? { tube: 'T9' } : {}));
    const filed = { round, rows, sampling };
    await asked(filed, { '/rows/0': ALONE, '/rows/1': WITHOUT, '/rows/2': WITHOUT });
    const lines = people.map((row, n) => `${row.documentNumber}\t阳性\t${n === 0 ? 'T9' : ''}`);
    const table = ['证件号码\t结果\t混管编号', ...lines].join('\n');
    await asked({ round, table, sampling }, { '/rows/2': ALONE, '/rows/3': WITHOUT, '/rows/4': WITHOUT });
    await asked({ ...filed, confirmedSingles: false }, { '/rows/0': ALONE, '/rows/1': WITHOUT, '/rows/2': WITHOUT });
    expect(await filing.incidents()).toEqual([]);
    await filing.stored({ ...filed, confirmedSingles: true });
    expect(await filing.incidents()).toMatchObject([
      { cause: 'nucleic-acid', people: 2 },
      { cause: 'tube', people: 1 },
    ]);
    const { rows: kept } = await filing.pool.query('SELECT singles_confirmed FROM test_sheets');
    expect(kept).toEqual([{ singles_confirmed: true }]);
  });

  test('when one person is in a tube, whatever the result; never when no row has a tube', async () => {
    const people = await filing.employed(4);
    const round = await filing.open(NUCLEIC);
    const [one, two, three, four] = people;
    const shared = [of(two, 'negative', { tube: 'T1' }), of(three, 'negative', { tube: 'T1' })];
    await asked({ round, rows: [of(one, 'negative', { tube: 't９' }), ...shared], sampling }, { '/rows/0': ALONE });
    // A positive without a tube in a round that has tubes, on whatever sheet they stand.
    await filing.stored({ round, rows: shared, sampling });
    await asked({ round, rows: [of(one, 'positive')], sampling }, { '/rows/0': WITHOUT });
    const other = await filing.open({ ...NUCLEIC, test: 'night' });
    await filing.stored({ round: other, rows: [of(four, 'positive')], sampling });
    expect(await filing.incidents()).toMatchObject([{ cause: 'nucleic-acid', people: 1 }]);
  });

  test('after what cannot be taken at all', async () => {
    const [one, two] = await filing.employed(2);
    const round = await filing.open(NUCLEIC);
    const rows = [of(one, 'positive', { tube: 'T9' }), of(two, 'positive', { name: '别人' })];
    await filing.refused({ round, rows, sampling, confirmedSingles: true }, { '/rows/1': /姓名与花名册不符/ });
  });
});

describe('a tube is one over all sheets of its round', () => {
  test('what was pending in it is its result, also when the number is not said again; all of it together', async () => {
    const people = await filing.employed(3);
    const round = await filing.open(NUCLEIC);
    await filing.stored({ round, rows: all(people, 'pending', { tube: 'T9' }), sampling });
    const some = all(people.slice(0, 2), 'positive');
    const incomplete = { '/rows/0': /混管 T9 本轮另有 1 人是待出/, '/rows/1': /另有 1 人是待出/ };
    await filing.refused({ round, rows: some, sampling, confirmedSingles: true }, incomplete, 'health');
    await filing.stored({ round, rows: all(people, 'positive'), sampling }, 'health');
    expect(await filing.incidents()).toMatchObject([{ cause: 'tube', people: 3 }]);
    expect(await filing.counts(round)).toEqual({ ...NOTHING, owed: 3, recheck: 3, untested: 0 });
  });

  test('it has one result and one size; another sheet brings more of it, or another number', async () => {
    const people = await filing.employed(22);
    const round = await filing.open(NUCLEIC);
    const [first, second, third] = people;
    const negative = all(people.slice(0, 2), 'negative', { tube: 'A 1' });
    await filing.stored({ round, rows: negative, sampling });
    const positive = [of(third, 'positive', { tube: 'a1' })];
    const unlike = { '/rows/0': /混管 A1 本轮另有 2 人是阴性，同管结果不一致/ };
    await filing.refused({ round, rows: positive, sampling, confirmedSingles: true }, unlike);
    const many = all(people.slice(2), 'negative', { tube: 'A1' });
    const full = /混管 A1 本轮共 22 人，超过混管规格（最多 20 人）/;
    await filing.refused(
      { round, rows: many, sampling },
      Object.fromEntries(many.map((_one, n) => [`/rows/${n}`, full])),
    );
    await filing.stored({ round, rows: [of(third, 'negative', { tube: 'A1' })], sampling });
    expect([first, second].length + (await filing.incidents()).length).toBe(2);
  });

  test('whose sample was not taken is in none', async () => {
    const people = await filing.employed(3);
    const round = await filing.open(NUCLEIC);
    const absent = of(people[2], 'not-tested', { tube: 'T9', reason: 'absent' });
    await filing.stored({ round, rows: [...all(people.slice(0, 2), 'positive', { tube: 'T9' }), absent], sampling });
    expect(await filing.counts(round)).toEqual({ ...NOTHING, owed: 3, recheck: 2, notTested: 1, untested: 0 });
  });

  test('a correction to positive is the tube’s, unless somebody confirms a single one', async () => {
    const people = await filing.employed(3);
    const round = await filing.open(NUCLEIC);
    await filing.stored({ round, rows: all(people, 'negative', { tube: 'T9' }), sampling });
    const { body } = await filing.rosters.api.send(`${PATH}/rounds/${round}`, { as: 'enterprise-factory' });
    const ids = new Map((body.items as { name: string; resultId: string }[]).map((one) => [one.name, one.resultId]));
    const corrected = people.map((row) => of(row, 'positive', { corrects: ids.get(row.name) }));
    const act = { act: 'correct-tests', round, reason: '录入错误' };
    await asked({ ...act, rows: corrected.slice(0, 1) }, { '/rows/0': /混管 T9 本轮另有 2 人是阴性/ });
    await filing.stored({ ...act, rows: corrected });
    expect(await filing.incidents()).toMatchObject([{ cause: 'tube', people: 3 }]);
    expect(await filing.counts(round)).toEqual({ ...NOTHING, owed: 3, recheck: 3, untested: 0 });
  });

  test('a confirmed single correction leaves its tube', async () => {
    const people = await filing.employed(2);
    const round = await filing.open(NUCLEIC);
    await filing.stored({ round, rows: all(people, 'negative', { tube: 'T9' }), sampling });
    const { rows } = await filing.pool.query<{ id: string }>(
      'SELECT result_id AS id FROM round_people JOIN people p ON p.id = person WHERE p.name = $1',
      [people[0]?.name],
    );
    const one = of(people[0], 'positive', { corrects: rows[0]?.id });
    const act = { act: 'correct-tests', round, reason: '单管复采', rows: [one] };
    await filing.stored({ ...act, confirmedSingles: true });
    expect(await filing.incidents()).toMatchObject([{ cause: 'nucleic-acid', people: 1 }]);
  });
});
