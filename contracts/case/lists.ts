/** What the API answers about cases and duties in lists: one line each. */
import { z } from 'zod';
import { DUTY_KINDS } from '../../domain/case/agenda';
import { PHASES } from '../../domain/case/state';
import { enterpriseKind } from '../enterprises/enterprises';
import { time } from '../http/answers';
import { caseNumberText, rulesHash } from './fields';

export const caseLine = z.object({
  caseNumber: caseNumberText,
  rules: rulesHash,
  enterprise: z.object({
    id: z.string(),
    name: z.string(),
    kind: enterpriseKind,
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
  rules: rulesHash,
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
