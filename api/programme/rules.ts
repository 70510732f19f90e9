/** Rules by their hash, `/rules/{hash}`: what a case that says this hash runs under; never changed, so kept by readers for ever. */
import { z } from 'zod';
import { rulesBy } from './case-rules';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { route, type Route } from '../http/route';

/** A year, the longest that caches take; by the reader's own browser only, for it is signed in. */
const FOR_EVER = 'private, max-age=31536000, immutable';

export function ruleRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/rules/{hash}',
      tag: 'Programme 方案',
      summary: '事项所依方案 Rules by their hash',
      description:
        'The SHA-256 of the answer as canonical JSON (keys sorted, no white space) is the hash: it never changes.',
      access: 'account',
      answers: {
        200: {
          description: 'Departments, materials, checklists, terms, tests as the case carries them',
          schema: z.looseObject({ programme: z.string(), edition: z.string() }),
        },
      },
      problems: ['unknown-rules'],
      async handle({ params }) {
        const rules = await rulesBy(deps, params['hash'] ?? '');
        if (!rules) throw new Problem('unknown-rules');
        return { status: 200, headers: { 'Cache-Control': FOR_EVER }, body: rules };
      },
    }),
  ];
}
