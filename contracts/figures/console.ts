/** What the API answers for the console's own pages: the board, what one has done, operations, the search of the ledger. */
import { z } from 'zod';
import { caseNumberText } from '../case/resources';
import { PHASES } from '../../domain/case/state';
import { LEDGER_REFUSALS } from '../case/failures';

const time = z.iso.datetime().meta({ description: 'UTC' });
const count = z.int();

export const turnaroundLine = z.object({
  department: z.string(),
  acts: count.meta({ description: 'Verdicts of the last half-year 半年内会签次数' }),
  medianHours: z.number().nullable().meta({ description: 'From submission to verdict; null without one 中位时长' }),
});

export const boardView = z.object({
  matrix: z
    .array(z.object({ phase: z.enum(PHASES), owner: z.string(), cases: count, overdue: count }))
    .meta({ description: 'Open cases by phase and by who owes something in them 排队情况' }),
  turnaround: z.array(turnaroundLine),
});

export const myAct = z.object({
  caseNumber: caseNumberText,
  enterpriseName: z.string(),
  sequence: count,
  type: z.string(),
  at: time.meta({ description: "By the case's clock 事项时间" }),
});

export const verificationView = z.object({ caseNumber: caseNumberText, path: z.string() });
export const verifiedView = z.object({
  caseNumber: caseNumberText,
  enterprise: z.string(),
  phase: z.enum(PHASES),
  signedOn: z.string().nullable().meta({ description: 'When the sign-offs passed 会签通过日期' }),
  startedOperatingOn: z.string().nullable(),
  departments: z.array(z.object({ department: z.string(), name: z.string(), signedOn: z.string().nullable() })),
});

export const operationsView = z.object({
  messages: z.array(z.object({ channel: z.string(), state: z.string(), count })),
  ledgerRefuses: z
    .array(z.object({ caseNumber: caseNumberText, enterprise: z.string(), code: z.enum(LEDGER_REFUSALS), since: time }))
    .meta({ description: 'No act on these cases is confirmed until their ledger is mended 台账拒绝记入的事项' }),
  workflows: z
    .array(z.object({ type: z.string(), status: z.string(), count }))
    .nullable()
    .meta({ description: 'Null: Temporal does not answer 无应答' }),
  needsAttention: z.array(z.object({ caseNumber: z.string(), enterprise: z.string() })).nullable(),
  temporalUi: z.string().nullable(),
  links: z.array(
    z.object({
      name: z.object({ zh: z.string(), en: z.string() }),
      query: z.string(),
      url: z.string().nullable().meta({ description: 'Null: nobody has said where the Temporal UI is 未设置地址' }),
    }),
  ),
});

export const auditEntry = z.object({
  stream: z.string(),
  sequence: count,
  type: z.string(),
  at: time,
  recordedAt: time,
  by: z.object({ account: z.string(), role: z.string(), name: z.string().nullable() }),
});
