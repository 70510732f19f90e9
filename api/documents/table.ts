/** A table with a header line, pasted or from a workbook, as rows of named texts; what is wrong with it is told by row and column. */
import type { FieldMistake } from '../../contracts/words/problems';
import { Problem } from '../http/error-mapper';
import { MOST_COLUMNS, readWorkbook, type Cell, type CellMistake, type Line } from './workbook-reading';

/** One column that a table may have: the field, and its headers in Chinese and English. */
export interface Column {
  readonly key: string;
  readonly headers: readonly [string, ...string[]];
  readonly required?: boolean;
}

export interface TableRow {
  /** As a person counts the lines of the sheet; the header is line 1. */
  readonly number: number;
  /** By column key; empty cells are absent. */
  readonly values: { readonly [key: string]: string };
}

export interface Table {
  readonly rows: readonly TableRow[];
  readonly mistakes: readonly FieldMistake[];
}

const CELL_MISTAKES = {
  formula: 'is a formula; paste it as a value 公式单元格，请粘贴为数值',
  'number-lost-digits': 'is a number that has lost digits; format the column as text 长数字已丢失尾数，请设为文本格式',
  unreadable: 'cannot be read 无法识别',
  hidden:
    'holds something that the merged cell above it hides; take the merge apart and look 合并单元格下另有内容被遮住，请取消合并后核对',
} as const satisfies { readonly [mistake in CellMistake]: string };
/** A cell of a table about people has a name or a number. */
const CELL_LIMIT = 200;

/** @throws Problem `table-unreadable` with the reason */
export async function readTable(
  source: { readonly pasted: string } | { readonly workbook: Buffer },
  columns: readonly Column[],
  maxRows: number,
): Promise<Table> {
  const lines = 'pasted' in source ? linesOf(source.pasted) : await readWorkbook(source.workbook, maxRows);
  if (typeof lines === 'string') throw unreadable(lines);
  const filled = lines.filter(({ cells }) => cells.some((cell) => 'mistake' in cell || cell.text.trim() !== ''));
  const [head, ...body] = filled;
  if (!head || body.length === 0) throw unreadable('empty');
  if (body.length > maxRows) throw unreadable('too-many-rows');
  const mistakes: FieldMistake[] = [];
  const keys = keysOf(head, columns, mistakes);
  const rows = body.map((line) => rowOf(line, keys, mistakes));
  return { rows, mistakes };
}

export function unreadable(reason: string): Problem {
  return new Problem('table-unreadable', { reason });
}

/** Tab-separated as spreadsheet programs copy it, else comma-separated with RFC 4180's quotes. */
function linesOf(pasted: string): Line[] {
  const separator = pasted.includes('\t') ? '\t' : ',';
  const lines: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    lines.at(-1)?.push(cell);
    cell = '';
  };
  const text = pasted.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === separator) endCell();
    else if (character === '\n') {
      endCell();
      lines.push([]);
    } else cell += character;
  }
  endCell();
  return lines.map((cells, index) => ({
    number: index + 1,
    cells: cells.slice(0, MOST_COLUMNS).map((words) => ({ text: words })),
  }));
}

/** Which column stands where; unknown, doubled and missing headers are mistakes. */
function keysOf(head: Line, columns: readonly Column[], mistakes: FieldMistake[]): (Column | undefined)[] {
  const pointer = `/rows/${head.number}`;
  const found = head.cells.map((cell): Column | undefined => {
    const header = textOf(cell);
    if (header === '') return undefined;
    const column = columns.find(({ headers }) => headers.some((one) => one.toLowerCase() === header.toLowerCase()));
    if (!column) {
      const known = columns.map(({ headers }) => headers[0]).join('、');
      mistakes.push({
        pointer: `${pointer}/${header.slice(0, 40)}`,
        reason: `is no column; known are 未知列，可用：${known}`,
      });
    }
    return column;
  });
  for (const column of columns) {
    const times = found.filter((one) => one === column).length;
    const [header] = column.headers;
    if (times > 1) mistakes.push({ pointer: `${pointer}/${header}`, reason: 'stands there twice 列重复' });
    if (times === 0 && column.required)
      mistakes.push({ pointer: `${pointer}/${header}`, reason: 'is missing 缺少此列' });
  }
  return found;
}

function rowOf(line: Line, keys: readonly (Column | undefined)[], mistakes: FieldMistake[]): TableRow {
  const values: Record<string, string> = {};
  line.cells.forEach((cell, index) => {
    const column = keys[index];
    if (!column) return;
    const pointer = `/rows/${line.number}/${column.headers[0]}`;
    if ('mistake' in cell) return void mistakes.push({ pointer, reason: CELL_MISTAKES[cell.mistake] });
    const text = textOf(cell);
    if (text.length > CELL_LIMIT) return void mistakes.push({ pointer, reason: 'is too long 过长' });
    if (/[\u0000-\u001f\u007f]/.test(text))
      return void mistakes.push({ pointer, reason: 'contains control characters 含有控制字符' });
    if (text !== '') values[column.key] = text;
  });
  return { number: line.number, values };
}

function textOf(cell: Cell): string {
  return 'text' in cell ? cell.text.trim() : '';
}
