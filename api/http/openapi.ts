/** The OpenAPI 3.1 document, made from the routes and the very schemas that check what comes in, `/openapi.json`. */
import { z } from 'zod';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../../contracts/words/problems';
import { SESSION_COOKIE } from './authentication';
import type { Deps } from './deps';
import { ANSWER_HEADERS, isAct, route, type Answered, type Route } from './route';
import { ADDRESS_PARTS } from './serve';

type Json = { [key: string]: unknown };

export function openApiRoutes(routes: readonly Route[], { mode }: Deps): Route[] {
  let document: Json | undefined;
  const self: Route = route({
    method: 'get',
    path: '/openapi.json',
    tag: 'Health 运行状况',
    summary: '接口说明 This document',
    access: 'public',
    answers: { 200: { description: 'OpenAPI 3.1' } },
    async handle() {
      document ??= openApi([...routes, self], mode);
      return { status: 200, body: document };
    },
  });
  return [self];
}

export function openApi(routes: readonly Route[], mode: string): Json {
  const paths: { [path: string]: Json } = {};
  for (const one of routes) paths[one.path] = { ...paths[one.path], [one.method]: operation(one) };
  return {
    openapi: '3.1.0',
    info: {
      title: '复工 Fugong',
      version: '1',
      summary: 'A town reopens its enterprises. 镇级企业复工事项',
      description:
        `Mode: ${mode}. Times are UTC; the instants of a case are milliseconds by the case's own clock. ` +
        'Every refusal is a problem (RFC 9457) with a stable `code`; `GET /problems` explains them all.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas: { Problem: problemSchema() }, securitySchemes, parameters },
    security: [{ bearer: [] }, { session: [] }],
  };
}

const securitySchemes: Json = {
  bearer: { type: 'http', scheme: 'bearer', description: 'Token of a program: npm run account -- token' },
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'Set by POST /sign-in' },
};

const parameters: Json = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Repeats under the same key take effect once; with another body they are refused. 防重复键',
    schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
    example: '7f9c2ba4-e88f-47d6-9c3e-1b1a6f1a2d3c',
  },
  FugongAfter: {
    name: 'Fugong-After',
    in: 'header',
    description: 'What the answer must include, as commands gave it; several separated by commas. Waits up to 2 s.',
    schema: { type: 'string' },
    example: '2026-0001@12',
  },
};

function operation(one: Route): Json {
  const { method, path, tag, summary, description, access, body, file, example } = one;
  return {
    operationId: `${method} ${path}`.replace(
      /[^A-Za-z]+(\w)?/g,
      (_whole, letter?: string) => letter?.toUpperCase() ?? '',
    ),
    tags: [tag],
    summary,
    ...(describe(description, access) && { description: describe(description, access) }),
    ...(access === 'public' && { security: [] }),
    parameters: [...addressParameters(path), ...queryParameters(one.query), ...headerParameters(one)],
    ...(body && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: schemaOf(body, 'input'), ...(example !== undefined && { example }) },
        },
      },
    }),
    ...(file && {
      requestBody: { required: true, content: Object.fromEntries(file.types.map((type) => [type, {}])) },
    }),
    responses: { ...answersOf(one), ...problemsOf(one) },
  };
}

function describe(description: string | undefined, access: Route['access']): string {
  const roles = typeof access === 'string' ? '' : `Roles 身份: ${access.join(', ')}.`;
  return [description, roles].filter((part) => part).join('\n\n');
}

function addressParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: ADDRESS_PARTS[name]?.description,
    schema: { type: 'string', pattern: ADDRESS_PARTS[name]?.pattern.source },
  }));
}

function queryParameters(query: z.ZodObject | undefined): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: { [name: string]: Json };
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description,
    schema,
  }));
}

function headerParameters({ method, access, idempotent }: Route): Json[] {
  const after = method === 'get' && access !== 'public';
  return [
    ...(idempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...(after ? [{ $ref: '#/components/parameters/FugongAfter' }] : []),
  ];
}

function answersOf({ answers }: Route): Json {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]: [string, Answered]) => [status, shape(answer)]),
  );
}

function shape({ description, schema, media = [], headers = [] }: Answered): Json {
  const content = {
    ...(schema && { 'application/json': { schema: schemaOf(schema, 'output') } }),
    ...Object.fromEntries(media.map((type) => [type, {}])),
  };
  const named = headers.map(
    (name) => [name, { description: ANSWER_HEADERS[name], schema: { type: 'string' } }] as const,
  );
  return {
    description,
    ...(Object.keys(content).length > 0 && { content }),
    ...(headers.length > 0 && { headers: Object.fromEntries(named) }),
  };
}

/** What a route of this sort may answer besides what it names itself. */
function problemsOf(one: Route): Json {
  const codes: ProblemCode[] = [
    ...(one.problems ?? []),
    ...(['invalid-query', 'malformed-address'] as const),
    ...(one.body ? (['malformed-json', 'invalid-body'] as const) : []),
    ...(one.body || one.file ? (['too-large', 'request-timeout', 'unsupported-media-type'] as const) : []),
    ...(one.access === 'public' ? [] : (['unauthenticated', 'database-unavailable'] as const)),
    ...(one.access !== 'public' && one.method === 'post' ? (['cross-site'] as const) : []),
    ...(isAct(one) ? (['too-many-acts'] as const) : []),
    ...(typeof one.access === 'string' ? [] : (['forbidden'] as const)),
    ...(one.idempotent || (one.method === 'get' && one.access !== 'public') ? (['invalid-header'] as const) : []),
  ];
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, found]) => [
        status,
        {
          description: [...found].map((code) => `\`${code}\``).join(', '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
}

function problemSchema(): Json {
  const schema = z.object({
    type: z.string().meta({ description: 'Address that explains the code' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(PROBLEM_CODES as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().meta({ description: 'In Chinese 中文说明' }),
    detailEn: z.string().meta({ description: 'In English' }),
    errors: z
      .array(z.object({ pointer: z.string(), reason: z.string() }))
      .optional()
      .meta({ description: 'Each mistake: JSON pointer into the body, or name of a parameter or header' }),
    about: z.looseObject({}).optional().meta({ description: 'Ids, versions, dates, counts to mend it by' }),
  });
  return schemaOf(schema, 'output');
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...made } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return made;
}
