/** How reads wait for one's own writes (`Fugong-After`), and how lists are cut into pages. */
import type { IncomingMessage } from 'node:http';
import type { Pool } from '../../db/sql/pool';
import { z } from 'zod';
import { waitForSequence } from '../../db/ledger/ledger';
import { Problem } from './error-mapper';

/** What a person waits for without wondering (docs/adr/0003-recording-bursts.md). */
const WAIT_MS = 2000;
/** More streams than one person changes between two reads. */
const MOST_STREAMS = 10;
const MARK = /^([A-Za-z0-9][A-Za-z0-9._/-]{0,79})@(\d{1,15})$/;

/** Null when everything that the header names is in PostgreSQL; else the time up to which the answer is complete. */
export async function awaitOwnWrites(pool: Pool, { headers }: IncomingMessage): Promise<string | null> {
  const header = headers['fugong-after'];
  if (header === undefined) return null;
  const marks = marksOf(String(header));
  const seen = Date.now();
  const arrived = await Promise.all(
    marks.map(({ stream, sequence }) => waitForSequence(pool, stream, sequence, WAIT_MS)),
  );
  return arrived.every(Boolean) ? null : new Date(seen).toISOString();
}

function marksOf(header: string): { stream: string; sequence: number }[] {
  const marks = header.split(',').map((mark) => MARK.exec(mark.trim()));
  if (marks.length > MOST_STREAMS || marks.includes(null)) {
    const reason = 'has the form <stream>@<sequence>, several separated by commas 格式为 <流>@<序号>';
    throw new Problem('invalid-header', { header: 'Fugong-After' }, [{ pointer: 'Fugong-After', reason }]);
  }
  return marks.map((mark) => ({ stream: mark?.[1] ?? '', sequence: Number(mark?.[2]) }));
}

/** Where the answer to a command can be read back from. */
export function afterHeader(stream: string, sequence: number): { 'Fugong-After': string } {
  return { 'Fugong-After': `${stream}@${sequence}` };
}

/** A page that a person scrolls through; 200 is what a list on screen can hold. */
const PAGE = 50;
const LARGEST_PAGE = 200;

export const paging = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LARGEST_PAGE)
    .default(PAGE)
    .meta({ description: 'Items per page 每页条数' }),
  cursor: z
    .string()
    .max(400)
    .regex(/^[A-Za-z0-9_-]+$/, { message: 'is not a cursor 不是有效游标' })
    .optional()
    .meta({ description: '`next` of the page before 上一页的 next' }),
};

/** The values that the last item was sorted by, as an opaque text. */
export function cursorOf(values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws Problem `invalid-query` when the cursor is not one that this list gave */
export function positionOf<T>(cursor: string | undefined, shape: z.ZodType<T>): T | null {
  if (cursor === undefined) return null;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new Problem('invalid-query', {}, [{ pointer: 'cursor', reason: 'is not a cursor 不是有效游标' }]);
  }
}

/** One item more than the page was asked for: whether another page follows. */
export function pageOf<T>(
  found: readonly T[],
  limit: number,
  position: (last: T) => readonly (string | number | null)[],
) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursorOf(position(last)) : null };
}
