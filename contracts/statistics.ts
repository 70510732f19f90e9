/** What the API answers about a town's figures; each is computed from what was recorded. */
import { z } from 'zod';
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
  stock: z.array(z.object({ item: z.string(), onHand: z.int(), promised: z.int() })),
});
