/** The daily summary reads well to officials, tells a group nothing but counts, and its workbook adds up and can do nothing. */
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { summaryForGroup, summaryText, summaryWorkbook, type SummaryNames } from '../../channels/daily-summary';
import { createGuard } from '../../channels/guard';
import { PHASE_NAMES } from '../../contracts/words/glossary';
import type { DailySummary, EnterpriseLine } from '../../contracts/telling/daily-summary';
import { PHASES } from '../../domain/case/state';

const NAMES: SummaryNames = {
  phase: (phase) => PHASE_NAMES[phase],
  owner: (owner) => ({ enterprise: '企业', 'department/market': '市场所' })[owner] ?? owner,
  item: (item) => ({ gloves: '一次性手套', 'antigen-kit': '抗原试剂' })[item] ?? item,
  village: (village) => ({ beixing: '北兴村' })[village] ?? village,
};

const NO_PHASES = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as DailySummary['phases'];
const EMPTY: DailySummary = {
  ...{ date: '2026-05-10', asOf: '2026-05-10 17:30' },
  ...{ started: 0, signed: 0, completed: 0, operating: 0, suspended: 0, positives: 0 },
  phases: NO_PHASES,
  tests: { owed: 0, tested: 0, notTested: 0, untested: 0 },
  testedPercent: null,
  overdue: [],
  stock: { enterprises: [], town: [] },
  enterprises: [],
};

const line = (caseNumber: string, name: string, over: Partial<EnterpriseLine> = {}): EnterpriseLine => ({
  ...{ caseNumber, name, village: 'beixing', phase: 'operating', waitingOn: ['enterprise'] },
  ...{ overdue: 0, positives: 0, owed: 0, tested: 0, notTested: 0, untested: 0 },
  ...over,
});
const FULL: DailySummary = {
  ...EMPTY,
  ...{ started: 1, signed: 6, completed: 2, operating: 2, suspended: 1, positives: 1 },
  phases: { ...NO_PHASES, survey: 1, 'sign-offs': 3, operating: 2, suspended: 1, completed: 9 },
  tests: { owed: 178, tested: 173, notTested: 2, untested: 3 },
  testedPercent: 97.1,
  overdue: [
    { owner: 'enterprise', count: 4, oldestDue: '2026-05-09 10:00' },
    { owner: 'department/market', count: 1, oldestDue: null },
  ],
  stock: {
    enterprises: [
      {
        caseNumber: '2026-0001',
        enterprise: '华岛精密(演示)',
        item: 'gloves',
        days: 1.599,
        thresholdDays: 3,
        checkedOn: '2026-05-10',
      },
    ],
    town: [{ item: 'antigen-kit', onHand: 40, promised: 40 }],
  },
  enterprises: [
    line('2026-0001', '华岛精密(演示)', { owed: 114, tested: 110, notTested: 1, untested: 3, overdue: 1 }),
    line('2026-0002', '=HYPERLINK("http://x")|超市', { owed: 64, tested: 63, notTested: 1, positives: 1 }),
    line('2026-0003', '东滩水产(演示)', {
      phase: 'suspended',
      overdue: 4,
      waitingOn: ['department/market', 'enterprise'],
    }),
    line('2026-0004', '无事企业(演示)', { phase: 'survey' }),
  ],
};

