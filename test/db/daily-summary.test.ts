/** The daily summary's figures out of rows as recording leaves them: of an empty town, of the day by each case's clock, and of nothing else. */
import type { DailySummary } from '../../contracts/telling/daily-summary';
import { dailySummary, townDay } from '../../db/telling/daily-summary';
import { PHASES } from '../../domain/case/state';
import { TestDatabase } from '../support/postgres';

const DATE = '2026-05-10';
const CHINA = 8 * 60;
const NOW = Date.parse('2026-05-10T09:30:00Z');
/** The first and the last instant of the day in town, and those beside them. */
const [BEFORE, FIRST, LAST, AFTER] = [
  ...['2026-05-09T15:59:59.999Z', '2026-05-09T16:00:00Z'],
  ...['2026-05-10T15:59:59.999Z', '2026-05-10T16:00:00Z'],
] as [string, string, string, string];

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.start();
});
afterAll(() => database.stop());
const sql = (text: string, values: unknown[] = []) => database.pool.query(text, values);
beforeEach(() =>
  database.rewrite(
    `TRUNCATE cases, reopenings, duties, ledger, ledger_streams, test_rounds, round_people, incidents, people, stock_items,
       enterprises CASCADE`,
  ),
);

/** Below three days items are short; of the edition `old` nothing is known any more. */
const thresholdDays = (edition: string) => (edition === 'old' ? null : 3);
const summary = (date = DATE): Promise<DailySummary> =>
  dailySummary(database.as('worker'), { date, utcOffsetMinutes: CHINA, now: NOW, thresholdDays });

interface Known {
  readonly phase?: string;
  readonly closed?: boolean;
  readonly clock?: string;
  readonly phaseSince?: string;
  readonly edition?: string;
  readonly waitingOn?: readonly string[];
  readonly rounds?: readonly { readonly id: string; readonly stage: string }[];
}
async function project(caseNumber: string, known: Known = {}): Promise<void> {
  const { phase = 'operating', closed = false, clock = '2026-05-10T08:00:00Z', waitingOn = [] } = known;
  const enterprise = `e-${caseNumber}`;
  await database.register(caseNumber, enterprise, 'key');
  const state = {
    phaseSince: Date.parse(known.phaseSince ?? '2026-05-01T00:00:00Z'),
    edition: { programme: 'zhongxing', id: known.edition ?? 'current' },
    operation: { rounds: known.rounds ?? [] },
  };
  await sql(
    `INSERT INTO reopenings (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, overdue, accounts, closed,
                             version, clock, state, opened_at)
     VALUES ($1, $2, $3, 'beixing', 'factory', $4, $5, 0, '{}', $6, 1, $7, $8, '2026-05-01T00:00:00Z')`,
    [caseNumber, enterprise, `企业${caseNumber}`, phase, waitingOn, closed, clock, JSON.stringify(state)],
  );
}

async function record(stream: string, type: string, at: string, details: object = {}): Promise<void> {
  await sql(`INSERT INTO ledger_streams VALUES ($1, 0, '') ON CONFLICT DO NOTHING`, [stream]);
  await sql(
    `INSERT INTO ledger (stream, sequence, type, at, account, role, entry, previous, hash)
     SELECT $1, 1 + count(*), $2, $3, 'a', 'case', $4, 'p', 'h' FROM ledger WHERE stream = $1`,
    [stream, type, at, JSON.stringify({ details })],
  );
}

interface Round {
  readonly date?: string;
  readonly test?: string;
  readonly closed?: boolean;
  readonly state?: string;
}
/** A round with one person for each result; null for somebody who is untested. */
async function round(caseNumber: string, results: readonly (string | null)[], over: Round = {}): Promise<void> {
  const { date = DATE, test = 'morning', closed = true, state = 'owes' } = over;
  const [key, enterprise] = [[caseNumber, `${date}/${test}`], `e-${caseNumber}`];
  await sql(
    `INSERT INTO test_rounds VALUES ($1, $2, $3, $4, $5, 'antigen', now(), CASE WHEN $6 THEN now() END)
     ON CONFLICT DO NOTHING`,
    [...key, enterprise, date, test, closed],
  );
  for (const [index, result] of results.entries()) {
    const person = `p-${key.join('-')}-${state}-${index}`;
    await sql(`INSERT INTO people (id, enterprise, loop, joined_on) VALUES ($1, $2, 'on-site', $3)`, [
      ...[person, enterprise, date],
    ]);
    await sql(
      `INSERT INTO round_people (case_number, round, person, loop, state, result) VALUES ($1, $2, $3, 'on-site', $4, $5)`,
      [...key, person, state, result],
    );
  }
}

