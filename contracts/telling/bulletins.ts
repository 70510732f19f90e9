/** What a bulletin 简报 is: its kinds, bodies and views, and what becomes of it for each recipient. */
import { z } from 'zod';
import { ENTERPRISE_KINDS } from '../../domain/programme/for-whom';
import { PHASES } from '../../domain/case/state';
import { CHANNEL_IDS } from './channel-ids';
import { date, id, plainText, oneLine } from '../http/fields';
import { DELIVERY_STATES } from './notices';

export const BULLETIN_KINDS = ['work-tip', 'hot-qa', 'guidance', 'policy'] as const;
export type BulletinKind = (typeof BULLETIN_KINDS)[number];
export const BULLETIN_KIND_NAMES: { readonly [K in BulletinKind]: string } = {
  'work-tip': '工作提示',
  'hot-qa': '热点问答',
  guidance: '防疫指引',
  policy: '政策通知',
};

export const BULLETIN_STATES = ['draft', 'scheduled', 'published', 'withdrawn'] as const;
export type BulletinState = (typeof BULLETIN_STATES)[number];
export const PARTS = ['publication', 'urge', 'withdrawal'] as const;
/** What of a bulletin is told: itself, that it is still to be read, or that it no longer holds. */
export type Part = (typeof PARTS)[number];

/** The official account cuts a title at 32 characters, a phone's lock screen not much later. */
const TITLE_LIMIT = 60;
/** The official account takes fewer than 20,000 characters of HTML; the marks of Markdown make about a third of it. */
const BODY_LIMIT = 12_000;
/** As many as a mail can carry: each at most 20 MiB, all of them as large as servers take. */
const MOST_ATTACHMENTS = 5;
/** Everything of one mail together; ordinary servers take 25 MB, of which base64 eats a quarter. */
export const ATTACHED_LIMIT = 15 * 1024 * 1024;

const audience = z
  .strictObject({
    villages: z.array(id('Village 村')).max(100).default([]).meta({ description: 'Villages 所在村' }),
    kinds: z
      .array(z.enum(ENTERPRISE_KINDS))
      .max(ENTERPRISE_KINDS.length)
      .default([])
      .meta({ description: 'Kinds 企业类型' }),
    phases: z.array(z.enum(PHASES)).max(PHASES.length).default([]).meta({ description: 'Phases 所处阶段' }),
  })
  .meta({ description: 'Which enterprises; an empty list is no limit 发给哪些企业，空为不限' });

export const bulletinBody = z.strictObject({
  kind: z.enum(BULLETIN_KINDS).meta({ description: 'Kind 类别' }),
  title: oneLine(TITLE_LIMIT, 'Title 标题'),
  body: plainText(BODY_LIMIT).meta({ description: 'Text in Markdown 正文' }),
  effectiveOn: date('Holds from 施行日期').exactOptional(),
  audience: audience.default({ villages: [], kinds: [], phases: [] }),
  channels: z.array(z.enum(CHANNEL_IDS)).min(1).max(CHANNEL_IDS.length).meta({ description: 'Channels 渠道' }),
  cover: id('An uploaded picture 封面图片').exactOptional(),
  attachments: z
    .array(id('Uploaded file 文件'))
    .max(MOST_ATTACHMENTS)
    .default([])
    .meta({ description: `Uploaded files, together at most ${ATTACHED_LIMIT / 1024 / 1024} MiB 附件` }),
});
export type BulletinBody = z.output<typeof bulletinBody>;

export const publishBody = z.strictObject({
  at: z.iso.datetime({ offset: true }).meta({ description: 'None: now 发布时间，不填为立即' }).exactOptional(),
});
export const withdrawBody = z.strictObject({ reason: oneLine(200, 'Why; everybody who has it is told 撤回原因') });

const time = z.iso.datetime();
export const bulletinView = z.object({
  id: z.string(),
  kind: z.enum(BULLETIN_KINDS),
  kindName: z.string(),
  title: z.string(),
  body: z.string(),
  effectiveOn: z.string().nullable(),
  audience: z.object({ villages: z.array(z.string()), kinds: z.array(z.string()), phases: z.array(z.string()) }),
  channels: z.array(z.enum(CHANNEL_IDS)),
  cover: z.string().nullable(),
  attachments: z.array(z.string()),
  author: z.string(),
  state: z.enum(BULLETIN_STATES),
  publishAt: time.nullable(),
  publishedAt: time.nullable(),
  withdrawnAt: time.nullable(),
  withdrawal: z.string().nullable(),
  urgedAt: time.nullable(),
});

export const previewView = z.object({
  enterprises: z.int().meta({ description: 'Enterprises that it is for 受众企业数' }),
  unreachable: z.int().meta({ description: 'Of them without an account 其中没有账号' }),
  channels: z.array(
    z.object({
      channel: z.enum(CHANNEL_IDS),
      subject: z.string(),
      text: z.string(),
      problem: z.string().nullable().meta({ description: 'Why it cannot go this way 不能发送的原因' }),
    }),
  ),
});

export const RECEIPT_STATES = ['waiting', 'sent', 'delivered', 'read', 'unreachable'] as const;
export const receiptsView = z.object({
  totals: z.object({
    enterprises: z.int(),
    reached: z.int().meta({ description: 'By any channel 已送达企业' }),
    read: z.int().meta({ description: 'In the console 已读企业' }),
    unreachable: z.int().meta({ description: 'By no channel 未能送达企业' }),
  }),
  recipients: z.array(
    z.object({
      enterprise: z.string(),
      name: z.string(),
      account: z.string().nullable(),
      state: z.enum(RECEIPT_STATES),
      readAt: time.nullable(),
      channels: z.array(
        z.object({ channel: z.enum(CHANNEL_IDS), state: z.enum(DELIVERY_STATES), reason: z.string().nullable() }),
      ),
    }),
  ),
  elsewhere: z
    .array(
      z.object({
        channel: z.enum(CHANNEL_IDS),
        to: z.string(),
        part: z.enum(PARTS),
        state: z.enum(DELIVERY_STATES),
        reason: z.string().nullable(),
        message: z.string().nullable(),
        receipt: z.string().nullable(),
      }),
    )
    .meta({ description: 'Groups and the official account 群与公众号' }),
});
export const urgedView = z.object({ urged: z.int().meta({ description: 'How many accounts 催阅人数' }) });