describe('for officials', () => {
  test('the text tells the counts, who needs somebody, what is overdue and what runs short, on one screen', () => {
    const { subject, text } = summaryText(FULL, NAMES);
    expect(subject).toBe('每日简报 2026-05-10：运行2家，已检97.1%，未检3人次');
    expect(text).toBe(
      `2026-05-10（数据截至2026-05-10 17:30）
当日：新启动1家，部门签批6件，办结2家
目前：办理中4家，复工运行2家，停工1家
检测：应检178人次，已检173（97.1%），未检3，未检有因2
当日阳性事件1起

需关注企业3家
· =HYPERLINK("http://x")|超市：阳性1起
· 华岛精密(演示)：未检3/114，逾期1项
· 东滩水产(演示)：停工，逾期4项

逾期待办5项
· 企业 4项，最早2026-05-09 10:00
· 市场所 1项

库存预警2项
· 镇级库存：抗原试剂 无可用
· 华岛精密(演示)：一次性手套 可用1.5天`,
    );
  });

  test('the last seal stands in what officials get, and in nothing that goes to a group', () => {
    const [hash, key] = ['7'.repeat(64), '0123456789abcdef'];
    const told: DailySummary = { ...FULL, seal: { number: 12, day: '2026-05-09', hash, key } };
    const { text, markdown } = summaryText(told, NAMES);
    for (const one of [text, markdown])
      expect(one.trimEnd().endsWith(`台账封存第12号（2026-05-09）：${hash}，密钥${key}`)).toBe(true);
    expect(summaryText({ ...FULL, seal: null }, NAMES)).toEqual(summaryText(FULL, NAMES));
    expect(summaryForGroup(told)).toBe(summaryForGroup(FULL));
  });

  test('of an empty town it says zeros, and no percentage', () => {
    const { subject, text, markdown } = summaryText(EMPTY, NAMES);
    expect(subject).toBe('每日简报 2026-05-10：运行0家，无应检');
    expect(text.split('\n')).toHaveLength(5);
    expect(markdown).not.toContain('###');
    expect(`${subject}${text}${markdown}`).not.toMatch(/NaN|null|undefined|Infinity/);
  });

  test('many enterprises and owners stay one screen, and a name stays one line', () => {
    const enterprises = Array.from({ length: 60 }, (_, n) =>
      line(`c-${n}`, `企业\n${n}`, { owed: n, untested: n + 1 }),
    );
    const overdue = Array.from({ length: 12 }, (_, n) => ({ owner: `department/d${n}`, count: 2, oldestDue: null }));
    const { text, markdown } = summaryText({ ...FULL, enterprises, overdue }, NAMES);
    // Twenty-four lines of a phone.
    expect(text.split('\n').length).toBeLessThanOrEqual(24);
    expect(text).toContain('需关注企业60家\n· 企业 59：未检60/59\n');
    expect(text).toContain('…另有57条，见附表');
    expect(markdown).toContain('另有30行，见附表');
  });

  test('the markdown has a table for each list, and what was typed in is no markup', () => {
    const { markdown } = summaryText(FULL, NAMES);
    expect(markdown).toContain('| 企业 | 村 | 阶段 | 应检 | 已检 | 未检 | 阳性 | 逾期 |\n| --- | --- |');
    expect(markdown).toContain('| 华岛精密(演示) | 北兴村 | 复工运行 | 114 | 110 | 3 | 0 | 1 |');
    expect(markdown).toContain('| =HYPERLINK("http://x")\\|超市 | 北兴村 |');
    expect(markdown).toContain('| 企业 | 4 | 2026-05-09 10:00 |\n| 市场所 | 1 | — |');
    expect(markdown).toContain('| 镇级库存 | 抗原试剂 | 无可用（在库40，均已分配） |');
  });
});

