/** How lists are cut into pages: how many items are asked for, and where a page begins. */
import { z } from 'zod';
import { Problem } from './error-mapper';

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
