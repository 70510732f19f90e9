/** What a route is: one description from which Express, the access check and the OpenAPI document are all made. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ProblemCode } from '../../contracts/words/problems';
import type { Account, Role } from '../../domain/ledger/entry';

/** Whoever sent the request, as PostgreSQL knows them. */
export interface SignedIn extends Account {
  readonly name: string;
  /** SHA-256 of the session or token with which the request came. */
  readonly credential: Buffer;
}

/** What of it a message to a case carries: opaque ids only. */
export function actorOf({ name: _name, credential: _credential, ...account }: SignedIn): Account {
  return account;
}

/** One request, checked. */
export interface Ask<Body = unknown, Query = unknown> {
  /** On public routes there is none. */
  readonly by: SignedIn;
  readonly body: Body;
  /** The JSON as it came, for comparing a repeat with the first. */
  readonly sent: unknown;
  readonly query: Query;
  readonly params: { readonly [name: string]: string };
  /** The Idempotency-Key, or a random one: then every request is another act. */
  readonly key: string;
  /** Set when a read could not wait for what `Fugong-After` names: the time up to which the answer is complete. */
  readonly asOf: string | null;
  /** Where it comes from, for counting only (api/http/client-address.ts). */
  readonly address: string;
  /** For streams and cookies only. */
  readonly request: IncomingMessage;
}

export interface Reply {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string | string[] };
  readonly body?: unknown;
  /** In place of a JSON body. */
  readonly stream?: Readable;
}

/** `account`: everyone who is signed in. Roles are checked after the body, so that what is wrong with it is said first. */
export type Access = 'public' | 'account' | readonly Role[];

export interface Answered {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Other media types than JSON. */
  readonly media?: readonly string[];
  readonly headers?: readonly (keyof typeof ANSWER_HEADERS)[];
}

/** Headers of answers that mean something to a client. */
export const ANSWER_HEADERS = {
  'Fugong-After': 'Send it back with a read to see your own write: `<stream>@<sequence>`. 读到自己所写',
  'Idempotent-Replayed': '`true` when this answers a repeat of an Idempotency-Key. 重复请求的应答',
  Location: 'Where what was made is found. 新资源的地址',
} as const;

interface Described {
  readonly method: 'get' | 'post';
  /** As in OpenAPI: `/reopenings/{case}/ledger`. */
  readonly path: string;
  readonly tag: string;
  /** Chinese and English. */
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly answers: { readonly [status: number]: Answered };
  /** Those beyond what every route of its sort may answer. */
  readonly problems?: readonly ProblemCode[];
  /** A body that is a file: its media types, and how many bytes it may have; then `body` is not read. */
  readonly file?: { readonly types: readonly string[]; readonly limit: number };
  /** Whether repeats under the same Idempotency-Key take effect once. */
  readonly idempotent?: boolean;
  readonly example?: unknown;
  /** Not counted as an act. */
  readonly uncounted?: boolean;
}

export interface Route extends Described {
  readonly body?: z.ZodType;
  /** Without one the route refuses every parameter. */
  readonly query?: z.ZodObject;
  handle(ask: Ask): Promise<Reply>;
}

/** What changes something in somebody's name, and is counted (api/http/act-limits.ts). */
export function isAct({ method, access, uncounted = false }: Described): boolean {
  return method === 'post' && access !== 'public' && !uncounted;
}

interface Definition<Body extends z.ZodType, Query extends z.ZodObject> extends Described {
  readonly body?: Body;
  readonly query?: Query;
  handle(ask: Ask<z.output<Body>, z.output<Query>>): Promise<Reply>;
}

/** Types the handler by its schemas; nothing happens at run time. */
export function route<Body extends z.ZodType, Query extends z.ZodObject>(definition: Definition<Body, Query>): Route {
  return definition;
}
