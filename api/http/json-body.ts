/** Reads a JSON body and checks it: everything that can be wrong with one is told with its pointer and reason. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { FieldMistake } from '../../contracts/words/problems';
import { piecesOf, type Patience } from './body';
import { Problem } from './error-mapper';

/** The largest acts (a survey with 50 weak links) have some 100 KB; more than this is a file, and goes to /documents. */
export const JSON_LIMIT = 1024 * 1024;
/** The deepest body has 4 levels; beyond this, recursion over it would be at the sender's mercy. */
const DEEPEST = 16;
/** More mistakes than a person mends at once. */
const MOST_MISTAKES = 50;
/** Keys that mean something to JavaScript objects, whatever a schema says. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** No body at all counts as `{}`: several acts have nothing to say. @throws Problem also for what arrives too late (api/http/body.ts) */
export async function readJson(request: IncomingMessage, patience?: Patience): Promise<unknown> {
  const bytes = await readBody(request, patience);
  if (bytes.length === 0) return {};
  requireJsonType(request);
  const value = parse(bytes);
  requireShallow(value);
  return value;
}

async function readBody(request: IncomingMessage, patience?: Patience): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(request, JSON_LIMIT, patience)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function requireJsonType({ headers }: IncomingMessage): void {
  const supported = ['application/json'];
  const [type, ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const plain = (headers['content-encoding'] ?? 'identity') === 'identity';
  const utf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  if (type !== 'application/json' || !utf8 || !plain) throw new Problem('unsupported-media-type', { supported });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem('malformed-json');
  }
}

/** Walks without recursion: the depth is what is not known yet. */
function requireShallow(body: unknown): void {
  const left: { value: unknown; path: readonly PropertyKey[] }[] = [{ value: body, path: [] }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= DEEPEST) throw invalid([{ pointer: pointerTo(path), reason: 'is nested too deep 嵌套过深' }]);
    for (const [key, member] of Object.entries(value)) {
      if (PROTOTYPE_KEYS.has(key) && !Array.isArray(value)) {
        throw invalid([{ pointer: pointerTo([...path, key]), reason: 'is not a known field 未知字段' }]);
      }
      left.push({ value: member, path: [...path, key] });
    }
  }
}

/** @throws Problem `invalid-body` with every mistake */
export function checkBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalid(mistakesOf(parsed.error, pointerTo));
}

export function invalid(errors: readonly FieldMistake[]): Problem {
  return new Problem('invalid-body', {}, errors);
}

export function mistakesOf(error: z.ZodError, name: (path: readonly PropertyKey[]) => string): FieldMistake[] {
  return error.issues
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ pointer: name([...issue.path, key]), reason: 'is not a known field 未知字段' }))
        : [{ pointer: name(issue.path), reason: reasonOf(issue) }],
    )
    .slice(0, MOST_MISTAKES);
}

const HAN = /\p{Script=Han}/u;
/** What the library says of its own checks, in Chinese. */
const chinese = z.locales.zhCN().localeError;

function reasonOf(issue: z.core.$ZodIssue): string {
  // A key of a record that is no id, or its value: what is wrong inside says it.
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (HAN.test(issue.message)) return issue.message;
  // As our own words are: English, then Chinese.
  const said = chinese(issue as z.core.$ZodRawIssue);
  const words = (typeof said === 'string' ? said : said?.message) ?? '';
  // What came instead is not kept with the issue; the English words have it.
  return `${issue.message} ${words.replace(/，实际接收.*$/u, '')}`.trim();
}

/** JSON pointer (RFC 6901); of a key that someone made very long only the beginning. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
