/** Tables as people bring them: pasted, or as workbooks, bad and hostile ones included, which are refused in time and memory. */
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { Problem } from '../../api/http/error-mapper';
import { readTable, type Column, type Table } from '../../api/documents/table';
import { harmless, workbookOf } from '../../workbooks/workbook-writing';
import { MACROS, MAIN, parts, RELATIONS, zip } from './workbook-parts';
import { expectWithin } from '../support/pace';

const COLUMNS: readonly Column[] = [
  { key: 'name', headers: ['姓名', 'Name'], required: true },
  { key: 'number', headers: ['证件号码', 'Document number'] },
];
const MOST = 10_000;
/** The issue's limits. */
const SECONDS = 2;
const MEGABYTES = 200;

const pasted = (text: string, most = MOST): Promise<Table> => readTable({ pasted: text }, COLUMNS, most);
const opened = (workbook: Buffer, most = MOST): Promise<Table> => readTable({ workbook }, COLUMNS, most);
const values = (table: Table) => table.rows.map((row) => row.values);

async function reasonOf(reading: Promise<Table>): Promise<unknown> {
  try {
    await reading;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.code).toBe('table-unreadable');
    return error.about['reason'];
  }
  return 'read';
}

async function workbook(fill: (sheet: ExcelJS.Worksheet) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  fill(book.addWorksheet('花名册'));
  return Buffer.from(await book.xlsx.writeBuffer());
}

const HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>';
const LINE = '<row r="2"><c r="A2" t="inlineStr"><is><t>甲</t></is></c></row>';
const sheet = (rows: string, rest = '') =>
  `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData>${rest}</worksheet>`;
const bomb = (megabytes: number) => Buffer.alloc(megabytes * 1024 * 1024, ' ');

describe('pasted', () => {
  test('from a spreadsheet, and as CSV with quotes, in Chinese and English', async () => {
    const rows = [{ name: '甲', number: '11010519491231002X' }, { name: '乙' }];
    expect(values(await pasted('姓名\t证件号码\n甲\t11010519491231002X\n\n乙\t\n'))).toEqual(rows);
    expect(values(await pasted('\ufeffname,Document Number\r\n"甲",11010519491231002X\r\n乙,'))).toEqual(rows);
    expect(values(await pasted('姓名\n"甲, ""乙"""'))).toEqual([{ name: '甲, "乙"' }]);
  });

  test('lines are counted as the sheet shows them', async () => {
    expect((await pasted('\n姓名\n\n甲')).rows).toEqual([{ number: 4, values: { name: '甲' } }]);
  });

  test('what is wrong with the headers or a cell is said by row and column', async () => {
    const pointers = async (text: string) => (await pasted(text)).mistakes.map((one) => one.pointer);
    expect(await pointers('姓名\t籍贯\n甲\t沪')).toEqual(['/rows/1/籍贯']);
    expect(await pointers('姓名\tName\n甲\t甲')).toEqual(['/rows/1/姓名']);
    expect(await pointers('证件号码\n1')).toEqual(['/rows/1/姓名']);
    expect(await pointers(`姓名\t证件号码\n甲\u0007\t1\n乙\t${'1'.repeat(500)}`)).toEqual([
      '/rows/2/姓名',
      '/rows/3/证件号码',
    ]);
  });

  test('nothing, a header alone, and too many rows are refused', async () => {
    expect(await reasonOf(pasted(' \n\t\n'))).toBe('empty');
    expect(await reasonOf(pasted('姓名'))).toBe('empty');
    expect(await reasonOf(pasted('姓名\n甲\n乙\n丙', 2))).toBe('too-many-rows');
  });

  test('any text is read or refused, and changes no object that it names', async () => {
    const text = fc.string({ unit: fc.constantFrom('姓名', '__proto__', '\t', '\n', ',', '"', '甲', ' ') });
    await fc.assert(
      fc.asyncProperty(text, async (words) => {
        const reading = pasted(words);
        if ((await reasonOf(reading)) === 'read') expect((await reading).rows.length).toBeGreaterThan(0);
        expect(({} as { 甲?: unknown }).甲).toBeUndefined();
      }),
    );
  });
});