async function owe(caseNumber: string, id: string, owner: string, due: string | null, overdue = true): Promise<void> {
  await sql(
    `INSERT INTO duties (case_number, id, kind, owner, since, opens, due, overdue, reminded, escalated)
     VALUES ($1, $2, 'plan', $3, now(), now(), $4, $5, 0, false)`,
    [caseNumber, id, owner, due, overdue],
  );
}

test('of an empty town everything is nothing, and nothing is divided', async () => {
  expect(await summary()).toEqual({
    date: DATE,
    asOf: '2026-05-10 17:30',
    ...{ started: 0, signed: 0, completed: 0, operating: 0, suspended: 0, positives: 0 },
    phases: Object.fromEntries(PHASES.map((phase) => [phase, 0])),
    tests: { owed: 0, tested: 0, notTested: 0, untested: 0 },
    testedPercent: null,
    overdue: [],
    stock: { enterprises: [], town: [] },
    enterprises: [],
    seal: null,
  });
});

test('what happened that day is of the town’s midnight to the next, by the entries’ own time', async () => {
  for (const caseNumber of ['c-1', 'c-2', 'c-3', 'c-4']) await project(caseNumber);
  await record('c-1', 'opened', BEFORE);
  await record('c-2', 'opened', FIRST);
  await record('c-3', 'opened', LAST);
  await record('c-4', 'opened', AFTER);
  await record('c-1', 'completed', FIRST);
  await record('c-4', 'completed', AFTER);
  for (const [at, incident] of [BEFORE, FIRST, LAST, AFTER].map((at, index) => [at, `i-${index}`] as const)) {
    await record('c-2', 'incident-opened', at, { incident });
  }
  // An act outside cases, and entries of other kinds, are no events of a case.
  await record('enterprises', 'opened', FIRST);
  await record('c-1', 'incident-confirmed', FIRST, { incident: 'i-1' });
  const { started, completed, positives, enterprises } = await summary();
  expect({ started, completed, positives }).toEqual({ started: 2, completed: 1, positives: 2 });
  expect(enterprises.map((line) => line.positives)).toEqual([0, 2, 0, 0]);
  expect(await summary('2026-05-11')).toMatchObject({ started: 1, completed: 1, positives: 1 });
});

test('departments’ approvals of the day count, unless taken back or turned into a return the same day', async () => {
  for (const caseNumber of ['c-1', 'c-2']) await project(caseNumber, { phase: 'sign-offs' });
  const act = (stream: string, type: string, department: string, at = FIRST, of = 1) =>
    record(stream, type, at, { department, round: of });
  await act('c-1', 'approved', 'market');
  await act('c-1', 'approved-with-conditions', 'economy');
  await act('c-1', 'returned', 'enforcement');
  await act('c-1', 'approved', 'city-appearance');
  await act('c-1', 'taken-back', 'city-appearance', LAST);
  await act('c-1', 'approved', 'epidemic-control');
  await act('c-1', 'taken-back', 'epidemic-control');
  await act('c-1', 'approved', 'epidemic-control', LAST);
  await act('c-1', 'approved', 'planning-environment', BEFORE);
  await act('c-1', 'approved', 'enforcement', AFTER, 2);
  // The same department in another round, and of another case.
  await act('c-1', 'approved', 'market', LAST, 2);
  await act('c-2', 'approved', 'market');
  expect((await summary()).signed).toBe(5);
  expect((await summary('2026-05-09')).signed).toBe(1);
  expect((await summary('2026-05-11')).signed).toBe(1);
});

