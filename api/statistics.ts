/** The town in figures, each with what it counts, `/statistics`. */
import { FIGURES } from '../contracts/figures';
import { statisticsView } from '../contracts/statistics';
import { readStock } from '../db/stock';
import { casesByPhase, coverageByDay, ofOneMoment } from '../db/statistics';
import type { Deps } from './deps';
import { figuresOf } from './figures';
import { route, type Route } from './route';

/** Two months: longer than any closed loop of 2022 lasted. */
const DAYS = 60;

export function statisticsRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/statistics',
      tag: 'Statistics 统计',
      summary: '统计 Statistics',
      description: 'Every figure is computed from what was recorded; `definitions` says what it counts.',
      access: ['official', 'reviewer', 'operator', 'health', 'storekeeper'],
      answers: { 200: { description: 'The figures now', schema: statisticsView } },
      problems: ['no-edition'],
      async handle() {
        const body = await ofOneMoment(deps.pool, async (client) => ({
          figures: await figuresOf(deps, client),
          definitions: FIGURES,
          cases: await casesByPhase(client),
          coverage: await coverageByDay(client, DAYS),
          stock: await readStock(client),
        }));
        return { status: 200, body };
      },
    }),
  ];
}
