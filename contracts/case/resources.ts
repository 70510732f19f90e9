/** What the API answers with, and the bodies and queries that are not commands on a case. */
import { z } from 'zod';
import { DUTY_KINDS } from '../../domain/case/agenda';
import { ENTERPRISE_KINDS } from '../../domain/programme/for-whom';
import { ROLES } from '../../domain/ledger/entry';
import { PHASES } from '../../domain/case/state';
import { CASE_NUMBER } from './ids';
import { id, isPlainText, plainText } from '../http/fields';

/** A name stands in one line; the Temporal UI's summary has room for 66 Chinese characters in all. */
const NAME_LIMIT = 60;
/** More than a password manager makes; argon2 reads all of it. */
const PASSWORD_LIMIT = 256;
/** A code has 18 characters; typed with spaces, or several glued together by mistake, a few more. */
const TYPED_CODE_LIMIT = 40;

/** Kept exactly as it was typed, spaces included. */
const typed = (limit: number, description: string) =>
  z
    .string()
    .min(1)
    .max(limit)
    .refine(isPlainText, { message: 'contains control characters 含有控制字符' })
    .meta({ description });

export const oneLine = (limit: number, description: string) =>
  plainText(limit)
    .refine((text) => !text.includes('\n'), { message: 'has more than one line 只能写一行' })
    .meta({ description });

const time = z.iso.datetime().meta({ description: 'UTC' });
const instant = (description: string) => z.int().meta({ description: `${description}; milliseconds since 1970 UTC` });
export const caseNumberText = z
  .string()
  .max(40)
  .regex(CASE_NUMBER, { message: 'is not a case number 不是事项编号' })
  .meta({ description: 'Case number 事项编号', examples: ['2026-0001'] });
const kind = z.enum(ENTERPRISE_KINDS).meta({ description: 'Kind 企业类型' });
const asOf = time.nullable().meta({
  description: 'Null: everything asked for is included. Else the time up to which the answer is complete 数据截至',
});

export const signInBody = z.strictObject({
  login: typed(80, 'Login 用户名'),
  password: typed(PASSWORD_LIMIT, 'Password 密码'),
});

export const accountView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  department: z.string().optional(),
  enterprise: z.string().optional(),
  village: z.string().optional(),
});
export const meView = accountView.extend({ mode: z.enum(['trial', 'live']) });

export const enterpriseBody = z.strictObject({
  name: oneLine(NAME_LIMIT, 'Name 企业名称'),
  uscc: typed(
    TYPED_CODE_LIMIT,
    'Unified social credit code; full width and lower case are mended 统一社会信用代码',
  ).meta({ examples: ['91350200MA2YJ1XR9G'] }),
  kind,
  village: id('Village of the programme 所在村'),
  confirmUscc: z.boolean().optional().meta({
    description: 'An official has seen the certificate of a code that fails only its last character 已核对证照',
  }),
});
export const enterpriseView = z.object({
  id: z.string(),
  name: z.string(),
  uscc: z.string(),
  kind,
  village: z.string(),
  usccConfirmedBy: z.string().nullable(),
});

export const startBody = z.strictObject({ enterprise: id('Enterprise 企业') });
export const startedView = z.object({
  caseNumber: caseNumberText,
  enterprise: z.string(),
  link: z.string().meta({ description: 'Address of the case 事项地址' }),
});

export const ownerText = z
  .string()
  .max(120)
  .regex(/^[a-z-]+(\/[A-Za-z0-9._-]+)?$/, { message: 'is not an owner 不是有效的承办方' })
  .meta({ description: '`official`, `enterprise`, `liaison`, `department/<id>`, …  承办方' });

const rules = z.string().meta({ description: "Hash of the case's own rules, `/rules/{hash}` 事项所依方案的哈希" });

export const caseLine = z.object({
  caseNumber: caseNumberText,
  rules,
  enterprise: z.object({
    id: z.string(),
    name: z.string(),
    kind,
    kindName: z.string(),
    village: z.string(),
    villageName: z.string(),
  }),
  phase: z.enum(PHASES),
  phaseName: z.string().meta({ description: 'Chinese name 阶段名称' }),
  waitingOn: z.array(z.string()),
  waitingOnNames: z.array(z.string()).meta({ description: "In the same order, by the case's own rules 承办方名称" }),
  nextDue: time.nullable(),
  overdue: z.int(),
  closed: z.boolean(),
  openedAt: time,
  clock: time,
  recordedAt: time,
});

export const dutyLine = z.object({
  caseNumber: caseNumberText,
  rules,
  enterpriseName: z.string(),
  id: z.string(),
  kind: z.enum(DUTY_KINDS),
  name: z.string().meta({ description: 'Chinese name 待办名称' }),
  owner: z.string(),
  ownerName: z.string(),
  account: z.string().nullable(),
  since: time,
  opens: time,
  due: time.nullable(),
  overdue: z.boolean(),
  reminded: z.int(),
  urgedAt: time.nullable(),
  escalated: z.boolean(),
});

