/** The town's programme: its words, its editions, and the rules under which a case begins that is started now, `/programme`. */
import { z } from 'zod';
import type { Deps } from '../http/deps';
import { rulesInForce } from '../../programme/rules-in-force';
import { namedRules } from '../../programme/rules';
import { Problem } from '../http/error-mapper';
import { departmentsOf, itemsOf, townOf } from './town';
import { route, type Route } from '../http/route';

const programmeView = z.object({
  id: z.string(),
  town: z.string(),
  timeZone: z.string(),
  villages: z.array(z.object({ id: z.string(), name: z.string() })),
  editions: z.array(z.object({ id: z.string(), from: z.string(), note: z.string() })),
  utcOffsetMinutes: z.int().meta({ description: "The town's clock, minutes east of UTC 时区偏移" }),
  departments: z
    .array(z.object({ id: z.string(), name: z.string() }))
    .meta({ description: 'Of every edition, in the newest words 历版全部部门' }),
  items: z
    .array(z.looseObject({ id: z.string(), name: z.string(), unit: z.string() }))
    .meta({ description: 'Of every edition, in the newest words 历版全部物资' }),
  rulesHash: z.string().meta({ description: 'The hash of the rules in force 现行规则哈希' }),
  rules: z.looseObject({ edition: z.string() }).meta({
    description: 'The rules in force, for who starts a case; a case has its own, `/rules/{hash}` 现行规则',
  }),
});

export function programmeRoutes(deps: Deps): Route[] {
  const { programme, now } = deps;
  const inForce = rulesInForce(programme);
  return [
    route({
      method: 'get',
      path: '/programme',
      tag: 'Programme 方案',
      summary: '现行方案 The programme in force',
      access: 'account',
      answers: {
        200: { description: 'The town, its villages, its editions, the rules in force', schema: programmeView },
      },
      problems: ['no-edition'],
      async handle() {
        const { id, town, timeZone, villages } = programme;
        const rules = inForce(now());
        if (!rules) throw new Problem('no-edition');
        const editions = programme.editions.map(({ id: edition, from, note }) => ({ id: edition, from, note }));
        const words = { ...townOf(deps), departments: await departmentsOf(deps), items: await itemsOf(deps) };
        const { hash: rulesHash } = namedRules(rules);
        return { status: 200, body: { id, town, timeZone, villages, editions, ...words, rulesHash, rules } };
      },
    }),
  ];
}
