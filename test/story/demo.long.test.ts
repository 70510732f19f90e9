/**
 * The whole demonstration on a whole system, interrupted again and again: its figures are the article's, an independent count of the
 * ledger and the export agree, and no personal value of it is anywhere but in PostgreSQL.
 */
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import ExcelJS from 'exceljs';
import type { Entry } from '../../domain/ledger/entry';
import type { Figures } from '../../contracts/figures/figures';
import { loadPersonal } from '../../proof/personal';
import { loadRules } from '../../programme/read';
import { createPool, type Pool } from '../../db/sql/pool';
import { demonstrate } from '../../scripts/demo/demonstrate';
import { FACTORY } from '../../scripts/demo/factory';
import { SUPERMARKET } from '../../scripts/demo/supermarket';
import { Problem, Town } from '../../scripts/demo/town';
import { OwnSystem } from '../../scripts/own-system/system';
import { checkPrivacy } from '../../scripts/privacy/check';
import { verifyLedger } from '../../scripts/ledger/verify';

/** The demonstration sends some 250 requests that change something: a prime spreads the interruptions over all steps. */
const INTERRUPTED_EVERY = 37;

let system: OwnSystem;
let pool: Pool;
let connection: Connection;
let town: Town;
let told: string[];
let interruptions = 0;
let figures: Figures;
let entries: Entry[];

beforeAll(async () => {
  system = new OwnSystem({ of: 'demo-test' });
  await system.start();
  await system.ready();
  const { apiUrl, databaseUrl, temporalAddress } = system.addresses;
  pool = createPool(databaseUrl);
  connection = await Connection.connect({ address: temporalAddress });
  town = await Town.at(apiUrl, system.dataDir);
  told = await runInterrupted();
  figures = (await town.get<{ figures: Figures }>('/statistics', town.account('official'))).figures;
  const { rows } = await pool.query<{ entry: Entry }>('SELECT entry FROM ledger ORDER BY stream, sequence');
  entries = rows.map((row) => row.entry);
});
afterAll(async () => {
  await connection.close();
  await pool.end();
  await system.stop();
});

/** What it says. */
async function run(lines: string[] = []): Promise<string[]> {
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await demonstrate(town, { all: true, ui: 'http://temporal-ui', mails: 'http://mails' });
  } finally {
    log.mockRestore();
  }
  return lines;
}

const INTERRUPTED = 'interrupted';
/** Some seven are made here; a slow machine adds a few. */
const MOST_INTERRUPTIONS = 30;

/** Also when no worker answered in time: then the act takes effect later, and whoever waits for it begins again. */
function isInterruption(error: unknown): error is Error {
  return (
    error instanceof Error && (error.message === INTERRUPTED || (error instanceof Problem && error.status === 202))
  );
}

/** Every so often the answer to a request is lost, and with it the whole run; then it is begun again, until one comes to the end. */
async function runInterrupted(): Promise<string[]> {
  const lines: string[] = [];
  const real = globalThis.fetch;
  let sent = 0;
  globalThis.fetch = async (input, init) => {
    const answer = await real(input, init);
    if (init?.method !== 'POST') return answer;
    sent += 1;
    if (sent % INTERRUPTED_EVERY !== 0) return answer;
    await answer.text();
    throw new Error(INTERRUPTED);
  };
  try {
    for (;;) {
      try {
        return await run(lines);
      } catch (error) {
        if (!isInterruption(error) || (interruptions += 1) > MOST_INTERRUPTIONS) throw error;
      }
    }
  } finally {
    globalThis.fetch = real;
  }
}

const of = (type: string) => entries.filter((entry) => (entry.type as string) === type);
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
const detail = <T>(entry: Entry, key: string) => entry.details[key] as unknown as T;

test('both cases are completed, and a second run has nothing to do', async () => {
  const { items } = await town.get<{ items: { phase: string }[] }>('/reopenings', town.account('official'));
  expect(items.map((one) => one.phase)).toEqual(['completed', 'completed']);
  expect(told.join('\n')).toContain('超市已办结');
  expect(interruptions).toBeGreaterThan(2);
  const before = entries.length;
  expect((await run()).filter((line) => line.includes('All is done already'))).toHaveLength(2);
  const { rows } = await pool.query<{ count: number }>('SELECT count(*) AS count FROM ledger');
  expect(rows[0]?.count).toBe(before);
});

