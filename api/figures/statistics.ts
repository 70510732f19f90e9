/** The town in figures, each with what it counts, `/statistics`. */
import { FIGURES } from '../../contracts/figures/figures';
import { statisticsView } from '../../contracts/figures/statistics';
import { readStock } from '../../db/supplies/stock';
import { turnarounds } from '../../db/figures/board';
import { covers, type Cover } from '../../db/telling/daily-summary';
import { casesByPhase, coverageByDay, trendByDay } from '../../db/figures/statistics';
import { ofOneMoment } from '../../db/sql/pool';
import { TOWN_READERS } from '../../domain/case/visibility';
import { DAY, localDate } from '../../domain/calendar/calendar';
import type { Edition } from '../../domain/programme/edition';
import type { Deps } from '../http/deps';
import { figuresOf } from './figures';
import { route, type Route } from '../http/route';
import { departmentsOf, townOf } from '../programme/town';

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
      access: TOWN_READERS,
      answers: { 200: { description: 'The figures now', schema: statisticsView } },
      async handle() {
        const town = townOf(deps);
        const departments = (await departmentsOf(deps)).map(({ id }) => id);
        const body = await ofOneMoment(deps.pool, async (client) => ({
          figures: await figuresOf(deps, client),
          definitions: FIGURES,
          cases: await casesByPhase(client),
          coverage: await coverageByDay(client, DAYS),
          turnaround: await turnarounds(client, departments),
          trend: await trendByDay(client, town.utcOffsetMinutes, DAYS),
          cover: (await covers(client)).map((one) => shown(one, town)),
          stock: await readStock(client),
        }));
        return { status: 200, body };
      },
    }),
  ];
}

function shown(
  { caseNumber, enterprise, item, quantity, days, checkedAt }: Cover,
  zone: Pick<Edition, 'utcOffsetMinutes'>,
) {
  const runsOutOn = localDate(checkedAt.getTime() + days * DAY, zone);
  return { caseNumber, enterprise, item, quantity, daysOfCover: days, runsOutOn };
}
