/** Writes a large workbook line by line: its memory is that of the packed file, and others get their turn between the lines. */
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type ExcelJS from 'exceljs';
import { harmless, type SheetColumn } from '../../workbooks/workbook-writing';

/** A formula of ours, and its result for readers that do not compute. */
export interface Formula {
  readonly formula: string;
  readonly result: number;
}
export type Cell = string | number | null | Formula;

/** Characters; a column of names. */
const WIDTH = 14;
/** Some 20 ms of work; nobody waits longer for a turn. */
const LINES_PER_TURN = 250;

export class WorkbookStream {
  private constructor(
    private readonly writer: ExcelJS.stream.xlsx.WorkbookWriter,
    private readonly chunks: readonly Buffer[],
  ) {}

  static async begin(): Promise<WorkbookStream> {
    // As in workbooks/: loaded when the first table is written.
    const { default: Excel } = await import('exceljs');
    const chunks: Buffer[] = [];
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    // Strings that are shared would have to be kept until the end.
    const writer = new Excel.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: false, useStyles: true });
    return new WorkbookStream(writer, chunks);
  }

  /** One sheet is written after the other: finish it before the next one begins. */
  sheet(name: string, columns: readonly SheetColumn[]): SheetStream {
    return new SheetStream(this.writer.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] }), columns);
  }

  async finish(): Promise<Buffer> {
    await this.writer.commit();
    return Buffer.concat(this.chunks);
  }
}

export class SheetStream {
  readonly #sums: number[];
  #rows = 0;

  constructor(
    private readonly sheet: ExcelJS.Worksheet,
    private readonly columns: readonly SheetColumn[],
  ) {
    sheet.columns = columns.map(({ key, header, width = WIDTH }) => ({ key, header, width }));
    sheet.getRow(1).font = { bold: true };
    sheet.getRow(1).commit();
    this.#sums = columns.map(() => 0);
  }

  /** How many lines stand below the header. */
  get rows(): number {
    return this.#rows;
  }

  async add(row: { readonly [key: string]: Cell }): Promise<void> {
    const cells = this.columns.map(({ key }) => row[key] ?? null);
    cells.forEach((cell, index) => {
      if (typeof cell === 'number') this.#sums[index] = (this.#sums[index] ?? 0) + cell;
    });
    const values = cells.map((cell) => (typeof cell === 'object' && cell !== null ? { ...cell } : harmless(cell)));
    this.sheet.addRow(values).commit();
    this.#rows += 1;
    if (this.#rows % LINES_PER_TURN === 0) await turn();
  }

  /** The last line has the sums, when there is anything to sum. */
  finish(): void {
    if (this.#rows > 0 && this.columns.some(({ total }) => total)) {
      const totals = this.columns.map(({ key, total }, index) =>
        total ? this.sumOf(key) : index === 0 ? '合计 Total' : null,
      );
      const line = this.sheet.addRow(totals);
      line.font = { bold: true };
      line.commit();
    }
    this.sheet.commit();
  }

  /** The sum of a column; with the sheet's name when it is for another one. */
  sumOf(key: string, from = ''): Formula {
    const index = this.columns.findIndex((column) => column.key === key);
    const { letter } = this.sheet.getColumn(index + 1);
    return {
      formula: `SUM(${from}${letter}2:${letter}${Math.max(this.#rows, 1) + 1})`,
      result: this.#sums[index] ?? 0,
    };
  }
}
