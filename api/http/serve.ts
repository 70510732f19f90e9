/** Carries one request through its route: who sent it, what it says, whether they may, and the answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { CASE_NUMBER } from '../../contracts/case/ids';
import type { Naming } from '../../contracts/words/problem-words';
import type { FieldMistake, ProblemCode } from '../../contracts/words/problems';
import { RULES_HASH } from '../../programme/rules';
import { addressOf } from './client-address';
import { endAnswer, isStillComing } from './answering';
import { authenticate } from './authentication';
import { requireWithin, SenderGone } from './body';
import type { Deps } from './deps';
import { keyOf } from './command-id';
import { checkBody, JSON_LIMIT, mistakesOf, readJson } from './json-body';
import { Problem, problemOf, sendProblem } from './error-mapper';
import { awaitOwnWrites } from './own-writes';
import { isAct, type Access, type Ask, type Reply, type Route, type SignedIn } from './route';
import { CLOSED_HEADERS } from './security-headers';

/** The parts of addresses that vary: how they look, and what is unknown when one looks otherwise. */
export const ADDRESS_PARTS: {
  readonly [name: string]: { readonly pattern: RegExp; readonly unknown: ProblemCode; readonly description: string };
} = {
  case: { pattern: CASE_NUMBER, unknown: 'unknown-case', description: 'Case number 事项编号' },
  enterprise: { pattern: /^[a-z0-9-]{1,80}$/, unknown: 'unknown-enterprise', description: 'Enterprise 企业' },
  person: { pattern: /^p-[0-9a-f]{32}$/, unknown: 'unknown-person', description: 'Person 人员' },
  date: { pattern: /^\d{4}-\d{2}-\d{2}$/, unknown: 'unknown-round', description: 'Date 日期' },
  test: { pattern: /^[a-z0-9-]{1,40}$/, unknown: 'unknown-round', description: 'Test of the programme 检测' },
  incident: { pattern: /^i-[0-9a-f]{16}$/, unknown: 'unknown-incident', description: 'Incident 异常处置' },
  purchase: { pattern: /^g-[0-9a-f]{16}$/, unknown: 'unknown-purchase', description: 'Group purchase 集采' },
  medicine: { pattern: /^m-[0-9a-f]{16}$/, unknown: 'unknown-medicine-order', description: 'Medicine order 代配药' },
  hotel: { pattern: /^h-[0-9a-f]{16}$/, unknown: 'unknown-hotel', description: 'Hotel 住宿点' },
  stay: { pattern: /^stay-[0-9a-f]{16}$/, unknown: 'unknown-stay', description: 'Stay 住宿' },
  message: { pattern: /^m-[0-9a-f]{16}$/, unknown: 'unknown-message', description: 'Message 消息' },
  bulletin: { pattern: /^b-[0-9a-f]{16}$/, unknown: 'unknown-bulletin', description: 'Bulletin 简报' },
  document: { pattern: /^d-[0-9a-f]{32}$/, unknown: 'unknown-document', description: 'Document 文件' },
  hash: { pattern: RULES_HASH, unknown: 'unknown-rules', description: 'Hash of rules 方案哈希' },
  code: { pattern: /^[0-9a-f]{16}$/, unknown: 'unknown-verification', description: 'Code on the paper 核验码' },
  seal: { pattern: /^[1-9]\d{0,14}$/, unknown: 'unknown-seal', description: 'Number of the seal 封存序号' },
  command: { pattern: /^[0-9a-f]{64}$/, unknown: 'unknown-command', description: 'Command 指令' },
  problem: { pattern: /^[a-z-]{1,80}$/, unknown: 'unknown-problem', description: 'Problem code 问题代码' },
};

/** Of a route that names no parameters. */
const NO_PARAMETERS = z.strictObject({});

/** Who asks on a public route. */
const NOBODY = {} as SignedIn;

/** The names with which a problem about a case, or about none, is said to a reader of the department; api/programme/naming.ts. */
export type NamingFor = (
  deps: Deps,
  problem: { readonly code: ProblemCode },
  caseNumber: unknown,
  department: unknown,
) => Promise<Naming | undefined>;

