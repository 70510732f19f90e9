/** Rows of a body however they came, typed in, pasted or in an uploaded workbook: checked by the same schema, told by row and column. */
import type { z } from 'zod';
import type { NamedDocument } from '../../contracts/http/fields';
import type { FieldMistake } from '../../contracts/words/problems';
import { ROWS_LIMIT } from '../../contracts/documents/sheets';
import type { Account } from '../../domain/ledger/entry';
import { findDocument, piecesOfDocument } from '../../db/documents/documents';
import type { Pool } from '../../db/sql/pool';
import { invalid } from '../http/json-body';
import { Problem } from '../http/error-mapper';
import { readTable, type Column, type TableRow } from './table';

export interface TabularBody<Row> {
  readonly rows?: readonly Row[] | undefined;
  readonly table?: string | undefined;
  readonly workbook?: NamedDocument | undefined;
}

/** A row with where it stands, as the beginning of pointers: `/rows/17`. */
export interface Placed<Row> {
  readonly at: string;
  readonly row: Row;
}

export interface Shape<Row> {
  readonly columns: readonly Column[];
  readonly schema: z.ZodType<Row>;
  /** What people write in a cell, as the schema knows it: 闭环内 → on-site; undefined when it is no word of the column. */
  word(key: string, text: string): unknown;
}

/** More than a person mends at once; how many there are in all is said besides. */
const MOST_LISTED = 200;

/** @throws Problem `invalid-body`, `table-unreadable`, `table-invalid`; then nothing of it is used */
export async function rowsOf<Row>(
  pool: Pool,
  by: Account,
  body: TabularBody<Row>,
  shape: Shape<Row>,
): Promise<Placed<Row>[]> {
  const given = [body.rows, body.table, body.workbook].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw invalid([{ pointer: '', reason: 'needs exactly one of rows, table, workbook 三者须且只能填一项' }]);
  }
  if (body.rows) return body.rows.map((row, index) => ({ at: `/rows/${index}`, row }));
  const source = body.workbook ? { workbook: await bytesOf(pool, by, body.workbook.id) } : { pasted: body.table ?? '' };
  const { rows, mistakes } = await readTable(source, shape.columns, ROWS_LIMIT);
  const found = [...mistakes];
  const placed = rows.flatMap((line) => checked(line, shape, found));
  if (found.length > 0) throw tableInvalid(found);
  return placed;
}

export function tableInvalid(mistakes: readonly FieldMistake[]): Problem {
  return new Problem('table-invalid', { mistakes: mistakes.length }, mistakes.slice(0, MOST_LISTED));
}

/** Rows that look like a mistake and are taken when the sender confirms them. */
export function unconfirmed(rows: readonly FieldMistake[]): Problem {
  return new Problem('singles-unconfirmed', { rows: rows.length }, rows.slice(0, MOST_LISTED));
}

function checked<Row>(line: TableRow, shape: Shape<Row>, mistakes: FieldMistake[]): Placed<Row>[] {
  const { columns, schema } = shape;
  const at = `/rows/${line.number}`;
  const header = (key: PropertyKey | undefined) =>
    columns.find((column) => column.key === key)?.headers[0] ?? String(key ?? '');
  const before = mistakes.length;
  const raw: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(line.values)) {
    const meant = shape.word(key, text);
    if (meant === undefined)
      mistakes.push({ pointer: `${at}/${header(key)}`, reason: 'is not a word of this column 不是可选值' });
    else raw[key] = meant;
  }
  if (mistakes.length > before) return [];
  const parsed = schema.safeParse(raw);
  if (parsed.success) return [{ at, row: parsed.data }];
  for (const { path, message } of parsed.error.issues) {
    mistakes.push({ pointer: `${at}/${header(path[0])}`, reason: `${message} 缺少或有误` });
  }
  return [];
}

/** One's own upload only: it is read before any act has attached it. */
async function bytesOf(pool: Pool, by: Account, id: string): Promise<Buffer> {
  const found = await findDocument(pool, id);
  if (found?.author !== by.account) {
    throw new Problem('unknown-reference', {}, [{ pointer: '/workbook', reason: 'is no upload of yours 没有此文件' }]);
  }
  if (!found.mediaType.endsWith('spreadsheetml.sheet'))
    throw new Problem('table-unreadable', { reason: 'not-a-workbook' });
  const pieces: Buffer[] = [];
  for await (const piece of piecesOfDocument(pool, id)) pieces.push(piece);
  return Buffer.concat(pieces);
}
