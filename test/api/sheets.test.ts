/** Sheets of results over HTTP: refused row by row with nothing left, or stored once and whole, with the incidents that they bring to light. */
import { XLSX } from '../../api/documents/workbook-answer';
import { setDays } from '../../db/people/person-days';
import { transaction } from '../../db/sql/pool';
import { workbookOf } from '../../workbooks/workbook-writing';
import { DAY } from '../support/frozen-rounds';
import { someone } from './employees';
import { all, CASE, Filing, NOTHING, of, PATH } from './filing';
import { expectProblem } from './harness';

let filing: Filing;
beforeAll(async () => {
  filing = await Filing.start();
});
afterAll(() => filing.rosters.api.stop());
beforeEach(() => filing.empty());

const ROSTER = `/enterprises/${CASE.enterprise}/roster`;

describe('a sheet is refused row by row', () => {
  test('for whoever is not of the round, stands there twice, has another name, or is named by nothing', async () => {
    const [first, second, exempt, gone] = await filing.employed(4);
    const span = { person: await filing.id(exempt), from: DAY, to: DAY, reason: 'medical' };
    await transaction(filing.pool, (client) => setDays(client, 'person_exemptions', span));
    const round = await filing.open();
    const late = someone();
    await filing.rosters.imports({ rows: [late] });
    const left = { people: [await filing.id(gone)], on: DAY };
    expect((await filing.rosters.post(`${ROSTER}/leave`, left)).status).toBe(200);
    const rows = [
      ...[of(first, 'negative'), of(first, 'negative'), of(second, 'negative', { name: '别人' })],
      ...[{ result: 'negative' }, of(exempt, 'negative'), of(gone, 'negative'), of(late, 'negative')],
    ];
    await filing.refused(
      { round, rows },
      {
        '/rows/1': /同一人重复/,
        '/rows/2': /姓名与花名册不符/,
        '/rows/3': /缺少证件号码或手机号/,
        '/rows/4': /本轮免检/,
        '/rows/5': /已离岗/,
        '/rows/6': /不在名单中/,
      },
    );
    expect((await filing.counts(round)).owed).toBe(2);
  });

  test('for not testing without a reason, for a result that is there', async () => {
    const [first, second, third] = await filing.employed(3);
    const round = await filing.open();
    await filing.stored({ round, rows: [of(first, 'negative')] });
    await filing.refused(
      { round, rows: [of(first, 'negative'), of(second, 'not-tested'), of(third, 'negative')] },
      { '/rows/0': /请用更正/, '/rows/1': /未检须填原因/ },
    );
    await filing.stored({ round, rows: [of(second, 'not-tested', { reason: 'ill' }), of(third, 'invalid')] });
    await filing.stored({ round, rows: [of(second, 'negative'), of(third, 'negative')] });
    expect(await filing.counts(round)).toEqual({ ...NOTHING, owed: 3, negative: 3, untested: 0 });
  });

  test('for a tube that is fuller than tubes are, or disagrees with itself', async () => {
    const people = await filing.employed(21);
    const round = await filing.open();
    const [first, second] = people;
    await filing.refused(
      { round, rows: [of(first, 'negative', { tube: 'T1' }), of(second, 'pending', { tube: 'T1' })] },
      { '/rows/1': /同管结果不一致/ },
    );
    const full = all(people, 'negative', { tube: 'T2' });
    await filing.refused(
      { round, rows: full },
      Object.fromEntries(full.map((_row, n) => [`/rows/${n}`, /超过混管规格/])),
    );
    await filing.stored({ round, rows: full.slice(1) });
  });

  test('of a closed round, for all that was not pending', async () => {
    const [pending, untested, negative] = await filing.employed(3);
    const round = await filing.open();
    await filing.stored({ round, rows: [of(pending, 'pending'), of(negative, 'negative')] });
    await filing.close(round);
    await filing.refused(
      { round, rows: [of(pending, 'negative'), of(untested, 'negative')] },
      { '/rows/1': /轮次已截止/ },
    );
    await filing.stored({ round, rows: [of(pending, 'negative')] }, 'health');
    expect(await filing.counts(round)).toEqual({ ...NOTHING, owed: 3, negative: 2, untested: 1 });
  });

  test('and as a whole when there is no round, for the wrong role, another enterprise, none or two sources', async () => {
    const [one] = await filing.employed(1);
    const rows = [of(one, 'negative')];
    expectProblem(await filing.file({ round: `${DAY}/morning`, rows }), 409, 'round-not-open');
    const round = await filing.open();
    expectProblem(await filing.file({ round, rows }, 'storekeeper'), 403, 'forbidden');
    expectProblem(await filing.file({ round, rows }, 'enterprise-supermarket'), 404, 'unknown-case');
    expectProblem(await filing.file({ round }), 422, 'invalid-body');
    expectProblem(await filing.file({ round, rows, table: 'x' }), 422, 'invalid-body');
    expect((await filing.counts(round)).untested).toBe(1);
  });
});

