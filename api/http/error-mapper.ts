/** The one error mapper: whatever goes wrong becomes a problem (RFC 9457) with a stable code, and never shows what it must not. */
import type { ServerResponse } from 'node:http';
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { Logger } from 'pino';
import { MISTAKE_WORDS, problemDocument, type FieldMistake, type ProblemCode } from '../../contracts/words/problems';
import type { Naming } from '../../contracts/words/problem-words';
import { isRefused, type Wrong } from '../../domain/ledger/rejection';
import { isUnavailable } from '../../db/sql/pool';
import { endAnswer, isStillComing } from './answering';
import { CLOSED_HEADERS } from './security-headers';

/** How a request is refused from anywhere in the API. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly about: { readonly [name: string]: unknown } = {},
    readonly errors: readonly FieldMistake[] = [],
    readonly headers: { readonly [name: string]: string } = {},
  ) {
    super(code);
  }
}

/** Whoever is told that a part is away may ask again after this many seconds: about what a restart takes. */
const RETRY_SECONDS = '2';

/** The problem that an error is to whoever sent the request; what nobody foresaw is logged and called internal. */
export function problemOf(error: unknown, log: Logger): Problem {
  if (error instanceof Problem) return error;
  if (isRefused(error)) return new Problem(error.rejection.code, error.rejection.about, mistakesOf(error.wrong));
  if (error instanceof URIError) return new Problem('malformed-address');
  if (isUnavailable(error)) {
    log.warn({ failure: traceOf(error) }, 'PostgreSQL is away');
    return new Problem('database-unavailable', {}, [], { 'Retry-After': RETRY_SECONDS });
  }
  if (error instanceof WorkflowNotFoundError) return new Problem('case-closed');
  if (error instanceof ServiceError || isGrpcError(error)) {
    log.warn({ failure: traceOf(error) }, 'Temporal is away');
    return new Problem('temporal-unavailable', {}, [], { 'Retry-After': RETRY_SECONDS });
  }
  log.error({ failure: traceOf(error) }, 'unforeseen error');
  return new Problem('internal');
}

function mistakesOf(wrong: readonly Wrong[]): FieldMistake[] {
  return wrong.map(({ at, why }) => ({ pointer: at, reason: MISTAKE_WORDS[why] }));
}

function isGrpcError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;
}

/** Where it happened and of what kind. Never its message: PostgreSQL quotes values in them, and values may be personal. */
function traceOf(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const code = 'code' in error && typeof error.code !== 'object' ? { code: error.code } : {};
  return { name: error.name, ...code, at: frames.slice(0, 8).map((line) => line.trim()) };
}

export function sendProblem(response: ServerResponse, problem: Problem, naming?: Naming): void {
  if (response.headersSent) {
    // A file is on its way: nothing but a broken connection can still say that it is not whole.
    response.destroy();
    return;
  }
  const document = problemDocument(problem.code, problem.about, problem.errors, naming);
  const body = Buffer.from(JSON.stringify(document));
  response.writeHead(document.status, {
    ...CLOSED_HEADERS,
    ...problem.headers,
    // Whoever is refused in the middle of a body is not read to its end.
    ...(isStillComing(response.req) && { Connection: 'close' }),
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': body.length,
  });
  endAnswer(response, body, problem.code === 'request-timeout');
}
