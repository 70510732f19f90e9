/** The largest workbooks that are taken are read within the time that the reading has: a promise for a machine as docs/measured.md writes of. */
import ExcelJS from 'exceljs';
import { readTable, type Column } from '../../api/documents/table';

const MOST = 10_000;
const COLUMNS: readonly Column[] = [
  { key: 'name', headers: ['姓名', 'Name'], required: true },
  { key: 'number', headers: ['证件号码', 'Document number'] },
];

async function readOf(fill: (sheet: ExcelJS.Worksheet) => void) {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('花名册');
  sheet.addRow(['姓名', '证件号码']);
  fill(sheet);
  return readTable({ workbook: Buffer.from(await book.xlsx.writeBuffer()) }, COLUMNS, MOST);
}

test('a workbook of ten thousand people is read in time', async () => {
  const { rows } = await readOf((sheet) => {
    for (let n = 0; n < MOST; n += 1) sheet.addRow([`演示${n}`, `演示${n}`]);
  });
  expect(rows).toHaveLength(MOST);
});

test('one of ten thousand people, merged three by three, is read in time', async () => {
  const { rows } = await readOf((sheet) => {
    for (let n = 0; n < MOST; n += 1) sheet.addRow([`演示${n}`, n % 3 === 0 ? `演示${n}` : null]);
    for (let n = 0; n + 3 <= MOST; n += 3) sheet.mergeCells(n + 2, 2, n + 4, 2);
  });
  expect(rows.slice(-2)).toEqual([
    { number: MOST, values: { name: `演示${MOST - 2}`, number: `演示${MOST - 4}` } },
    { number: MOST + 1, values: { name: `演示${MOST - 1}`, number: `演示${MOST - 1}` } },
  ]);
});