describe('a sheet is stored once', () => {
  test('however often it is sent under its key; under another key, or another sheet under its key, it is refused', async () => {
    const [one, two] = await filing.employed(2);
    const round = await filing.open();
    const filed = { round, sheet: 'gate-1', rows: [of(one, 'negative')] };
    await Promise.all([1, 2, 3, 4].map(() => filing.stored({ ...filed, key: 'once' })));
    const before = await filing.everything();
    expectProblem(await filing.file({ ...filed, key: 'other' }), 409, 'already-done');
    const other = { ...filed, sheet: 'gate-2', rows: [of(two, 'negative')], key: 'once' };
    expectProblem(await filing.file(other), 422, 'key-reused');
    expect(await filing.everything()).toEqual(before);
    expect((await filing.close(round)).rounds[0]).toMatchObject({ sheets: 1, counts: { negative: 1, untested: 1 } });
  });

  test('as a pasted table or a workbook in the words of the town', async () => {
    const [one, two, three] = await filing.employed(3);
    const round = await filing.open();
    const table = `姓名\t证件号码\t结果\t未检原因\n${one?.name}\t${one?.documentNumber}\t未检\t缺试剂`;
    await filing.refused({ round, table: table.replace('缺试剂', '忘了') }, { '/rows/2/未检原因': /./ });
    await filing.stored({ round, table });
    const columns = [
      { key: 'phone', header: '手机号' },
      { key: 'result', header: '结果' },
    ];
    const lines = [two, three].map((row) => ({ phone: row?.phone ?? '', result: '待出' }));
    const raw = new Uint8Array(await workbookOf([{ name: '结果', columns, rows: lines, textColumns: true }]));
    const headers = { 'content-type': XLSX };
    const upload = await filing.rosters.api.send('/documents?name=a.xlsx', { as: 'liaison-1', raw, headers });
    await filing.stored({ round, workbook: upload.body.id }, 'liaison-1');
    expect(await filing.counts(round)).toEqual({ ...NOTHING, owed: 3, notTested: 1, pending: 2, untested: 0 });
  });

  test('with five thousand rows at once', async () => {
    const people = await filing.employed(5000);
    const round = await filing.open();
    const rows = people.map((row) => of(row, 'negative'));
    await filing.stored({ round, rows });
    expect(await filing.counts(round)).toEqual({ ...NOTHING, owed: 5000, negative: 5000, untested: 0 });
  });

  test('before the close, and is counted by it, or after it, and is refused; never between', async () => {
    for (let n = 0; n < 8; n += 1) {
      await filing.empty();
      const people = await filing.employed(6);
      const round = await filing.open();
      const sheets = people.map((row) => filing.file({ round, rows: [of(row, 'negative')] }));
      const [told, ...answers] = await Promise.all([filing.close(round), ...sheets]);
      const stored = answers.filter((answer) => answer.status === 503).length;
      for (const answer of answers) if (answer.status !== 503) expectProblem(answer, 422, 'table-invalid');
      expect(told.rounds[0]?.counts).toEqual({ ...NOTHING, owed: 6, negative: stored, untested: 6 - stored });
      expect(await filing.counts(round)).toEqual(told.rounds[0]?.counts);
    }
  });
});