test('phases are of now and of all cases; a site that stands still is suspended and not operating', async () => {
  await project('c-1');
  await project('c-2');
  await project('c-3', { phase: 'suspended', waitingOn: ['department/epidemic-control', 'enterprise'] });
  await project('c-4', { phase: 'survey' });
  await project('c-5', { phase: 'completed', closed: true });
  await project('c-6', { phase: 'withdrawn', closed: true });
  const { phases, operating, suspended, enterprises } = await summary();
  expect(phases).toMatchObject({ operating: 2, suspended: 1, survey: 1, completed: 1, withdrawn: 1, refused: 0 });
  expect({ operating, suspended }).toEqual({ operating: 2, suspended: 1 });
  expect(enterprises[2]).toEqual({
    ...{ caseNumber: 'c-3', name: '企业c-3', village: 'beixing', phase: 'suspended', overdue: 0, positives: 0 },
    waitingOn: ['department/epidemic-control', 'enterprise'],
    ...{ owed: 0, tested: 0, notTested: 0, untested: 0 },
  });
});

test('rows are of open cases, of those that ended that day, and of those that had tests or positives that day', async () => {
  const over = { phase: 'completed', closed: true };
  await project('c-1', { ...over, phaseSince: BEFORE });
  await project('c-2', { ...over, phaseSince: FIRST });
  await project('c-3', { ...over, phaseSince: LAST, phase: 'refused' });
  await project('c-4', { ...over, phaseSince: AFTER });
  await project('c-5', { ...over, phaseSince: AFTER });
  await round('c-5', ['negative']);
  await project('c-6', { ...over, phaseSince: AFTER });
  await record('c-6', 'incident-opened', FIRST);
  await project('c-7', { phase: 'plan', phaseSince: AFTER });
  const shown = async (date?: string) => (await summary(date)).enterprises.map((line) => line.caseNumber);
  expect(await shown()).toEqual(['c-2', 'c-3', 'c-5', 'c-6', 'c-7']);
  expect(await shown('2026-05-11')).toEqual(['c-4', 'c-5', 'c-6', 'c-7']);
  expect(await shown('2026-05-13')).toEqual(['c-7']);
});

test('tests are of those who owe them in rounds of the day that are due or closed', async () => {
  const id = (test: string) => `${DATE}/${test}`;
  const rounds = [
    { id: id('noon'), stage: 'due' },
    { id: id('evening'), stage: 'open' },
  ];
  await project('c-1', { rounds });
  await round('c-1', ['negative', 'positive', 'pending', 'invalid', 'recheck', 'not-tested', null]);
  await round('c-1', [null, 'negative'], { state: 'exempt' });
  await round('c-1', [null], { state: 'excused' });
  await round('c-1', ['negative', null], { test: 'noon', closed: false });
  await round('c-1', ['negative', null], { test: 'evening', closed: false });
  await round('c-1', [null, null], { date: '2026-05-09' });
  // Suspended ones test on; of this round the case has not been told the counts of its end yet.
  await project('c-2', { phase: 'suspended', rounds: [{ id: id('morning'), stage: 'closed' }] });
  await round('c-2', ['negative'], { closed: false });
  await round('c-2', [null], { test: 'noon', closed: false });
  const { tests, testedPercent, enterprises } = await summary();
  expect(enterprises).toMatchObject([
    { caseNumber: 'c-1', owed: 9, tested: 6, notTested: 1, untested: 2 },
    { caseNumber: 'c-2', owed: 1, tested: 1, notTested: 0, untested: 0 },
  ]);
  expect(tests).toEqual({ owed: 10, tested: 7, notTested: 1, untested: 2 });
  expect(testedPercent).toBe(70);
  expect(await summary('2026-05-09')).toMatchObject({ tests: { owed: 2, tested: 0, untested: 2 }, testedPercent: 0 });
  expect((await summary('2026-05-11')).testedPercent).toBeNull();
});

test('the percentage is rounded down: a hundred is everybody', async () => {
  await project('c-1');
  await round('c-1', ['negative', 'negative', null]);
  expect((await summary()).testedPercent).toBe(66.6);
  await round('c-1', ['negative', 'negative'], { test: 'evening', date: '2026-05-12' });
  expect((await summary('2026-05-12')).testedPercent).toBe(100);
});

