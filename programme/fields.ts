/** The kinds of field that a programme file is made of: ids, names, times of day, terms. */
import { z } from 'zod';
import type { Term } from '../domain/programme/edition';
import { ENTERPRISE_KINDS, type EnterpriseKind } from '../domain/programme/for-whom';
import { ATTRIBUTES } from '../domain/programme/for-whom';
import { checked, isTime } from './checked-block';
import { plainText } from '../contracts/http/fields';
import { oneTerm } from './checks';

/** An id stands in search attributes, whose values have 255 characters, beside others. */
const ID_LIMIT = 40;
/** A name stands in one line of a phone; the Temporal UI's summary has room for 66 Chinese characters in all. */
export const NAME_LIMIT = 60;
/** A checklist item or a note is a sentence, not a page. */
export const SENTENCE_LIMIT = 200;
/** Two months: what may take longer is not a deadline of a reopening. */
const LONGEST_TERM_DAYS = 60;
/** A week: reminders that are further apart are forgotten in between. */
export const WEEK_HOURS = 7 * 24;

export const kebab = (description: string) =>
  z
    .string()
    .max(ID_LIMIT)
    .refine((id) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id), {
      message: 'is not an id in lower case with hyphens 编号只能用小写字母、数字和连字符',
      params: { suggestion: 'for example city-appearance 例如 city-appearance' },
    })
    .describe(description);

export const line = (limit: number, description: string) =>
  plainText(limit)
    .refine((text) => !text.includes('\n'), { message: 'has more than one line 只能写一行' })
    .describe(description);

export const time = (description: string) =>
  z
    .string()
    .refine(isTime, {
      message: 'is not a time of day from 00:00 to 23:59 不是有效时刻',
      params: { suggestion: 'write HH:MM, for example 06:30 写作 时:分，例如 06:30' },
    })
    .describe(description);

export const whole = (least: number, most: number, description: string) =>
  z.int().min(least).max(most).describe(description);

export const term = (description: string) =>
  checked(
    z.strictObject({
      days: whole(1, LONGEST_TERM_DAYS, 'Natural days 自然日').exactOptional(),
      workingDays: whole(1, LONGEST_TERM_DAYS, 'Working days 工作日').exactOptional(),
      hours: whole(1, WEEK_HOURS, 'Hours, day and night 小时（昼夜连续）').exactOptional(),
    }),
    oneTerm,
  )
    .transform(({ days, workingDays, hours = 1 }): Term =>
      days !== undefined ? { days } : workingDays !== undefined ? { workingDays } : { hours },
    )
    .describe(description);

export const named = (what: string) => ({
  id: kebab(`Id of the ${what}`),
  name: line(NAME_LIMIT, `Name of the ${what} on screen 显示名称`),
});

/** The values of an attribute: a list, or a single one, which is read as a list of one. */
const oneOrSeveral = <Value extends string>(known: readonly Value[], description: string) =>
  z
    .unknown()
    .superRefine((value, context) => {
      const list: unknown[] = Array.isArray(value) ? value : [value];
      if (list.length === 0) {
        const suggestion = `possible: ${known.join(', ')} 可选`;
        context.addIssue({ code: 'custom', message: 'names nobody 没有写明', params: { suggestion } });
      }
      list.forEach((one, index) => {
        const path = Array.isArray(value) ? [index] : [];
        const issue = { code: 'custom', path, params: { given: typeof one === 'string' ? one : '', known } } as const;
        if (!known.includes(one as Value)) context.addIssue({ ...issue, message: 'is not possible here 无效取值' });
        else if (list.indexOf(one) !== index) {
          context.addIssue({
            ...issue,
            message: 'is named twice 重复',
            params: { suggestion: 'keep one 请只保留一处' },
          });
        }
      });
    })
    .transform((value): readonly Value[] => (Array.isArray(value) ? value : [value]) as Value[])
    .describe(description);

/** For which enterprises a part of the programme is; without it, for all. */
export const forWhom = checked(
  z.strictObject({
    kind: oneOrSeveral<EnterpriseKind>(ENTERPRISE_KINDS, 'Kinds of enterprise 企业类型').exactOptional(),
  }),
  (block, report) => {
    if (ATTRIBUTES.some((attribute) => block[attribute] !== undefined)) return;
    report([], 'for names nobody 没有写明适用对象', {
      suggestion: 'write { kind: [factory] }, or delete it for all 写明企业类型，对所有企业适用的请删去',
    });
  },
).describe('For which enterprises; none: for all 适用企业，不填为全部');
