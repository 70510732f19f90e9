/** The town's programme as the console needs it: the edition in force with its rules, and the villages, `/programme`. */
import { z } from 'zod';
import type { Deps } from './deps';
import { editionsOf } from './editions';
import { route, type Route } from './route';

const programmeView = z.object({
  id: z.string(),
  town: z.string(),
  timeZone: z.string(),
  villages: z.array(z.object({ id: z.string(), name: z.string() })),
  editions: z.array(z.object({ id: z.string(), from: z.string(), note: z.string() })),
  rules: z.looseObject({ edition: z.string() }).meta({
    description: 'The rules in force: departments, materials, checklists, terms, tests 现行规则',
  }),
});

export function programmeRoutes({ programme, now }: Deps): Route[] {
  const editionAt = editionsOf(programme);
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
        const { id, town, timeZone, villages, editions } = programme;
        const rules = editionAt(now());
        const dated = editions.map(({ id: edition, from, note }) => ({ id: edition, from, note }));
        return { status: 200, body: { id, town, timeZone, villages, editions: dated, rules } };
      },
    }),
  ];
}
