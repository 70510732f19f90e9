/** What the API takes and answers about one case besides its acts: its start, the case as it stands, what became of an act, its clock. */
import { z } from 'zod';
import { PHASES } from '../../domain/case/state';
import { ATTENTION_REASONS, ATTENTION_UNEXPLAINED, DISCREPANCY_KINDS } from './attention';
import { enterpriseKind } from '../enterprises/enterprises';
import { asOf, instant, time } from '../http/answers';
import { id } from '../http/fields';
import { caseNumberText, rulesHash } from './fields';
import { documents, people, texts } from './references';

export const startBody = z.strictObject({ enterprise: id('Enterprise 企业') });
export const startedView = z.object({
  caseNumber: caseNumberText,
  enterprise: z.string(),
  link: z.string().meta({ description: 'Address of the case 事项地址' }),
});

/** `domain/case/views.ts` has the exact types; here is what a reader of the document needs. */
export const caseView = z
  .looseObject({
    caseNumber: caseNumberText,
    enterprise: z.object({ id: z.string(), name: z.string(), kind: enterpriseKind, village: z.string() }),
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
  .meta({ description: 'The case as it stands 事项全貌' });

export const caseAnswer = z.object({
  caseNumber: caseNumberText,
  rules: rulesHash,
  asOf,
  nextWake: instant('When the case wakes by itself').nullable(),
  needsAttention: z
    .enum([...ATTENTION_REASONS, ...DISCREPANCY_KINDS, ATTENTION_UNEXPLAINED])
    .nullable()
    .meta({
      description:
        'Set when only a person can mend something (docs/operations.md); what the case itself says only for officials and operators, and only while Temporal answers 需人工处理',
    }),
  view: caseView.nullable().meta({ description: 'Null for a case that has just been started 刚立案时为空' }),
  texts,
  documents,
  people,
});

export const doneView = z.object({
  command: z.string(),
  status: z.literal('done'),
  sequence: z.int().meta({ description: "The command's last entry in the ledger 台账序号" }),
  phase: z.enum(PHASES).meta({ description: "The case's phase now; the case itself: GET with Fugong-After 所处阶段" }),
});
export const pendingView = z.object({ command: z.string(), status: z.literal('pending') });
export const commandView = z.object({
  command: z.string(),
  status: z.enum(['pending', 'done', 'refused']),
  caseNumber: caseNumberText.nullable(),
  sequence: z.int().nullable(),
  problem: z.looseObject({ code: z.string() }).nullable().meta({ description: 'Why it was refused 被拒原因' }),
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
