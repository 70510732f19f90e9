/** What the API answers about a town's figures; each is computed from what was recorded. */
import { z } from 'zod';
import { turnaroundLine } from './board';
import { FIGURES, type Figure } from './figures';

const number = z.number().nullable();
export const statisticsView = z.object({
  figures: z.object(
    Object.fromEntries(Object.keys(FIGURES).map((figure) => [figure, number])) as Record<Figure, typeof number>,
  ),
  definitions: z.record(z.string(), z.object({ zh: z.string(), en: z.string() })),
  cases: z.record(z.string(), z.int()).meta({ description: 'Cases by phase 各阶段事项数' }),
  coverage: z
    .array(z.object({ date: z.string(), owed: z.int(), tested: z.int() }))
    .meta({ description: 'Closed rounds by day, newest first 每日检测覆盖' }),
  turnaround: z.array(turnaroundLine),
  trend: z
    .array(z.object({ date: z.string(), opened: z.int(), signed: z.int(), operating: z.int(), completed: z.int() }))
    .meta({ description: "By the cases' own days, oldest first 每日事项走势" }),
  cover: z
    .array(
      z.object({
        caseNumber: z.string(),
        enterprise: z.string(),
        item: z.string(),
        quantity: z.number(),
        daysOfCover: z.number(),
        runsOutOn: z.string(),
      }),
    )
    .meta({ description: 'What running enterprises hold, at the last look; the shortest first 物资可用天数' }),
  stock: z.array(z.object({ item: z.string(), onHand: z.int(), promised: z.int() })),
});
