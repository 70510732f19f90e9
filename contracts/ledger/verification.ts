/** What the API answers about a printed form: where its code leads, and what the ledger says of it. */
import { z } from 'zod';
import { PHASES } from '../../domain/case/state';
import { caseNumberText } from '../case/fields';

export const verificationView = z.object({
  caseNumber: caseNumberText,
  path: z.string(),
  rootKey: z.string().meta({ description: "Fingerprint of the town's root key 根密钥指纹" }),
  seal: z
    .object({ number: z.int(), day: z.string(), hash: z.string(), key: z.string().nullable() })
    .nullable()
    .meta({ description: 'The last seal of the ledger 末次封存' }),
});
export const verifiedView = z.object({
  caseNumber: caseNumberText,
  enterprise: z.string(),
  phase: z.enum(PHASES),
  signedOn: z.string().nullable().meta({ description: 'When the sign-offs passed 会签通过日期' }),
  startedOperatingOn: z.string().nullable(),
  departments: z.array(z.object({ department: z.string(), name: z.string(), signedOn: z.string().nullable() })),
});