describe('a workbook', () => {
  test('gives texts, numbers, dates and rich text as a person reads them', async () => {
    const file = await workbook((one) => {
      one.addRow(['姓名', '证件号码']);
      one.addRow(['甲', 13800000000]);
      one.addRow(['乙', new Date('2022-05-01')]);
      one.addRow([{ richText: [{ text: '丙' }, { text: '丁' }] }, '11010519491231002X']);
    });
    expect(values(await opened(file))).toEqual([
      { name: '甲', number: '13800000000' },
      { name: '乙', number: '2022-05-01' },
      { name: '丙丁', number: '11010519491231002X' },
    ]);
  });

  test('formulas, long numbers and errors are mistakes of their cells, whatever result is kept beside them', async () => {
    const file = await workbook((one) => {
      one.addRow(['姓名', '证件号码']);
      one.addRow([{ formula: '1+1', result: '甲' }, 110105194912310021]);
      one.addRow(['乙', { error: '#N/A' }]);
      one.addRow([{ sharedFormula: 'A2', result: '丙' }, 1]);
      one.addRow([{ text: '丁', hyperlink: 'http://example.com' }, 1]);
    });
    const { mistakes } = await opened(file);
    expect(mistakes.map((one) => one.pointer)).toEqual([
      '/rows/2/姓名',
      '/rows/2/证件号码',
      '/rows/3/证件号码',
      '/rows/4/姓名',
    ]);
    expect(mistakes.map((one) => one.reason)).toEqual([
      expect.stringContaining('公式单元格'),
      expect.stringContaining('文本格式'),
      expect.any(String),
      expect.stringContaining('公式单元格'),
    ]);
  });

  test('of another program is read as well: prefixes, relations of its own, formats, readings, escapes', async () => {
    const xml = (name: string, content: string) => ({ name, content: Buffer.from(content) });
    const file = zip([
      xml('[Content_Types].xml', '<Types xmlns="x"/>'),
      xml(
        'xl/workbook.xml',
        `<?xml version="1.0"?><x:workbook xmlns:x="${MAIN}" xmlns:r="${RELATIONS}"><x:workbookPr date1904="1"/><x:sheets><x:sheet name='b > a' r:id="R9"/><x:sheet name="c" r:id="R1"/></x:sheets></x:workbook>`,
      ),
      xml(
        'xl/_rels/workbook.xml.rels',
        `<Relationships><Relationship Id="R9" Type="${RELATIONS}/worksheet" Target="/xl/worksheets/data.xml"/><Relationship Id="S" Type="${RELATIONS}/sharedStrings" Target="texts.xml"/><Relationship Id="F" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
      ),
      xml(
        'xl/texts.xml',
        '<sst><si><t>姓名</t></si><si><r><t>甲&amp;</t></r><r><t xml:space="preserve"> 乙</t></r><rPh><t>jia</t></rPh></si><si><t><![CDATA[a<b]]>_x4E2D_&#x6587;&#65;</t></si></sst>',
      ),
      xml(
        'xl/styles.xml',
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m月"/><numFmt numFmtId="165" formatCode="&quot;day&quot;0.0"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
      ),
      xml(
        'xl/worksheets/data.xml',
        `<x:worksheet xmlns:x="${MAIN}"><!-- c --><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="inlineStr"><x:is><x:t>证件号码</x:t></x:is></x:c></x:row><x:row r="5"><x:c r="B5" s="1"><x:v>43220</x:v></x:c></x:row><x:row r="6"><x:c r="A6" t="s"><x:v>1</x:v></x:c><x:c r="B6" s="2"><x:v>1.5</x:v></x:c></x:row><x:row r="7"><x:c r="A7" t="s"><x:v>2</x:v></x:c><x:c r="B7" t="b"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
      ),
    ]);
    expect((await opened(file)).rows).toEqual([
      { number: 5, values: { number: '2022-05-01' } },
      { number: 6, values: { name: '甲& 乙', number: '1.5' } },
      { number: 7, values: { name: 'a<b中文A', number: '是' } },
    ]);
  });

  test('with merged cells gives what each shows to all its rows and columns, and to no line that is empty', async () => {
    const columns = [...COLUMNS, { key: 'tube', headers: ['混管编号'] }, { key: 'note', headers: ['说明'] }] as const;
    const file = await workbook((one) => {
      one.addRow(['姓名', '证件号码', '混管编号', '说明']);
      one.addRow(['甲', '1', 'T9']);
      one.addRow(['乙', '2']);
      one.addRow(['丙', '3']);
      one.addRow([]);
      one.addRow(['丁', '4', '同上']);
      one.addRow(['戊', '5', { formula: '1+1', result: 'T8' }]);
      one.addRow(['己', '6']);
      for (const area of ['C2:C5', 'C6:D6', 'C7:C8', 'E2:AZ9']) one.mergeCells(area);
    });
    const table = await readTable({ workbook: file }, columns, MOST);
    expect(values(table)).toEqual([
      { name: '甲', number: '1', tube: 'T9' },
      { name: '乙', number: '2', tube: 'T9' },
      { name: '丙', number: '3', tube: 'T9' },
      { name: '丁', number: '4', tube: '同上', note: '同上' },
      { name: '戊', number: '5' },
      { name: '己', number: '6' },
    ]);
    expect(table.mistakes.map((one) => one.pointer)).toEqual(['/rows/7/混管编号', '/rows/8/混管编号']);
  });

  test('whose headers are merged is read as before', async () => {
    const file = await workbook((one) => {
      one.addRow(['姓名', null, '证件号码']);
      one.addRow([]);
      one.addRow(['甲', null, '1']);
      for (const area of ['A1:B2', 'C1:C2']) one.mergeCells(area);
    });
    expect((await opened(file)).rows).toEqual([{ number: 3, values: { name: '甲', number: '1' } }]);
  });

  test('whose merged cell hides something else says so', async () => {
    const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
    const rows = ['甲', '乙', '丙'].map((name, n) => {
      const number = n === 2 ? '7' : '1';
      return `<row r="${n + 2}">${cell(`A${n + 2}`, name)}${cell(`B${n + 2}`, number)}</row>`;
    });
    const head = `<row r="1">${cell('A1', '姓名')}${cell('B1', '证件号码')}</row>`;
    const merged = '<mergeCells count="2"><mergeCell ref="B2:B4"/><mergeCell ref="nowhere"/></mergeCells>';
    const table = await opened(zip(parts(sheet(head + rows.join(''), merged))));
    expect(values(table)).toEqual([{ name: '甲', number: '1' }, { name: '乙', number: '1' }, { name: '丙' }]);
    expect(table.mistakes).toEqual([{ pointer: '/rows/4/证件号码', reason: expect.stringContaining('请取消合并') }]);
  });
});