describe('for a group', () => {
  test('counts and the date', () => {
    expect(summaryForGroup(FULL)).toBe(
      `每日简报 2026-05-10
当日：新启动1家，部门签批6件，办结2家
目前：办理中4家，复工运行2家，停工1家
检测：应检178人次，已检173（97.1%），未检3，未检有因2
当日阳性事件1起
逾期待办5项
库存预警：企业1家，镇级物资1种`,
    );
    expect(summaryForGroup(EMPTY)).toContain('已检0（无应检）');
  });

  const count = fc.nat(9999);
  const word = fc.oneof(
    fc.constantFrom('张建国', '华岛精密', '北兴村', '一次性手套', '市场所'),
    fc.string({ unit: 'grapheme' }),
  );
  const tests = { owed: count, tested: count, notTested: count, untested: count };
  const enterprise = fc.record({
    ...{ ...tests, name: word, village: word, overdue: count, positives: count },
    ...{ phase: fc.constantFrom(...PHASES), waitingOn: fc.array(word, { maxLength: 3 }) },
  });
  const summaries: fc.Arbitrary<DailySummary> = fc
    .record({
      ...{ started: count, signed: count, completed: count, operating: count, suspended: count, positives: count },
      tests: fc.record(tests),
      testedPercent: fc.option(fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 10)),
      overdue: fc.array(fc.record({ owner: word, count, oldestDue: fc.option(fc.constant('2026-05-09 10:00')) })),
      town: fc.array(fc.record({ item: word, onHand: count, promised: count })),
      enterprises: fc.array(enterprise, { maxLength: 6 }),
    })
    .map(({ town, enterprises, ...rest }) => {
      const numbered = enterprises.map((one, index) => ({ ...one, caseNumber: `2026-000${index}` }));
      const short = numbered.map(({ caseNumber, name, village }) => ({
        ...{ caseNumber, enterprise: name, item: village, days: 1, thresholdDays: 3, checkedOn: '2026-05-10' },
      }));
      return { ...EMPTY, ...rest, enterprises: numbered, stock: { enterprises: short, town } };
    });

  /** Another name wherever there is one. */
  function renamed(summary: DailySummary): DailySummary {
    const other = { name: '甲', enterprise: '乙', village: '丙', owner: '丁', item: '戊' };
    const change = <T extends object>(one: T): T =>
      Object.fromEntries(Object.entries(one).map(([key, value]) => [key, Reflect.get(other, key) ?? value])) as T;
    const { enterprises, overdue, stock } = summary;
    return {
      ...summary,
      enterprises: enterprises.map((one) => ({ ...change(one), waitingOn: [] })),
      overdue: overdue.map(change),
      stock: { enterprises: stock.enterprises.map(change), town: stock.town.map(change) },
    };
  }

  test('whatever names there are, the text is the same without them', () => {
    fc.assert(
      fc.property(summaries, (summary) => {
        expect(summaryForGroup(summary)).toBe(summaryForGroup(renamed(summary)));
      }),
    );
  });

  test('no name of an enterprise, a village, a department, an item or a person stands in it, and the guard lets it out', () => {
    const guard = createGuard({ names: ['张建国', '华岛精密', '北兴村', '市场所'], addresses: [] });
    fc.assert(
      fc.property(summaries, (summary) => {
        const text = summaryForGroup(summary);
        for (const known of ['张建国', '华岛精密', '北兴村', '一次性手套', '市场所']) expect(text).not.toContain(known);
        expect(text).not.toMatch(/2026-0\d{3}(?!\d)/);
        expect(guard(text)).toBeUndefined();
      }),
    );
  });
});

