/** Answers for what a programme says of channels: when mails are gathered, how many a day, which groups are told what. */
import { z } from 'zod';
import { checked, items, strings, uniqueIds, uniqueWords, type Block, type Report } from './checked-block';
import { NOTICE_KINDS } from '../domain/telling/notices';
import { line, NAME_LIMIT, named, time, whole } from './fields';

/** Group bots of WeCom, and groups of ordinary WeChat, which have no bots: there a person copies the text. */
export const GROUP_CHANNELS = ['wecom', 'copy-text'] as const;
/** Whether the account has a publishing interface; personal and unverified accounts have none since July 2025. */
export const OFFICIAL_ACCOUNT_MODES = ['draft-only', 'publish'] as const;

/** What is gathered more often is not gathered. */
const MOST_SLOTS = 6;
/** Nobody reads more of one system in a day. */
const MOST_MAILS = 200;
/** Half an hour: what is told later than that is told too late. */
const MOST_JITTER = 30;

const ADDRESS = /^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/;

const group = z.strictObject({
  ...named('group 群'),
  channel: z.enum(GROUP_CHANNELS).describe('WeCom group bot, or text to be copied by hand 企业微信机器人，或人工转发'),
  told: z.array(z.enum(NOTICE_KINDS)).describe('Which kinds of notice it is told 通知哪些事'),
  summary: z.boolean().describe('Whether it gets the daily counts 是否发送每日数字'),
});

export const channelsSchema = checked(
  z.strictObject({
    sender: z
      .strictObject({
        name: line(NAME_LIMIT, 'Name on mails 邮件署名'),
        address: z
          .string()
          .refine((text) => ADDRESS.test(text), {
            message: 'is not a mail address 不是邮箱地址',
            params: { suggestion: 'for example fugong@town.example 例如 fugong@town.example' },
          })
          .describe('Address on mails 发件邮箱'),
      })
      .describe('Who mails come from 发件人'),
    digest: z
      .array(time('Time of a digest 汇总时刻'))
      .min(1)
      .max(MOST_SLOTS)
      .describe('When gathered notices are sent, in order 汇总通知的发送时刻，由早到晚'),
    mostPerDay: whole(
      1,
      MOST_MAILS,
      'Beyond so many notices a day the rest of an account is gathered 每天每人单独发送的通知上限',
    ),
    jitterMinutes: whole(0, MOST_JITTER, 'Mails of one moment are spread over so many minutes 错峰分钟'),
    summaryAt: time('When the daily summary goes out 每日简报时刻'),
    groups: z.array(group).describe('Groups 群'),
    officialAccount: z
      .strictObject({
        name: line(NAME_LIMIT, 'Its name 公众号名称'),
        mode: z.enum(OFFICIAL_ACCOUNT_MODES).describe('Drafts only, or published by the system 只存草稿或直接发布'),
      })
      .describe('Official account 公众号'),
  }),
  channelsFit,
).describe('Channels 通知渠道');

export type ChannelSettings = z.output<typeof channelsSchema>;

function channelsFit(block: Block, report: Report): void {
  uniqueIds(block['groups'], ['groups'], report);
  for (const { index, block: one } of items(block['groups'])) {
    uniqueWords(Array.isArray(one['told']) ? (one['told'] as unknown[]) : [], ['groups', index, 'told'], report);
  }
  const slots = strings(block['digest']);
  slots.forEach((slot, index) => {
    const before = slots[index - 1];
    if (before === undefined || before < slot) return;
    report(['digest', index], 'is not later than the one before 不晚于前一个', {
      suggestion: 'write them in order, each once 请按先后填写，不要重复',
    });
  });
}
