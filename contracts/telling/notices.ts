/** What the API answers and takes about notices: what went where, one's own messages and preferences. */
import { z } from 'zod';
import { CHANNEL_IDS } from './channel-ids';
import { LANGUAGES } from '../words/languages';
import { caseNumberText } from '../case/fields';
import { time } from '../http/answers';

export const DELIVERY_STATES = [
  'waiting',
  'sending',
  'pending',
  'sent',
  'by-hand',
  'dead',
  'dropped',
  'closed',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const deliveryLine = z.object({
  key: z.string().meta({ description: 'Unique; the same after every attempt 唯一键' }),
  channel: z.enum(CHANNEL_IDS).meta({ description: 'Channel 渠道' }),
  to: z.string().meta({ description: 'Masked 收件方（已隐去）' }),
  state: z.enum(DELIVERY_STATES).meta({ description: 'State 状态' }),
  reason: z.string().nullable().meta({ description: 'Why it waits, was given up or dropped 原因' }),
  subject: z.string().nullable(),
  text: z.string().nullable().meta({ description: 'The words; null until they were sent 正文' }),
  case: caseNumberText.nullable(),
  message: z.string().nullable().meta({ description: 'The message it went with 所属消息' }),
  attempts: z.int().meta({ description: 'How often it was tried 尝试次数' }),
  receipt: z.string().nullable().meta({ description: "The other side's own id of it 对方回执" }),
  dueAt: time,
  settledAt: time.nullable(),
});

export const settledView = z.object({ message: z.string(), state: z.enum(DELIVERY_STATES) });

export const myNotice = z.object({
  id: z.string(),
  subject: z.string(),
  text: z.string(),
  case: caseNumberText.nullable(),
  bulletin: z.string().nullable(),
  urgent: z.boolean(),
  sentAt: time,
  readAt: time.nullable(),
});

export const readBody = z.strictObject({
  notices: z
    .array(z.string().regex(/^m-[0-9a-f]{16}$/, { message: 'is not the id of a notice 不是消息编号' }))
    .min(1)
    .max(200)
    .meta({ description: 'Ids of one’s own notices 消息编号' }),
});
export const readView = z.object({ read: z.int().meta({ description: 'How many were unread 新读数' }) });

/** What an account can choose; the console is always there. */
export const CHOOSABLE = ['email'] as const;

export const preferencesBody = z.strictObject({
  channels: z
    .array(z.enum(CHOOSABLE))
    .max(CHOOSABLE.length)
    .meta({ description: 'Besides the console 除系统内消息外的渠道' }),
  digest: z.boolean().meta({ description: 'Gathered at the digest times instead of at once 汇总发送' }),
  language: z.enum(LANGUAGES).meta({ description: 'Language 语言' }),
});
export const preferencesView = preferencesBody.extend({
  hasEmail: z.boolean().meta({ description: 'Whether a mail address is known 是否登记邮箱' }),
  digestAt: z.array(z.string()).meta({ description: 'When digests go out 汇总时刻' }),
});