describe('a bad workbook is refused within 2 s and 200 MB', () => {
  const few = sheet(HEAD + LINE);
  const lying = parts(few).map((part) =>
    part.name.endsWith('sheet1.xml') ? { ...part, content: bomb(100), claims: 900 } : part,
  );
  const emptyRows = Array.from({ length: 1_048_000 }, (_none, n) => `<row r="${n + 3}"/>`).join('');
  const billion = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${[...'bcdefghij']
    .map((name, n) => `<!ENTITY ${name} "${`&${'abcdefghij'.charAt(n)};`.repeat(10)}">`)
    .join('')}]>`;
  const more = (_none: unknown, n: number) => ({ name: `xl/worksheets/sheet${n + 2}.xml`, content: Buffer.from(few) });
  const cases: readonly [string, () => Buffer | Promise<Buffer>, string | RegExp][] = [
    ['with a password', () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4096)]), 'password'],
    ['with macros', () => zip([...parts(few), { name: 'xl/vbaProject.bin', content: Buffer.from('x') }]), 'macros'],
    ['that says it has macros', () => zip(parts(few, MACROS)), 'macros'],
    ['of random bytes', () => Buffer.from('PK\x03\x04 and nothing else'), 'corrupt'],
    ['cut off', async () => (await workbook((one) => one.addRow(['姓名']))).subarray(0, 900), 'corrupt'],
    ['that is another zip', () => zip([{ name: 'a.txt', content: Buffer.from('x') }]), 'corrupt'],
    ['whose sheet is no XML', () => zip(parts('<worksheet><sheetData><row')), /corrupt|empty/],
    ['that is a bomb', () => zip(parts(bomb(100))), 'too-large'],
    ['that is a bomb and lies about it', () => zip(lying), 'too-large'],
    ['with a thousand parts', () => zip(Array.from({ length: 1000 }, () => parts(few)[0]!)), 'too-large'],
    ['with a million empty rows', () => zip(parts(sheet(HEAD + LINE + emptyRows))), /read|too-large/],
    ['with too many columns', () => workbook((one) => void one.addRow(new Array(200).fill('甲'))), 'too-many-columns'],
    ['with too many sheets', () => zip([...parts(few), ...Array.from({ length: 20 }, more)]), 'too-many-sheets'],
    [
      'with one cell merged over all',
      () => zip(parts(sheet(HEAD + LINE, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))),
      'read',
    ],
    ['with entities of entities', () => zip(parts(`${billion}${few.replace('甲', '&j;')}`)), 'corrupt'],
    [
      'of more rows than are taken',
      () => workbook((one) => one.addRows(Array.from({ length: MOST + 2 }, () => ['甲']))),
      // A machine that is too slow for so many has not come to their end.
      /too-many-rows|too-large/,
    ],
  ];

  test.each(cases)('%s', async (_what, make, reason) => {
    const file = await make();
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const begun = performance.now();
    const said = await reasonOf(opened(file));
    const seconds = (performance.now() - begun) / 1000;
    clearInterval(watch);
    expect(said).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
    expectWithin(SECONDS * 1000, seconds * 1000);
    expect((most - before) / 2 ** 20).toBeLessThan(MEGABYTES);
  });
});

describe('a workbook that is written', () => {
  const columns = [
    { key: 'name', header: '姓名' },
    { key: 'count', header: '数量', total: true },
  ];
  async function reopened(rows: readonly { name: string; count: number }[]): Promise<ExcelJS.Worksheet> {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await workbookOf([{ name: '表', columns, rows }])) as unknown as ExcelJS.Buffer);
    return book.worksheets[0]!;
  }

  test('adds up by formulas that a spreadsheet program computes', async () => {
    const one = await reopened([
      { name: '甲', count: 2 },
      { name: '乙', count: 40 },
    ]);
    expect(one.getCell('B4').value).toEqual({ formula: 'SUM(B2:B3)', result: 42 });
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j does nothing when it is opened', async (name) => {
    const { value } = (await reopened([{ name, count: 1 }])).getCell('A2');
    expect(typeof value).toBe('string');
    expect(value).toMatch(/^'/);
    expect(harmless(name)).toBe(`'${name}`);
  });

  test('numbers and other texts stay what they are', () => {
    expect([harmless(-1), harmless('甲=乙'), harmless(null)]).toEqual([-1, '甲=乙', null]);
  });

  test('can be read again', async () => {
    const rows = [{ name: '甲', number: '11010519491231002X' }];
    const file = await workbookOf([
      { name: '表', columns: COLUMNS.map(({ key, headers }) => ({ key, header: headers[0] })), rows },
    ]);
    expect(values(await opened(file))).toEqual(rows);
  });
});
