/** Writes tables as a workbook that opens in a spreadsheet program: texts can do nothing there, and totals are formulas. */
import type ExcelJS from 'exceljs';
import { ROWS_LIMIT } from '../contracts/documents/sheets';

export interface SheetColumn {
  readonly key: string;
  readonly header: string;
  readonly width?: number;
  /** Summed in the last line. */
  readonly total?: boolean;
  /** Offered as a list in every line, and nothing else is taken there. */
  readonly choices?: readonly string[];
}

export interface Sheet {
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly { readonly [key: string]: string | number | null }[];
  /** For templates: long numbers that are typed in stay what they are. */
  readonly textColumns?: boolean;
}

/** exceljs knows validations of a range and does not say so in its types; cell by cell a template would have megabytes. */
interface RangeValidations {
  add(range: string, validation: ExcelJS.DataValidation): void;
}

/** Characters; a column of names. */
const WIDTH = 14;

export async function workbookOf(sheets: readonly Sheet[]): Promise<Buffer> {
  // A third of what a process of the API loads: only when the first table is written.
  const { default: Excel } = await import('exceljs');
  const workbook = new Excel.Workbook();
  for (const { name, columns, rows, textColumns } of sheets) {
    const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = columns.map(({ key, header, width = WIDTH }) => ({
      ...{ key, header, width },
      ...(textColumns && { style: { numFmt: '@' } }),
    }));
    sheet.getRow(1).font = { bold: true };
    columns.forEach(({ choices }, index) => offer(sheet, index + 1, choices));
    for (const row of rows) {
      const values = Object.fromEntries(Object.entries(row).map(([key, value]) => [key, harmless(value)]));
      sheet.addRow(values);
    }
    // The filter ends before the sums, which would else be sorted in among the lines.
    if (!textColumns)
      sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows.length + 1, column: columns.length } };
    if (rows.length > 0 && columns.some((column) => column.total)) addTotals(sheet, columns, rows);
  }
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

function offer(sheet: ExcelJS.Worksheet, column: number, choices: readonly string[] | undefined): void {
  if (!choices) return;
  const { letter } = sheet.getColumn(column);
  const { dataValidations } = sheet as unknown as { readonly dataValidations: RangeValidations };
  dataValidations.add(`${letter}2:${letter}${ROWS_LIMIT + 1}`, {
    type: 'list',
    allowBlank: true,
    showErrorMessage: true,
    formulae: [`"${choices.join(',')}"`],
  });
}

/** A text that a spreadsheet program would take for a formula when it is typed or saved as CSV is marked as text. */
export function harmless(value: string | number | null): string | number | null {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

function addTotals(sheet: ExcelJS.Worksheet, columns: readonly SheetColumn[], rows: Sheet['rows']): void {
  const last = rows.length + 1;
  const totals = sheet.addRow([]);
  columns.forEach(({ key, total }, index) => {
    const cell = totals.getCell(index + 1);
    if (index === 0) cell.value = '合计 Total';
    if (!total) return;
    const letter = sheet.getColumn(index + 1).letter;
    const result = rows.reduce((sum, row) => sum + Number(row[key] ?? 0), 0);
    // The result is kept beside the formula for readers that do not compute.
    cell.value = { formula: `SUM(${letter}2:${letter}${last})`, result };
  });
  totals.font = { bold: true };
}