test('what an operating day may bring has been there', () => {
  const types = new Set<string>(entries.map((entry) => entry.type));
  const wanted = [
    ...['returned', 'notice-issued', 'requirement-passed', 'liaison-arrived', 'day-reported'],
    ...['roster-imported', 'emergency-contacts-set', 'lodged', 'sampler-certified', 'visit-completed'],
    ...['stock-received', 'order-placed', 'order-dispatched', 'order-delivered', 'order-received'],
    ...['purchase-received', 'medicine-received', 'incident-opened', 'incident-released'],
    ...['deviation-followed', 'finding-closed', 'completed'],
  ];
  expect(wanted.filter((type) => !types.has(type))).toEqual([]);
  const lines = of('order-received').flatMap((entry) => detail<{ difference: number }[]>(entry, 'lines'));
  expect(lines.filter((line) => line.difference !== 0)).toHaveLength(1);
  // The supermarket's second consignment came when kits had been bought.
  expect(of('order-dispatched')).toHaveLength(3);
  expect(of('stock-received')).toHaveLength(3);
});

test('the figures are the article’s', () => {
  expect(figures.masks).toBeGreaterThanOrEqual(3900);
  expect(figures.masks).toBeLessThanOrEqual(4000);
  expect(figures.disinfectantBottles).toBeGreaterThanOrEqual(91);
  expect(figures.disinfectantBottles).toBeLessThanOrEqual(99);
  expect(figures.antigenKits).toBeGreaterThanOrEqual(1001);
  expect(figures.antigenKits).toBeLessThanOrEqual(1099);
  expect(figures).toMatchObject({
    protectiveSuits: 90,
    glovePairs: 2300,
    closedLoopEmployees: 57,
    lodgedEmployees: 32,
    hotels: 3,
    testsPerPersonPerDay: 2,
    trainedSamplers: 2,
    departments: 6,
    liaisonsPerEnterprise: 1,
  });
});

/** Every figure once more, from the ledger's entries alone. */
function recounted(): Figures {
  const { items } = loadRules().supplies;
  const received = (figure: string) =>
    sum(
      of('order-received')
        .flatMap((entry) => detail<{ item: string; received: number }[]>(entry, 'lines'))
        .filter((line) => items.find(({ id }) => id === line.item)?.figure === figure)
        .map((line) => line.received),
    );
  const lastOf = (stream: string) => of('roster-imported').findLast((entry) => entry.stream === stream);
  const rosters = [...new Set(of('roster-imported').map((entry) => entry.stream))].map(lastOf);
  const cases = [...new Set(of('opened').map((entry) => entry.stream))];
  return {
    masks: received('masks'),
    protectiveSuits: received('protectiveSuits'),
    glovePairs: received('glovePairs'),
    disinfectantBottles: received('disinfectantBottles'),
    antigenKits: received('antigenKits'),
    closedLoopEmployees: sum(rosters.map((entry) => (entry ? detail<number>(entry, 'onSite') : 0))),
    lodgedEmployees: sum(of('lodged').map((entry) => detail<number>(entry, 'lodged'))),
    hotels: new Set(of('lodged').map((entry) => entry.details['hotel'])).size,
    testsPerPersonPerDay: testsPerDay(cases),
    trainedSamplers: of('sampler-certified').length,
    departments: new Set(
      [...of('approved'), ...of('approved-with-conditions')].map((entry) => entry.details['department']),
    ).size,
    liaisonsPerEnterprise: of('liaison-assigned').length / cases.length,
  };
}

