/** Answers for how a rule looks at a block of the programme file whose parts may still be wrong. */
import type { z } from 'zod';
import { isDate } from '../domain/calendar/calendar';

/** What a mistake says besides its place; `known` lets the reader of the file be told the nearest word. */
export interface Hint {
  readonly suggestion?: string;
  readonly given?: string;
  readonly known?: readonly string[];
}
export type Report = (path: readonly (string | number)[], message: string, hint?: Hint) => void;
/** A block of the file in which any part may still be missing or wrong: zod has reported that already. */
export type Block = { readonly [key: string]: unknown };

export function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);
}

/** Lets a rule look at a block even when parts of it are wrong, so that all mistakes are told at once. */
export function checked<S extends z.ZodType>(schema: S, rule: (block: Block, report: Report) => void): S {
  return schema.superRefine(
    (value, context) =>
      rule(value as Block, (path, message, hint = {}) =>
        context.addIssue({ code: 'custom', path: [...path], message, params: { ...hint } }),
      ),
    { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  );
}

export interface Item {
  readonly index: number;
  readonly block: Block;
  readonly id: string | undefined;
}

/** The blocks of a list; what is no block is left out and keeps its number. */
export function items(list: unknown): Item[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((block: unknown, index) => {
    if (typeof block !== 'object' || block === null) return [];
    const { id } = block as Block;
    return [{ index, block: block as Block, id: typeof id === 'string' ? id : undefined }];
  });
}

export function ids(list: unknown): string[] {
  return items(list).flatMap(({ id }) => (id === undefined ? [] : [id]));
}

export function strings(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

export function isDateText(value: unknown): value is string {
  return typeof value === 'string' && isDate(value);
}

export function uniqueIds(list: unknown, under: readonly (string | number)[], report: Report): void {
  const seen = new Set<string>();
  for (const { index, id } of items(list)) {
    if (id === undefined) continue;
    if (seen.has(id)) {
      report([...under, index, 'id'], `the id "${id}" is taken 编号重复`, { suggestion: 'choose another 请换一个' });
    }
    seen.add(id);
  }
}

export function uniqueWords(list: unknown, under: readonly (string | number)[], report: Report): void {
  if (!Array.isArray(list)) return;
  const seen = new Set<string>();
  list.forEach((word: unknown, index) => {
    if (typeof word !== 'string') return;
    if (seen.has(word)) {
      report([...under, index], `"${word}" stands here twice 重复`, { suggestion: 'delete one 请删去一个' });
    }
    seen.add(word);
  });
}

export function inOrder(block: Block, first: string, last: string, report: Report): void {
  const [begins, ends] = [block[first], block[last]];
  if (isTime(begins) && isTime(ends) && begins >= ends) {
    report([last], `${ends} is not after ${first} ${begins} 应晚于 ${first}`, {
      suggestion: 'a span lies within one day 时段须在同一天内',
    });
  }
}

export const opensBeforeDue = (block: Block, report: Report): void => inOrder(block, 'opens', 'due', report);
export const fromBeforeTo = (block: Block, report: Report): void => inOrder(block, 'from', 'to', report);
