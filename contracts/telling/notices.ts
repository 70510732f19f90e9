/** Answers for what notices there are and which placeholders the texts of each may use; the words stand in the programme file. */
import { z } from 'zod';
import { plainText } from '../http/fields';

/** What every notice may name. None stands for a person: a notice leaves the system (DOMAIN §4). */
const OF_THE_CASE = ['case', 'enterprise', 'village', 'town', 'link'] as const;
const OF_A_DUTY = ['duty', 'owner', 'due'] as const;

export const NOTICE_PLACEHOLDERS = {
  'duty-assigned': [...OF_THE_CASE, ...OF_A_DUTY],
  'duty-overdue': [...OF_THE_CASE, ...OF_A_DUTY],
  'duty-reminded': [...OF_THE_CASE, ...OF_A_DUTY, 'count'],
  'duty-escalated': [...OF_THE_CASE, ...OF_A_DUTY],
  urged: [...OF_THE_CASE, ...OF_A_DUTY],
  'notice-issued': [...OF_THE_CASE, 'round', 'count', 'due'],
  'round-missed': [...OF_THE_CASE, 'round', 'due'],
  'command-refused': [...OF_THE_CASE, 'command', 'reason'],
  'requirement-failed': [...OF_THE_CASE, 'due'],
  copied: [...OF_THE_CASE],
  // Neutral: until the round has ended the enterprise may not know how a department has acted (DOMAIN §2.3).
  signed: [...OF_THE_CASE, 'department', 'round'],
  vetoed: [...OF_THE_CASE, 'department'],
  stationed: [...OF_THE_CASE, 'from'],
  'phase-entered': [...OF_THE_CASE, 'phase'],
  'round-opened': [...OF_THE_CASE, 'round', 'due'],
  'untested-listed': [...OF_THE_CASE, 'round', 'count'],
  'sampler-certified': [...OF_THE_CASE],
  'incident-opened': [...OF_THE_CASE],
  'incident-confirmed': [...OF_THE_CASE],
  'incident-released': [...OF_THE_CASE],
  suspended: [...OF_THE_CASE],
  lifted: [...OF_THE_CASE],
  'alarm-raised': [...OF_THE_CASE, 'alarm', 'date'],
  'order-dispatched': [...OF_THE_CASE, 'order'],
  'order-cancelled': [...OF_THE_CASE, 'order'],
  withdrawn: [...OF_THE_CASE],
  completed: [...OF_THE_CASE, 'days'],
  // To operators: an entry stands in the ledger, and what should follow it in PostgreSQL could not.
  'consequence-failed': [...OF_THE_CASE, 'entry', 'code'],
  'claim-failed': [...OF_THE_CASE, 'entry', 'code'],
} as const satisfies { readonly [kind: string]: readonly string[] };

export type NoticeKind = keyof typeof NOTICE_PLACEHOLDERS;
export const NOTICE_KINDS = Object.keys(NOTICE_PLACEHOLDERS) as NoticeKind[];
export type NoticePlaceholder<K extends NoticeKind> = (typeof NOTICE_PLACEHOLDERS)[K][number];

/** One line of a phone's lock screen or a mail's subject, with room for a long enterprise name. */
const SHORT_LIMIT = 120;
/** A WeCom text takes 2,048 bytes, that is 680 Chinese characters; the rest is for what the placeholders become. */
const LONG_LIMIT = 500;

const BRACED = /\{([^{}]*)\}/g;

/** Fills `{placeholders}` in. What has no value stays as it is, so that the gap is seen. */
export function fillIn<K extends NoticeKind>(
  text: string,
  values: { readonly [P in NoticePlaceholder<K>]: string },
): string {
  const known = new Map<string, string>(Object.entries(values));
  return text.replace(BRACED, (whole, name: string) => known.get(name) ?? whole);
}

const words = (kind: NoticeKind, limit: number) =>
  plainText(limit).superRefine((text, context) => {
    const known: readonly string[] = NOTICE_PLACEHOLDERS[kind];
    for (const [whole, given = ''] of text.matchAll(BRACED)) {
      if (known.includes(given)) continue;
      context.addIssue({
        code: 'custom',
        message: `unknown placeholder ${whole} 未知的占位符`,
        params: { given, known },
      });
    }
    if (/[{}]/.test(text.replace(BRACED, ''))) {
      context.addIssue({
        code: 'custom',
        message: 'has a brace without its partner 花括号不成对',
        params: { suggestion: 'write placeholders as {case} 占位符写作 {case}' },
      });
    }
  });

const inBothLanguages = (kind: NoticeKind, limit: number) =>
  z.strictObject({
    zh: words(kind, limit).describe('Chinese 中文'),
    en: words(kind, limit).describe('English 英文'),
  });

const notice = (kind: NoticeKind) =>
  z.strictObject({
    short: inBothLanguages(kind, SHORT_LIMIT).describe('One line: subject, lock screen 短文本（标题）'),
    long: inBothLanguages(kind, LONG_LIMIT).describe('The whole message 长文本（正文）'),
  });

/** Texts of the kinds that came after a town's file may have been written: the file goes on, and says it in its own words when it will. */
const LATER = {
  'alarm-raised': {
    short: { zh: '【紧急】{enterprise}：日报报告{alarm}', en: 'Urgent: {enterprise} reports: {alarm}' },
    long: {
      zh: '{enterprise}（事项 {case}，{village}）{date}的每日一报报告：{alarm}。请立即核实处置，报告内容见系统。{link}',
      en: 'The daily report of {enterprise} (case {case}, {village}) of {date} says: {alarm}. Please look into it at once; the report stands in the system. {link}',
    },
  },
} as const satisfies { readonly [K in NoticeKind]?: unknown };

function textsOf(kind: NoticeKind) {
  const given = notice(kind);
  return kind in LATER ? given.default(LATER[kind as keyof typeof LATER]) : given;
}

type Notices = { [K in NoticeKind]: ReturnType<typeof notice> };

export const noticesSchema = z
  .strictObject(Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, textsOf(kind)])) as Notices)
  .describe('Texts of notices, short and long, in Chinese and English 通知文案');