describe('a positive', () => {
  test('in a tube holds everyone of it, each tube by itself; single ones of a sheet are held together', async () => {
    const people = await filing.employed(9);
    const round = await filing.open();
    const rows = [
      ...all(people.slice(0, 3), 'positive', { tube: 'T1' }),
      ...all(people.slice(3, 5), 'positive', { tube: 'T2' }),
      ...all(people.slice(5, 7), 'positive'),
      of(people[7], 'negative'),
    ];
    await filing.stored({ round, rows, confirmedSingles: true });
    expect(await filing.incidents()).toMatchObject([
      { cause: 'antigen', people: 2 },
      { cause: 'tube', people: 2 },
      { cause: 'tube', people: 3 },
    ]);
    const expected = { ...NOTHING, owed: 9, recheck: 5, positive: 2, negative: 1, untested: 1 };
    expect(await filing.counts(round)).toEqual(expected);
    const { rounds } = await filing.close(round);
    expect(rounds[0]?.positives.map((one) => one.people).sort()).toEqual([2, 2, 3]);
  });

  test('by nucleic acid is one incident; who is in one already is not put into another, in whatever round', async () => {
    const people = await filing.employed(3);
    const morning = await filing.open();
    const evening = await filing.open({ test: 'evening', kind: 'nucleic-acid' });
    await filing.stored({ round: morning, rows: [of(people[0], 'positive')] });
    await filing.stored({ round: evening, rows: all(people, 'positive'), sampling: 'mobile' }, 'health');
    const found = await filing.incidents();
    expect(found).toMatchObject([
      { cause: 'antigen', people: 1 },
      { cause: 'nucleic-acid', people: 2 },
    ]);
    await filing.pool.query('UPDATE incidents SET over = true');
    const next = await filing.open({ test: 'night' });
    await filing.stored({ round: next, rows: [of(people[0], 'positive')] });
    expect(await filing.incidents()).toHaveLength(3);
  });

  test('that a correction finds opens an incident; one that a correction takes away does not end it', async () => {
    const [one, two] = await filing.employed(2);
    const round = await filing.open();
    await filing.stored({ round, rows: [of(one, 'negative'), of(two, 'positive')] });
    const results = async () => {
      const { body } = await filing.rosters.api.send(`${PATH}/rounds/${round}`, { as: 'enterprise-factory' });
      return Object.fromEntries(
        (body.items as { name: string; resultId: string }[]).map(({ name, resultId }) => [name, resultId]),
      );
    };
    const before = await results();
    const correction = (row: typeof one, result: string) => of(row, result, { corrects: before[row?.name ?? ''] });
    const reason = '录入错误';
    const act = 'correct-tests';
    await filing.close(round);
    await filing.refused(
      {
        act,
        round,
        reason,
        rows: [correction(one, 'positive'), of(two, 'negative', { corrects: 'r-0123456789abcdef' })],
      },
      { '/rows/1': /不是最新结果/ },
    );
    await filing.stored({ act, round, reason, rows: [correction(one, 'positive'), correction(two, 'negative')] });
    expect(await filing.incidents()).toMatchObject([{ people: 1 }, { people: 1 }]);
    expect(await filing.counts(round)).toEqual({ ...NOTHING, owed: 2, positive: 1, negative: 1, untested: 0 });
    // The result that it corrected is the newest no more.
    await filing.refused({ act, round, reason, rows: [correction(one, 'invalid')] }, { '/rows/0': /不是最新结果/ });
  });
});

test('a recheck is of exactly those who are held', async () => {
  const people = await filing.employed(3);
  const round = await filing.open();
  await filing.stored({ round, rows: all(people.slice(0, 2), 'positive', { tube: 'T1' }) });
  const [found] = await filing.incidents();
  const recheck = (rows: object[], incident = found?.id) => ({ act: 'report-recheck', incident, rows });
  const [one, two, other] = people.map((row) => of(row, 'negative'));
  if (!one || !two || !other) throw new Error('three people');
  await filing.refused(recheck([one]), { '/rows': /缺少 1 名/ }, 'health');
  await filing.refused(recheck([one, two, other]), { '/rows/2': /不在名单中/ }, 'health');
  await filing.refused(recheck([one, one]), { '/rows/1': /同一人重复/ }, 'health');
  expectProblem(await filing.file(recheck([one, two], 'i-0123456789abcdef'), 'health'), 404, 'unknown-incident');
  expectProblem(await filing.file(recheck([one, two])), 403, 'forbidden');
  await filing.stored(recheck([one, two]), 'health');
});
