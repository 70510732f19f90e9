/** The town in figures and the export of its ledger: what each counts, of what is there and of nothing, and that sums fit their rows. */
import ExcelJS from 'exceljs';
import { FIGURES } from '../../contracts/figures/figures';
import { outsideAct } from '../../domain/ledger/outside-acts';
import { append } from '../../db/ledger/ledger';
import { transaction } from '../../db/sql/pool';
import { createFactReader } from '../../db/case/facts';
import type { Draft } from '../../domain/ledger/entry';
import { openRound } from '../support/frozen-rounds';
import { FACTORY, MARKET, Rosters, some, someone } from './employees';
import { expectProblem } from './harness';

const FACTORY_CASE = '2026-9001';
const MARKET_CASE = '2026-9002';
const AT = Date.parse('2026-05-10T16:30:00Z');

let rosters: Rosters;
beforeAll(async () => {
  rosters = await Rosters.start();
});
afterAll(() => rosters.api.stop());

const pool = () => rosters.api.database.pool;
const statistics = async () => (await rosters.api.send('/statistics', { as: 'official' })).body;
const figures = async () => (await statistics()).figures as Record<string, number | null>;

/** As a case records them. */
function record(stream: string, type: string, details: object): Promise<unknown> {
  const by = { account: 'a-demo-enterprise-factory', role: 'enterprise' as const };
  const draft = outsideAct({ type: type as never, by, at: AT, details: details as Draft['details'] });
  return transaction(pool(), (client) => append(client, stream, [draft]));
}

interface Known {
  readonly enterprise: string;
  readonly phase?: string;
  readonly clock: string;
  readonly startsOn: string | null;
  readonly postings: readonly object[];
}
async function project(caseNumber: string, { enterprise, phase = 'operating', clock, ...known }: Known): Promise<void> {
  const state = { operation: { startsOn: known.startsOn }, stationing: { postings: known.postings } };
  await pool().query(
    `INSERT INTO reopenings (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, overdue, accounts, closed,
                             version, clock, state, opened_at)
     VALUES ($1, $2, $2, 'beixing', 'factory', $3, '{}', 0, '{}', false, 1, $4, $5, now())
     ON CONFLICT (case_number) DO UPDATE SET clock = excluded.clock, state = excluded.state`,
    [caseNumber, enterprise, phase, clock, JSON.stringify(state)],
  );
}
const close = (stream: string, round: string) =>
  createFactReader(pool()).read({ stream }, { rounds: [{ round, stage: 'closed' }], orders: [] });

