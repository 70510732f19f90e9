/** The inbox 待我办: who owes what, sorted by due time, read from the projections of all cases, `/duties`. */
import { z } from 'zod';
import { DUTY_NAMES, ownerName } from '../../contracts/words/glossary';
import { dutyLine } from '../../contracts/case/lists';
import { caseNumberText } from '../../contracts/case/fields';
import { pageOfItems } from '../../contracts/http/answers';
import { listDuties, positionOfDuty, type DutyLine } from '../../db/case/lists';
import { rulesOfLines } from '../programme/case-rules';
import type { Deps } from '../http/deps';
import { pageOf, paging, positionOf } from '../http/paging';
import { route, type Route } from '../http/route';

const position = z.tuple([z.union([z.iso.datetime(), z.literal('infinity')]), z.string(), z.string()]);

export function dutyRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'get',
      path: '/duties',
      tag: 'Inbox 待办',
      summary: '待我办 What I owe',
      description: 'Open duties by due time. `scope=all` shows what anyone owes in the cases that one may see.',
      access: 'account',
      query: z.strictObject({
        ...paging,
        scope: z.enum(['mine', 'all']).default('mine').meta({ description: 'Whose 范围' }),
        case: caseNumberText.optional(),
      }),
      answers: { 200: { description: 'By due time; standing duties last', schema: pageOfItems(dutyLine) } },
      async handle({ by, query: { scope, case: caseNumber, limit, cursor }, asOf }) {
        const after = positionOf(cursor, position);
        const found = await listDuties(pool, { by, scope, caseNumber, after, limit });
        const { items, next } = pageOf(found, limit, positionOfDuty);
        const rulesOf = await rulesOfLines(deps, items);
        const named = ({ edition: _edition, ...line }: DutyLine) => {
          const { hash, rules } = rulesOf(line.caseNumber);
          return { ...line, rules: hash, name: DUTY_NAMES[line.kind], ownerName: ownerName(line.owner, rules) };
        };
        return { status: 200, body: { items: items.map(named), next, asOf } };
      },
    }),
  ];
}
