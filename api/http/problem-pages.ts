/** What a problem code means, at the address that every problem names as its type, `/problems/{code}`. */
import { z } from 'zod';
import { isProblemCode, PROBLEM_CODES, PROBLEMS, problemType, type ProblemCode } from '../../contracts/words/problems';
import { Problem } from './error-mapper';
import { route, type Route } from './route';

const problemKind = z.object({
  code: z.string(),
  type: z.string().meta({ description: 'Its address, as a problem names it' }),
  status: z.int(),
  zh: z.string().meta({ description: '`{name}` stands for a member of `about`' }),
  en: z.string(),
});

const explained = (code: ProblemCode) => ({ code, type: problemType(code), ...PROBLEMS[code] });

export function problemRoutes(): Route[] {
  return [
    route({
      method: 'get',
      path: '/problems',
      tag: 'Problems 问题代码',
      summary: '全部问题代码 All problem codes',
      access: 'public',
      answers: { 200: { description: 'Every code', schema: z.object({ items: z.array(problemKind) }) } },
      async handle() {
        return { status: 200, body: { items: PROBLEM_CODES.map(explained) } };
      },
    }),
    route({
      method: 'get',
      path: '/problems/{problem}',
      tag: 'Problems 问题代码',
      summary: '问题代码 One problem code',
      access: 'public',
      answers: { 200: { description: 'What the code means', schema: problemKind } },
      problems: ['unknown-problem'],
      async handle({ params }) {
        const code = params['problem'] ?? '';
        if (!isProblemCode(code)) throw new Problem('unknown-problem');
        return { status: 200, body: explained(code) };
      },
    }),
  ];
}
