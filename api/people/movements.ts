/** Movements between work and lodging 两点一线 as they were listed: deviations, and who has not arrived, `/reopenings/{case}/movements`. */
import { z } from 'zod';
import { movementsView } from '../../contracts/people/lodging';
import type { Edition } from '../../domain/programme/edition';
import { hasNotArrived } from '../../domain/people/lodging';
import { listMovementsOf, type MovementLine } from '../../db/people/movements';
import { rulesOfCase } from '../programme/case-rules';
import type { Deps } from '../http/deps';
import { pageOf, paging, positionOf } from '../http/paging';
import { yesOrNo } from '../../contracts/http/fields';
import { requireRoundReader } from './named-results';
import { route, type Route } from '../http/route';

const position = z.tuple([z.iso.datetime(), z.string(), z.int()]);

export function movementRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/reopenings/{case}/movements',
      tag: 'Lodging 住宿',
      summary: '出入记录 Departures and arrivals',
      access: 'account',
      query: z.strictObject({ ...paging, deviations: yesOrNo('Only deviations 仅违规外出').optional() }),
      answers: { 200: { description: 'Newest first', schema: movementsView } },
      problems: ['unknown-case', 'forbidden'],
      async handle({ by, params, query: { deviations = false, limit, cursor }, asOf }) {
        const { caseNumber } = await requireRoundReader(deps, by, params['case'] ?? '');
        const before = positionOf(cursor, position);
        const found = await listMovementsOf(deps.pool, { caseNumber, deviations, before, limit });
        const page = pageOf(found, limit, (last) => [last.at.toISOString(), last.list, last.number]);
        const { rules } = await rulesOfCase(deps, caseNumber);
        const items = page.items.map((line) => shown(line, rules, deps.now()));
        return { status: 200, body: { ...page, items, asOf } };
      },
    }),
  ];
}

function shown({ number: _number, arrivedAt, ...line }: MovementLine, rules: Edition, now: number) {
  const way = { direction: line.direction, at: line.at.getTime(), arrived: arrivedAt?.getTime() };
  return { ...line, notArrived: hasNotArrived(way, rules, now) };
}
