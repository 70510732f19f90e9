/** What the API answers to operators: what is stuck or could not be sent, and what a search of the ledger finds. */
import { z } from 'zod';
import { LEDGER_REFUSALS } from '../case/failures';
import { caseNumberText } from '../case/fields';
import { DISCREPANCY_KINDS, DISCREPANCY_WHYS } from './discrepancies';
import { time } from '../http/answers';

const count = z.int();

export const operationsView = z.object({
  messages: z.array(z.object({ channel: z.string(), state: z.string(), count })),
  ledgerRefuses: z
    .array(z.object({ caseNumber: caseNumberText, enterprise: z.string(), code: z.enum(LEDGER_REFUSALS), since: time }))
    .meta({ description: 'No act on these cases is confirmed until their ledger is mended 台账拒绝记入的事项' }),
  reconciler: z.object({
    lastPass: z
      .object({ endedAt: time, tookMs: count, found: count })
      .nullable()
      .meta({ description: 'Null: none has come to its end yet 尚未完成过' }),
    isLate: z.boolean().meta({ description: 'None for three minutes: nobody looks 三分钟内未比对' }),
    discrepancies: z
      .array(
        z.object({
          kind: z.enum(DISCREPANCY_KINDS),
          subject: z.string(),
          why: z.enum(DISCREPANCY_WHYS),
          caseNumber: caseNumberText.nullable(),
          enterprise: z.string().nullable(),
          since: time,
          lastSeen: time,
          goneSince: time.nullable().meta({ description: 'Null: it is still so 仍然存在' }),
        }),
      )
      .meta({ description: 'What stands open, and what is over since a week 未解决的，以及一周内已消除的' }),
  }),
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
