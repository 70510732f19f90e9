/** The largest workbook that is taken is read within the time that the reading has: a promise for a machine as docs/measured.md writes of. */
import ExcelJS from 'exceljs';
import { readTable, type Column } from '../../api/tables/table';

const MOST = 10_000;

test('a workbook of ten thousand people is read in time', async () => {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('花名册');
  sheet.addRow(['姓名', '证件号码']);
  for (let n = 0; n < MOST; n += 1) sheet.addRow([`演示${n}`, `演示${n}`]);
  const workbook = Buffer.from(await book.xlsx.writeBuffer());
  const columns: readonly Column[] = [
    { key: 'name', headers: ['姓名', 'Name'], required: true },
    { key: 'number', headers: ['证件号码', 'Document number'] },
  ];
  expect((await readTable({ workbook }, columns, MOST)).rows).toHaveLength(MOST);
});
