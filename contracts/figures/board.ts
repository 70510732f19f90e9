/** What the API answers about the board, where cases queue and how long departments take, and about what one has done. */
import { z } from 'zod';
import { PHASES } from '../../domain/case/state';
import { caseNumberText } from '../case/fields';
import { time } from '../http/answers';

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