/** `contracts/case/views.ts` has the exact types; here is what a reader of the document needs. */
export const caseView = z
  .looseObject({
    caseNumber: caseNumberText,
    enterprise: z.object({ id: z.string(), name: z.string(), kind, village: z.string() }),
    edition: z.object({ programme: z.string(), edition: z.string() }),
    phase: z.enum(PHASES),
    phaseSince: instant('In this phase since'),
    openedAt: instant('Opened'),
    clock: instant("The case's own clock"),
    survey: z.looseObject({}).meta({ description: 'Survey and commitment 调研与承诺' }),
    requirements: z.array(z.looseObject({ id: z.string() })).meta({ description: 'Improvement requirements 改进要求' }),
    materials: z
      .record(z.string(), z.array(z.looseObject({ document: z.string() })))
      .meta({ description: 'Versions of each material, oldest first 材料版本' }),
    review: z.looseObject({ round: z.int(), status: z.string() }).meta({ description: 'Sign-offs 会签' }),
    stationing: z.looseObject({}).meta({ description: 'Team, liaison, stand-ins 驻企' }),
    operation: z.looseObject({}).meta({ description: 'Test rounds and daily reports 复工运行' }),
    sampling: z.looseObject({}).optional().meta({ description: 'Samplers and mobile visits 采样员与流动采样' }),
    incidents: z
      .array(z.looseObject({ id: z.string(), status: z.string() }))
      .optional()
      .meta({ description: 'What followed positives; the people stand apart 异常处置' }),
    supply: z.looseObject({}).optional().meta({ description: 'Holdings and open orders 物资与申领单' }),
    movements: z.looseObject({}).optional().meta({ description: 'Open deviations 违规外出' }),
    inspection: z.looseObject({}).optional().meta({ description: 'Self-management team and findings 自我管理队伍' }),
    copies: z.array(z.string()),
    agenda: z
      .array(z.looseObject({ id: z.string(), owner: z.string(), due: z.int().nullable() }))
      .meta({ description: 'Every duty: who owes what, since when, due when 待办清单' }),
    outstanding: z.array(z.string()).meta({ description: 'To be settled or waived before closing 未结事项' }),
    sequence: z.int().meta({ description: "The ledger's last number in this state 台账序号" }),
  })
  .meta({ description: 'The case as its workflow holds it 事项全貌' });

const texts = z.record(z.string(), z.string()).meta({ description: 'Words of the texts referred to, by id 文字内容' });
const documents = z
  .record(z.string(), z.object({ name: z.string(), mediaType: z.string(), bytes: z.int() }))
  .meta({ description: 'The files referred to, by id 文件' });
const people = z.record(z.string(), accountView).meta({ description: 'The accounts referred to, by id 人员' });

export const caseAnswer = z.object({
  caseNumber: caseNumberText,
  rules,
  asOf: asOf.meta({ description: 'Null: as the case stands now. Else the time of the last record 数据截至' }),
  nextWake: instant('When the case wakes by itself').nullable(),
  needsAttention: z.string().nullable().meta({ description: 'Set when only a person can mend something 需人工处理' }),
  view: caseView.nullable().meta({ description: 'Null for a case that has just been started 刚立案时为空' }),
  texts,
  documents,
  people,
});

export const doneView = z.object({
  command: z.string(),
  status: z.literal('done'),
  sequence: z.int().meta({ description: "The command's last entry in the ledger 台账序号" }),
  view: caseView.nullable(),
});
export const pendingView = z.object({ command: z.string(), status: z.literal('pending') });
export const commandView = z.object({
  command: z.string(),
  status: z.enum(['pending', 'done', 'refused']),
  caseNumber: caseNumberText.nullable(),
  sequence: z.int().nullable(),
  problem: z.looseObject({ code: z.string() }).nullable().meta({ description: 'Why it was refused 被拒原因' }),
});

export const ledgerEntry = z.looseObject({
  stream: z.string(),
  sequence: z.int(),
  type: z.string(),
  at: instant("In the case's own time"),
  recordedAt: time,
  by: z.looseObject({ account: z.string(), role: z.string() }),
  details: z.looseObject({}),
});
export const ledgerPage = z.object({
  items: z.array(ledgerEntry),
  texts,
  documents,
  people,
  next: z.int().nullable(),
  asOf,
});

export const documentView = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
});

export const fastForwardBody = z.strictObject({
  to: z.literal('next-due').optional().meta({ description: "One step: to the case's next change 到下一个时点" }),
  until: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: "Step by step until the case's clock has reached this time 直到此时" }),
});
export const fastForwardView = z.object({
  caseNumber: caseNumberText,
  from: time,
  clock: time.meta({ description: "The case's clock now 事项时钟" }),
  steps: z.int(),
  nextWake: instant('When the case wakes next').nullable(),
  view: caseView,
});

export const pageOfItems = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: '`cursor` of the next page; null on the last 下一页游标' }),
    asOf,
  });
