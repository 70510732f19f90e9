/** The board's picture of the town: where cases queue and how long departments take, `/board`; what one has done, `/my/acts`. */
import { z } from 'zod';
import { boardView, myAct } from '../../contracts/figures/board';
import { TOWN_READERS } from '../../domain/case/visibility';
import { pageOfItems } from '../../contracts/http/answers';
import { actsOf, queues, turnarounds } from '../../db/figures/board';
import type { Deps } from '../http/deps';
import { pageOf, paging, positionOf } from '../http/paging';
import { route, type Route } from '../http/route';
import { departmentsOf } from '../programme/town';

/** Where a page of entries ends: time of recording, stream, number. */
export const entryPosition = z.tuple([z.iso.datetime(), z.string().max(80), z.int()]);

export function boardRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'get',
      path: '/board',
      tag: 'Cases 复工事项',
      summary: '排队情况 Where cases queue',
      access: TOWN_READERS,
      answers: { 200: { description: 'Of all open cases', schema: boardView } },
      async handle() {
        const departments = (await departmentsOf(deps)).map(({ id }) => id);
        const body = { matrix: await queues(pool), turnaround: await turnarounds(pool, departments) };
        return { status: 200, body };
      },
    }),
    route({
      method: 'get',
      path: '/my/acts',
      tag: 'Inbox 待办',
      summary: '我已办 What I have done',
      access: 'account',
      query: z.strictObject(paging),
      answers: { 200: { description: 'Newest first', schema: pageOfItems(myAct) } },
      async handle({ by, query: { limit, cursor }, asOf }) {
        const found = await actsOf(pool, by.account, positionOf(cursor, entryPosition), limit);
        const { items, next } = pageOf(found, limit, (last) => [
          last.recordedAt.toISOString(),
          last.caseNumber,
          last.sequence,
        ]);
        const shown = items.map(({ recordedAt: _recordedAt, ...one }) => one);
        return { status: 200, body: { items: shown, next, asOf } };
      },
    }),
  ];
}