/** Tests owed on days of which every round was counted, by persons and days; the day on which a case ends is not complete. */
function testsPerDay(cases: readonly string[]): number {
  const days = cases.flatMap((stream) => {
    const own = (type: string) => of(type).filter((entry) => entry.stream === stream);
    const dates = [...new Set(own('round-opened').map((entry) => detail<string>(entry, 'date')))].slice(0, -1);
    return dates.map((date) => {
      const counted = own('round-counted').filter((entry) => detail<string>(entry, 'round').startsWith(date));
      const owed = counted.map((entry) => detail<{ owed: number }>(entry, 'counts').owed);
      return { tests: sum(owed), people: Math.max(...owed) };
    });
  });
  return sum(days.map((day) => day.tests)) / sum(days.map((day) => day.people));
}

test('an independent count of the ledger gives the same figures', () => {
  expect(recounted()).toEqual(figures);
});

async function exported(): Promise<ExcelJS.Workbook> {
  const { token } = town.account('official');
  const answer = await fetch(`${town.address}/ledger/export`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.headers.get('content-type')).toContain('spreadsheetml');
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(await answer.arrayBuffer());
  return workbook;
}

/** As a spreadsheet program computes it: our formulas are sums of columns, or a rounded quotient of two. */
function computed(workbook: ExcelJS.Workbook, own: string, formula: string): number {
  const sums = [...formula.matchAll(/SUM\((?:'([^']+)'!)?([A-Z]+)(\d+):\2(\d+)\)/g)].map(
    ([, name, column, from, to]) => {
      const sheet = workbook.getWorksheet(name ?? own);
      const numbers = Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) =>
        Number(sheet?.getCell(`${column}${Number(from) + index}`).value ?? 0),
      );
      return sum(numbers);
    },
  );
  const [first = NaN, second] = sums;
  return second === undefined ? first : Math.round((100 * first) / second) / 100;
}

test('the ledger’s export opens as a workbook that adds up, to the same figures, and it names nobody', async () => {
  const workbook = await exported();
  expect(workbook.worksheets.map((sheet) => sheet.name)).toEqual([
    ...['台账', '物资签收', '检测轮次', '完整运行日', '统计'],
  ]);
  let formulas = 0;
  for (const sheet of workbook.worksheets) {
    sheet.eachRow((row) =>
      row.eachCell((cell) => {
        if (cell.formula === undefined) return;
        formulas += 1;
        expect(cell.result).toBe(computed(workbook, sheet.name, cell.formula));
      }),
    );
  }
  // Of receipts the difference and five figures, of rounds eight counts, of days two, and of the figures six.
  expect(formulas).toBe(6 + 8 + 2 + 6);
  const shown: Record<string, unknown> = {};
  workbook.getWorksheet('统计')?.eachRow((row, number) => {
    if (number > 1) shown[row.getCell(4).text] = row.getCell(2).result ?? row.getCell(2).value;
  });
  expect(shown).toEqual(figures);
  expect(workbook.getWorksheet('台账')?.rowCount).toBe(entries.length + 1);
  const names = [...FACTORY.people, ...SUPERMARKET.people].flatMap((one) => [one.name, one.documentNumber, one.phone]);
  const text = JSON.stringify(workbook.worksheets.map((sheet) => sheet.getSheetValues()));
  expect(names.filter((name) => text.includes(name))).toEqual([]);
});

test('no personal value is in Temporal, in a log, in the ledger, in notices or in projections; planted ones are found', async () => {
  const checked = {
    client: new Client({ connection }),
    pool,
    personal: loadPersonal(join(system.dataDir, 'personal-key')),
    dataDir: system.dataDir,
  };
  const { values, places, findings, planted } = await checkPrivacy(checked);
  expect(findings).toEqual([]);
  // Name, document and phone of 89 people, name and phone of four contacts, a medicine, and what was written.
  expect(values).toBeGreaterThan(3 * 89 + 2 * 4 + 1);
  // Two cases and their two orders, of each the history and the rest; a log of every part; every entry and two projections.
  expect(places).toBeGreaterThan(4 * 3 + 5 + entries.length + 2);
  expect(planted).toEqual([
    ...['memo', 'search attributes', 'history', 'file temporal.db'],
    ...['privacy-scan.log', 'ledger', 'notice'],
  ]);
});

test('the ledger holds', async () => {
  const findings: string[] = [];
  await verifyLedger(pool, (finding) => findings.push(finding));
  expect(findings).toEqual([]);
});
