/** Who sent a request: a session cookie of a person or a bearer token of a program, both looked up in PostgreSQL every time. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Pool } from '../../db/sql/pool';
import { findByCredential } from '../../db/accounts/accounts';
import { Problem } from './error-mapper';
import type { SignedIn } from './route';

export const SESSION_COOKIE = 'fugong_session';
/** Opens nothing: each says of one account that it signed in on this device before, for the computer of an office knows several. */
export const DEVICE_COOKIE = 'fugong_device_';
/** 32 random bytes in base64url. */
const CREDENTIAL = /^[A-Za-z0-9_-]{43}$/;

/** A session's, token's or device's value: 256 random bits, of which only the SHA-256 is kept. */
export function newCredential(): { readonly value: string; readonly hash: Buffer } {
  const value = randomBytes(32).toString('base64url');
  return { value, hash: hashOfCredential(value) };
}

export function hashOfCredential(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

/** @throws Problem `unauthenticated`, or `cross-site` for a change that another site's page sent by the visitor's cookie */
export async function authenticate(pool: Pool, request: IncomingMessage): Promise<SignedIn> {
  const { value, byCookie } = credentialOf(request);
  if (value === undefined || !CREDENTIAL.test(value)) throw unauthenticated();
  if (byCookie && !isRead(request)) requireSameOrigin(request);
  const credential = hashOfCredential(value);
  const found = await findByCredential(pool, credential);
  if (!found) throw unauthenticated();
  return { ...found, credential };
}

function unauthenticated(): Problem {
  return new Problem('unauthenticated', {}, [], { 'WWW-Authenticate': 'Bearer' });
}

function credentialOf(request: IncomingMessage): { value: string | undefined; byCookie: boolean } {
  const { authorization } = request.headers;
  if (authorization !== undefined) return { value: /^Bearer +(\S+)$/i.exec(authorization)?.[1], byCookie: false };
  return { value: sessionOf(request), byCookie: true };
}

export function sessionOf(request: IncomingMessage): string | undefined {
  return cookieOf(request, SESSION_COOKIE);
}

/** The name of the account's cookie: of letters that a cookie may have. */
export function deviceCookieOf(account: string): string {
  return DEVICE_COOKIE + createHash('sha256').update(account).digest('hex').slice(0, 12);
}

/** What the account's cookie on this device holds; undefined for none, and for what we never set. */
export function deviceOf(request: IncomingMessage, account: string): string | undefined {
  const value = cookieOf(request, deviceCookieOf(account));
  return value !== undefined && CREDENTIAL.test(value) ? value : undefined;
}

function cookieOf({ headers }: IncomingMessage, wanted: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === wanted)?.[1];
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** SameSite=Strict keeps the cookie at home already; this holds for old browsers and for pages of sibling hosts. */
function requireSameOrigin({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  if (site === undefined && hostOf(headers.origin) === headers.host && headers.host !== undefined) return;
  throw new Problem('cross-site');
}

function hostOf(origin: string | undefined): string | undefined {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : undefined;
}