describe('the workbook', () => {
  async function read(summary: DailySummary): Promise<ExcelJS.Workbook> {
    const { bytes } = await summaryWorkbook(summary, NAMES);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(new Uint8Array(bytes).buffer);
    return book;
  }
  function sheetOf(book: ExcelJS.Workbook, name: string): ExcelJS.Worksheet {
    const sheet = book.getWorksheet(name);
    if (!sheet) throw new Error(`no sheet ${name}`);
    return sheet;
  }
  /** What a reader that computes would find for each formula, against the result that is written beside it. */
  function sums(book: ExcelJS.Workbook): { at: string; computed: number; result: unknown }[] {
    return book.worksheets.flatMap((sheet) => {
      const found: { at: string; computed: number; result: unknown }[] = [];
      sheet.eachRow((row) =>
        row.eachCell((cell) => {
          if (!cell.formula) return;
          const [, of = sheet.name, letter = '', first, last] =
            /^SUM\((?:'(.+)'!)?([A-Z])(\d+):\2(\d+)\)$/.exec(cell.formula) ?? [];
          let computed = 0;
          for (let number = Number(first); number <= Number(last); number += 1) {
            computed += Number(sheetOf(book, of).getCell(`${letter}${number}`).value);
          }
          found.push({ at: `${sheet.name}!${cell.address}`, computed, result: cell.result });
        }),
      );
      return found;
    });
  }
  const values = (sheet: ExcelJS.Worksheet, row: number) => (sheet.getRow(row).values as unknown[]).slice(1);

  test('it is named after the day, and its sheets have a frozen header, widths and a filter over their lines', async () => {
    const { name, mediaType } = await summaryWorkbook(FULL, NAMES);
    expect(name).toBe('每日简报-2026-05-10.xlsx');
    expect(mediaType).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    const book = await read(FULL);
    expect(book.worksheets.map((sheet) => sheet.name)).toEqual(['概况', '企业', '逾期', '库存预警']);
    for (const sheet of book.worksheets) {
      expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
      expect(sheet.columns.every((column) => (column.width ?? 0) >= 10)).toBe(true);
    }
    expect(book.worksheets.map((sheet) => sheet.autoFilter)).toEqual(['A1:B24', 'A1:K5', 'A1:C3', 'A1:G3']);
  });

  test('every sum is a formula over its rows with the same result', async () => {
    const found = sums(await read(FULL));
    expect(found.map(({ at }) => at)).toEqual([
      ...['企业!F6', '企业!G6', '企业!H6', '企业!I6', '企业!J6', '企业!K6', '逾期!B4'],
    ]);
    expect(found.map(({ result }) => result)).toEqual(found.map(({ computed }) => computed));
    const overview = sheetOf(await read(FULL), '概况');
    expect([7, 8, 9, 10, 12, 13, 14, 15].map((row) => overview.getCell(`B${row}`).value)).toEqual([
      178, 173, 2, 3, 1, 5, 1, 1,
    ]);
  });

  test('a sum of nothing but zeros has its zero beside it', async () => {
    const found = sums(await read({ ...EMPTY, enterprises: [line('2026-0001', '华岛精密(演示)')] }));
    expect(found).toHaveLength(6);
    expect(found.every(({ result, computed }) => result === 0 && computed === 0)).toBe(true);
  });

  test('rows carry Chinese names, and a text that looks like a formula is none', async () => {
    const book = await read(FULL);
    const enterprises = sheetOf(book, '企业');
    expect(values(enterprises, 4)).toEqual([
      ...['2026-0003', '东滩水产(演示)', '北兴村', '停工', '市场所、企业'],
      ...[4, 0, 0, 0, 0, 0],
    ]);
    expect(enterprises.getCell('B3').value).toBe(`'=HYPERLINK("http://x")|超市`);
    expect(values(sheetOf(book, '逾期'), 2)).toEqual(['企业', 4, '2026-05-09 10:00']);
    const stock = sheetOf(book, '库存预警');
    expect(stock.getRow(2).getCell(1).value).toBe('镇级库存');
    expect(stock.getCell('F2').value).toBe(40);
    expect(values(stock, 3)).toEqual(['华岛精密(演示)', '一次性手套', 1.5, 3, '2026-05-10']);
    for (const start of ['=', '+', '-', '@']) {
      const risky = await read({ ...EMPTY, enterprises: [line('2026-0001', `${start}1+1`)] });
      expect(sheetOf(risky, '企业').getCell('B2').value).toBe(`'${start}1+1`);
    }
  });

  test('of an empty town it has its headers, no sums, and zeros in the overview', async () => {
    const book = await read(EMPTY);
    expect(book.worksheets.map((sheet) => sheet.rowCount)).toEqual([24, 1, 1, 1]);
    expect(sums(book)).toEqual([]);
    const overview = sheetOf(book, '概况');
    expect(values(overview, 7)).toEqual(['应检（人次）', 0]);
    expect(values(overview, 11)).toEqual(['已检率（%）', '无应检']);
  });
});