export function serve(route: Route, deps: Deps, namingFor: NamingFor): RequestHandler {
  return async (request: Request, response: Response) => {
    try {
      const reply = await answer(route, deps, request, response);
      await send(response, reply);
    } catch (error) {
      // Whoever has gone in the middle of a request or an answer needs none, and it is no fault of ours.
      if (error instanceof SenderGone || (response.headersSent && response.destroyed)) return;
      const problem = problemOf(error, deps.log);
      sendProblem(
        response,
        problem,
        await namingFor(deps, problem, request.params['case'], response.locals['department']),
      );
    }
  };
}

async function answer(route: Route, deps: Deps, request: Request, response: Response): Promise<Reply> {
  const { pool, patience, limits } = deps;
  const params = checkedParts(request.params as Record<string, string>);
  // Before anybody is looked up: what nobody will read costs nothing.
  requireWithin(request, route.file?.limit ?? JSON_LIMIT);
  const by = route.access === 'public' ? NOBODY : await authenticate(pool, request);
  response.locals['account'] = by.account;
  response.locals['department'] = by.department;
  // Before the body is read: what is too much costs little.
  if (isAct(route)) await limits.fromAccount(by.account);
  const query = checkedQuery(route.query ?? NO_PARAMETERS, request);
  const key = keyOf(request);
  const sent = route.body && (await readJson(request, patience));
  const body = route.body && checkBody(route.body, sent);
  requireRole(route.access, by);
  const asOf = route.method === 'get' && route.access !== 'public' ? await awaitOwnWrites(pool, request) : null;
  const ask: Ask = { by, body, sent, query, params, key, asOf, address: addressOf(request), request };
  return route.handle(ask);
}

function checkedParts(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(params)) {
    const part = ADDRESS_PARTS[name];
    if (part && !part.pattern.test(value)) throw new Problem(part.unknown);
  }
  return params;
}

/** What of an unknown parameter is repeated, and how many of them. */
const ECHOED = 80;
const MOST_ECHOED = 20;

/**
 * A parameter that is not known, is given twice or has no value would else be passed over in silence, and the answer would not be
 * what was asked for. @throws Problem `invalid-query`; URIError for a broken percent encoding
 */
function checkedQuery(schema: z.ZodObject, { url = '' }: IncomingMessage): unknown {
  const search = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  // Throws on a broken percent encoding, which URLSearchParams would let through.
  decodeURIComponent(search.replaceAll('+', ' '));
  const parameters = new URLSearchParams(search);
  const known = Object.keys(schema.shape);
  const unknown = [...new Set(parameters.keys())].filter((name) => !known.includes(name)).slice(0, MOST_ECHOED);
  if (unknown.length > 0) {
    const names = unknown.map((name) => name.slice(0, ECHOED));
    const choice =
      known.length > 0 ? `known: ${known.join(', ')} 可用：${known.join('、')}` : 'there are none 不接受任何参数';
    const reason = `is not a known parameter 未知参数；${choice}`;
    throw wrongQuery(
      names.map((pointer) => ({ pointer, reason })),
      { unknown: names, known },
    );
  }
  const given: Record<string, string> = {};
  for (const [name, value] of parameters) {
    if (Object.hasOwn(given, name)) throw wrongQuery([{ pointer: name, reason: 'is given twice 重复' }]);
    // No parameter means something when it is empty; numbers would read it as 0.
    if (value.trim() === '') throw wrongQuery([{ pointer: name, reason: 'is empty 没有值' }]);
    given[name] = value;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw wrongQuery(mistakesOf(parsed.error, (path) => path.map(String).join('.').slice(0, ECHOED)));
}

function wrongQuery(errors: readonly FieldMistake[], about = {}): Problem {
  return new Problem('invalid-query', about, errors);
}

/** @throws Problem `forbidden` naming the roles that may */
export function requireRole(access: Access, by: SignedIn): void {
  if (typeof access === 'string' || access.includes(by.role)) return;
  throw new Problem('forbidden', { role: by.role, permitted: access });
}

async function send(response: ServerResponse, { status, headers = {}, body, stream }: Reply): Promise<void> {
  if (stream) {
    response.writeHead(status, headers);
    await pipeline(stream, response);
    return;
  }
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...CLOSED_HEADERS,
    ...(bytes && { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.length }),
    ...(isStillComing(response.req) && { Connection: 'close' }),
    ...headers,
  });
  endAnswer(response, bytes);
}