test('overdue duties by owner, the most first, with the oldest due of each, and the same in the rows', async () => {
  await project('c-1');
  await project('c-2');
  await owe('c-1', 'plan', 'enterprise', '2026-05-10T02:00:00Z');
  await owe('c-1', 'test/1', 'enterprise', '2026-05-09T23:30:00Z');
  await owe('c-2', 'plan', 'enterprise', '2026-05-10T03:00:00Z');
  await owe('c-2', 'sign-off/1/market', 'department/market', '2026-05-08T09:00:00Z');
  await owe('c-2', 'closing', 'official', null);
  await owe('c-2', 'report', 'liaison', LAST, false);
  const { overdue, enterprises } = await summary();
  expect(overdue).toEqual([
    { owner: 'enterprise', count: 3, oldestDue: '2026-05-10 07:30' },
    { owner: 'department/market', count: 1, oldestDue: '2026-05-08 17:00' },
    { owner: 'official', count: 1, oldestDue: null },
  ]);
  expect(enterprises.map((line) => line.overdue)).toEqual([2, 3]);
});

test('short is what was below the edition’s threshold when it was last checked, of running cases only', async () => {
  const checked = (stream: string, at: string, days: Record<string, number>) =>
    record(stream, 'supplies-checked', at, {
      headcount: 57,
      covers: Object.entries(days).map(([item, cover]) => ({ item, quantity: 100, days: cover })),
    });
  await project('c-1');
  await checked('c-1', '2026-05-08T23:00:00Z', { gloves: 0.5, disinfectant: 1 });
  await checked('c-1', '2026-05-09T23:00:00Z', { gloves: 2.999, disinfectant: 3, 'antigen-kit': 1.25 });
  await project('c-2', { phase: 'suspended' });
  await checked('c-2', '2026-05-08T23:00:00Z', { gloves: 0 });
  await record('c-2', 'day-reported', FIRST);
  await project('c-3', { phase: 'completed', closed: true });
  await checked('c-3', FIRST, { gloves: 0 });
  await project('c-4', { edition: 'old' });
  await checked('c-4', FIRST, { gloves: 0 });
  expect((await summary()).stock.enterprises).toEqual([
    { caseNumber: 'c-2', enterprise: '企业c-2', item: 'gloves', days: 0, thresholdDays: 3, checkedOn: '2026-05-09' },
    { caseNumber: 'c-1', enterprise: '企业c-1', item: 'antigen-kit', days: 1.25, thresholdDays: 3, checkedOn: DATE },
    { caseNumber: 'c-1', enterprise: '企业c-1', item: 'gloves', days: 2.999, thresholdDays: 3, checkedOn: DATE },
  ]);
});

test('of the town’s stock what has nothing free is told', async () => {
  await sql(`INSERT INTO stock_items VALUES ('gloves', 10, 10), ('antigen-kit', 0, 0), ('kn95-mask', 11, 10)`);
  expect((await summary()).stock.town).toEqual([
    { item: 'antigen-kit', onHand: 0, promised: 0 },
    { item: 'gloves', onHand: 10, promised: 10 },
  ]);
});

test('the town’s day is that of the open case furthest ahead, never before now', async () => {
  const day = () => townDay(database.as('worker'), CHINA, NOW);
  expect(await day()).toBe(DATE);
  await project('c-1', { clock: '2026-05-01T00:00:00Z' });
  await project('c-2', { phase: 'completed', closed: true, clock: '2026-06-01T00:00:00Z' });
  expect(await day()).toBe(DATE);
  await project('c-3', { clock: LAST });
  expect(await day()).toBe(DATE);
  await project('c-4', { clock: AFTER });
  expect(await day()).toBe('2026-05-11');
});

test('nothing of a person is in it', async () => {
  await project('c-1');
  await round('c-1', ['positive', null]);
  await sql(`UPDATE people SET name = '张建国', phone_mask = '139****0000', document_mask = '310***********0000'`);
  await owe('c-1', 'test/1', 'enterprise', FIRST);
  expect(JSON.stringify(await summary())).not.toMatch(/张建国|139|310\*|p-c-1/);
});