async function exported(query = ''): Promise<ExcelJS.Workbook> {
  const { address } = rosters.api;
  const { token } = rosters.api.account('official');
  const answer = await fetch(`${address}/ledger/export${query}`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(await answer.arrayBuffer());
  return book;
}
/** A sheet's lines as objects by its headers; of a formula the formula. */
function lines(book: ExcelJS.Workbook, name: string): Record<string, unknown>[] {
  const sheet = book.getWorksheet(name);
  const found: Record<string, unknown>[] = [];
  sheet?.eachRow((row, number) => {
    if (number === 1) return;
    const line: Record<string, unknown> = {};
    sheet.getRow(1).eachCell((header, column) => {
      const cell = row.getCell(column);
      line[header.text] = cell.formula ?? cell.value;
    });
    found.push(line);
  });
  return found;
}

test('of an empty town everything is nothing, and says what it would count', async () => {
  const { figures: found, definitions, cases, coverage, stock } = await statistics();
  const none = { testsPerPersonPerDay: null, liaisonsPerEnterprise: null };
  const zero = Object.fromEntries(Object.keys(FIGURES).map((figure) => [figure, 0]));
  expect(found).toEqual({ ...zero, ...none });
  for (const figure of Object.keys(found as object)) expect(definitions[figure].zh).toMatch(/[一-龥]/);
  expect([cases, coverage, stock]).toEqual([{}, [], []]);
  expect(lines(await exported(), '统计')).toHaveLength(Object.keys(FIGURES).length);
});

test('who may see the figures, and who may take the ledger away', async () => {
  for (const as of ['official', 'reviewer-market', 'operator', 'health', 'storekeeper'])
    expect((await rosters.api.send('/statistics', { as })).status).toBe(200);
  for (const as of ['enterprise-factory', 'liaison-1', 'volunteer'])
    expectProblem(await rosters.api.send('/statistics', { as }), 403, 'forbidden');
  for (const as of ['enterprise-factory', 'reviewer-market', 'storekeeper', 'volunteer'])
    expectProblem(await rosters.api.send('/ledger/export', { as }), 403, 'forbidden');
  expectProblem(await rosters.api.send('/ledger/export?stream=%27%27', { as: 'official' }), 400, 'invalid-query');
});

test('people count once, also when they have left, come back, gone elsewhere or were erased', async () => {
  const [leaver, mover, ...others] = some(4);
  const ids = await rosters.imported([leaver, mover, ...others].flatMap((one) => one ?? []));
  const left = (person: string | undefined) => rosters.post(`${FACTORY}/leave`, { people: [person], on: '2026-05-02' });
  expect([(await left(ids[0])).status, (await left(ids[1])).status]).toEqual([200, 200]);
  expect(await figures()).toMatchObject({ closedLoopEmployees: 4 });
  await rosters.imported([leaver].flatMap((one) => one ?? []));
  await rosters.imported(
    [mover].flatMap((one) => one ?? []),
    MARKET,
    'enterprise-supermarket',
  );
  expect(await figures()).toMatchObject({ closedLoopEmployees: 4 });
  const { rowCount } = await pool().query('SELECT FROM people');
  expect(rowCount).toBe(6);
  const gone = someone();
  const [goner] = await rosters.imported([gone]);
  await left(goner);
  expect((await rosters.post(`/people/${goner}/erase`, {}, { as: 'official' })).status).toBe(200);
  await rosters.imported(some(2, { loop: 'outside' }));
  expect(await figures()).toMatchObject({ closedLoopEmployees: 5, lodgedEmployees: 0, hotels: 0 });
});

test('received pieces count by what the programme counts an item as, with what arrived and not what was sent', async () => {
  const receipt = (order: number, items: Record<string, [number, number]>) => ({
    ...{ order, consignment: 1 },
    lines: Object.entries(items).map(([item, [received, difference]]) => ({ item, received, difference })),
  });
  await record(FACTORY_CASE, 'order-received', receipt(1, { 'medical-mask': [100, 0], disinfectant: [9, -1] }));
  await record(FACTORY_CASE, 'order-received', receipt(2, { 'kn95-mask': [50, 0], 'no-longer-there': [7, 0] }));
  await record(FACTORY_CASE, 'sampler-certified', { person: 'p-1' });
  await record(FACTORY_CASE, 'sampler-certified', { person: 'p-1' });
  await record(FACTORY_CASE, 'approved', { department: 'market' });
  await record(FACTORY_CASE, 'returned', { department: 'economy' });
  expect(await figures()).toMatchObject({ masks: 150, disinfectantBottles: 9, trainedSamplers: 1, departments: 1 });
});

test('a hand-over and leave do not make two liaisons of one', async () => {
  const posting = (liaison: string, from: string, until: string | null) => ({ liaison, from, until });
  const known = { enterprise: 'e-demo-factory', clock: '2026-05-10T15:00:00Z', startsOn: '2026-05-09' };
  const over = [posting('l-1', '2026-05-08', '2026-05-09'), posting('l-2', '2026-05-10', null)];
  await project(FACTORY_CASE, { ...known, postings: over });
  expect(await figures()).toMatchObject({ liaisonsPerEnterprise: 1 });
  const both = [posting('l-1', '2026-05-08', '2026-05-10'), posting('l-2', '2026-05-10', null)];
  await project(FACTORY_CASE, { ...known, postings: both });
  expect(await figures()).toMatchObject({ liaisonsPerEnterprise: 2 });
  await project(FACTORY_CASE, { ...known, postings: over });
});

test('tests per person and day are of complete days: begun, behind the case, and every round closed', async () => {
  const enterprise = 'e-demo-factory';
  const factory = { caseNumber: FACTORY_CASE, enterprise };
  const [before] = await Promise.all([openRound(pool(), { ...factory, date: '2026-05-08' })]);
  const first = [];
  for (const test of ['morning', 'evening'])
    first.push(await openRound(pool(), { ...factory, test, date: '2026-05-09' }));
  const today = await openRound(pool(), { ...factory, date: '2026-05-10' });
  await close(FACTORY_CASE, before);
  await close(FACTORY_CASE, first[0] ?? '');
  await close(FACTORY_CASE, today);
  // The evening round of the first day is still open.
  expect(await figures()).toMatchObject({ testsPerPersonPerDay: null });
  await close(FACTORY_CASE, first[1] ?? '');
  // Three people owe both: four of the roster, less the one who left and the one who went elsewhere, and one came back.
  expect(await figures()).toMatchObject({ testsPerPersonPerDay: 2 });
  const postings: object[] = [];
  const known = { enterprise, startsOn: '2026-05-09', postings };
  // 23:59 of the tenth in town, then one minute later: the day with one round is over.
  await project(FACTORY_CASE, { ...known, clock: '2026-05-10T15:59:00Z' });
  expect(await figures()).toMatchObject({ testsPerPersonPerDay: 2 });
  await project(FACTORY_CASE, { ...known, clock: '2026-05-10T16:00:00Z' });
  expect(await figures()).toMatchObject({ testsPerPersonPerDay: 1.5 });
  const { coverage, cases } = await statistics();
  expect(coverage.map((one: { date: string }) => one.date)).toEqual(['2026-05-10', '2026-05-09', '2026-05-08']);
  expect(coverage[1]).toEqual({ date: '2026-05-09', owed: 6, tested: 0 });
  expect(cases).toEqual({ operating: 1 });
});

test('the export has every entry, its sums are formulas that fit their rows, and what looks like a formula is none', async () => {
  await record(FACTORY_CASE, 'round-counted', { round: '2026-05-09/morning', counts: { owed: 3, negative: 2 } });
  await record(FACTORY_CASE, 'round-counted', { round: '2026-05-09/evening', counts: { owed: 3, untested: 1 } });
  await record('=cmd', 'approved', { department: 'market' });
  const book = await exported();
  const { rows } = await pool().query<{ stream: string; sequence: number; hash: string }>(
    'SELECT stream, sequence, hash FROM ledger ORDER BY stream, sequence',
  );
  const entries = lines(book, '台账');
  const marked = (stream: string) => (stream.startsWith('=') ? `'${stream}` : stream);
  expect(entries.map((line) => [line['台账'], line['序号'], line['哈希']])).toEqual(
    rows.map(({ stream, sequence, hash }) => [marked(stream), sequence, hash]),
  );
  // By the town's clock, half an hour past midnight.
  expect(entries.find((line) => line['台账'] === FACTORY_CASE)).toMatchObject({ 时间: '2026-05-11 00:30:00' });
  const receipts = lines(book, '物资签收');
  expect(receipts[1]).toMatchObject({ 企业: '华岛精密(演示)', 物资: '消毒液', 单位: '瓶', 签收: 9, 差异: -1 });
  expect(receipts[3]).toMatchObject({ 物资: 'no-longer-there', 签收: 7, [FIGURES.masks.zh]: null });
  expect(receipts.at(-1)).toMatchObject({ 事项: '合计 Total', 差异: 'SUM(G2:G5)', [FIGURES.masks.zh]: 'SUM(H2:H5)' });
  expect(lines(book, '检测轮次').at(-1)).toMatchObject({ 应检: 'SUM(D2:D3)', 未检: 'SUM(K2:K3)' });
  expect(lines(book, '完整运行日').map((line) => [line['日期'], line['应检人次'], line['应检人数']])).toEqual([
    ['2026-05-09', 6, 3],
    ['2026-05-10', 3, 3],
    [null, 'SUM(D2:D3)', 'SUM(E2:E3)'],
  ]);
  const value = (figure: string) => lines(book, '统计').find((line) => line['代码'] === figure)?.['数值'];
  expect([value('masks'), value('testsPerPersonPerDay'), value('departments')]).toEqual([
    "SUM('物资签收'!H2:H5)",
    "ROUND(SUM('完整运行日'!D2:D3)/SUM('完整运行日'!E2:E3),2)",
    1,
  ]);
});

test('one stream by itself: its entries and sums, and the figures of the town as they are', async () => {
  await pool().query(
    `INSERT INTO cases (case_number, enterprise, start_command, start_body, started_by)
     VALUES ($1, 'e-demo-supermarket', 'second', 'b', 'a-demo-official')`,
    [MARKET_CASE],
  );
  const lone = { order: 1, consignment: 1, lines: [{ item: 'medical-mask', received: 10, difference: 0 }] };
  await record(MARKET_CASE, 'order-received', lone);
  const book = await exported(`?stream=${MARKET_CASE}`);
  expect(lines(book, '台账')).toHaveLength(1);
  expect(lines(book, '物资签收').map((line) => line['签收'])).toEqual([10, null]);
  expect([lines(book, '检测轮次'), lines(book, '完整运行日')]).toEqual([[], []]);
  expect(lines(book, '统计').find((line) => line['代码'] === 'masks')).toMatchObject({ 数值: 160 });
});

/** Twenty turns of writing. */
const LARGE = 5000;

/** Rows of one statement: a slow machine has them written well within a statement's time. */
const AT_ONCE = 20_000;

async function grow(stream: string, from: number, to: number): Promise<void> {
  await pool().query(`INSERT INTO ledger_streams VALUES ($1, 0, '') ON CONFLICT DO NOTHING`, [stream]);
  for (let first = from; first <= to; first += AT_ONCE) {
    await pool().query(
      `INSERT INTO ledger (stream, sequence, type, at, account, role, entry, previous, hash)
       SELECT $1, n, 'guided', now(), 'a', 'reviewer', '{"details": {"department": "market"}}', 'p', repeat('f', 64)
       FROM generate_series($2::integer, $3::integer) AS n`,
      [stream, first, Math.min(to, first + AT_ONCE - 1)],
    );
  }
}

test('a large ledger is written while others are answered; one that is too large is refused', async () => {
  await grow('large', 1, LARGE);
  let done = false;
  const file = exported('?stream=large').finally(() => (done = true));
  let answered = 0;
  while (!done) {
    expect((await rosters.api.send('/me', { as: 'official' })).status).toBe(200);
    answered += 1;
  }
  expect(lines(await file, '台账')).toHaveLength(LARGE);
  // In one go it would be one or two.
  expect(answered).toBeGreaterThan(10);
  await grow('large', LARGE + 1, 200_001);
  expectProblem(await rosters.api.send('/ledger/export?stream=large', { as: 'operator' }), 422, 'too-much-to-export');
  expect((await exported(`?stream=${MARKET_CASE}`)).worksheets).toHaveLength(5);
});
