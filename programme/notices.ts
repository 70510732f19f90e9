/** What a programme file says in notices: both lengths in both languages, with the placeholders of its kind and no others. */
import { z } from 'zod';
import { plainText } from '../contracts/http/fields';
import { BRACED, NOTICE_KINDS, NOTICE_PLACEHOLDERS, type NoticeKind } from '../domain/telling/notices';

/** One line of a phone's lock screen or a mail's subject, with room for a long enterprise name. */
const SHORT_LIMIT = 120;
/** A WeCom text takes 2,048 bytes, that is 680 Chinese characters; the rest is for what the placeholders become. */
const LONG_LIMIT = 500;

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
