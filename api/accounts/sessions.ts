/** Signing in and out, and who one is: `/sign-in`, `/sign-out`, `/me`. */
import type { IncomingMessage } from 'node:http';
import { accountView, meView, signInBody } from '../../contracts/accounts/accounts';
import {
  deleteCredential,
  deleteExpired,
  findByLogin,
  insertCredential,
  type KnownAccount,
} from '../../db/accounts/accounts';
import { DEVICE_DAYS, isKnownDevice, rememberDevice } from '../../db/accounts/devices';
import { Attempts, type Count } from '../http/attempts';
import {
  DEVICE_COOKIE,
  deviceCookieOf,
  deviceOf,
  hashOfCredential,
  newCredential,
  SESSION_COOKIE,
  sessionOf,
} from '../http/authentication';
import type { Deps } from '../http/deps';
import { passwordIs } from './passwords';
import { Problem } from '../http/error-mapper';
import { route, type Route, type SignedIn } from '../http/route';

/** A working day: whoever comes in the next morning signs in again. */
const SESSION_SECONDS = 12 * 60 * 60;
const DEVICE_SECONDS = DEVICE_DAYS * 24 * 60 * 60;

export function sessionRoutes({ pool, mode }: Deps): Route[] {
  const attempts = new Attempts(pool);
  const cookie = (name: string, value: string, seconds: number) =>
    `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${mode === 'live' ? '; Secure' : ''}`;

  const openSession = async (account: string) => {
    const { value, hash } = newCredential();
    await deleteExpired(pool);
    await insertCredential(pool, { hash, account, kind: 'session', seconds: SESSION_SECONDS });
    return cookie(SESSION_COOKIE, value, SESSION_SECONDS);
  };

  /** The account's cookie on this device, when it is one that we set for the account; a value of anybody else's making is none. */
  const knownDevice = async (request: IncomingMessage, account: string) => {
    const device = deviceOf(request, account);
    return device !== undefined && (await isKnownDevice(pool, hashOfCredential(device), account)) ? device : undefined;
  };

  const remember = async (device: string, account: string) => {
    await rememberDevice(pool, hashOfCredential(device), account);
    return cookie(deviceCookieOf(account), device, DEVICE_SECONDS);
  };

  return [
    route({
      method: 'post',
      path: '/sign-in',
      tag: 'Accounts 账号',
      summary: '登录 Sign in',
      description: `Sets the cookie \`${SESSION_COOKIE}\` for ${SESSION_SECONDS / 3600} hours; programs use bearer tokens instead. A cookie \`${DEVICE_COOKIE}…\` opens nothing: by it whoever guesses elsewhere does not shut out a device that signed in before.`,
      access: 'public',
      body: signInBody,
      answers: { 200: { description: 'Signed in; the cookie is set', schema: accountView } },
      problems: ['wrong-credentials', 'too-many-attempts'],
      async handle({ body: { login, password }, address, request }) {
        const known = await attempts.guess(async (count) => {
          const found = await findByLogin(pool, login);
          const device = found && (await knownDevice(request, found.account.account));
          await count(countsOf(login, address, device));
          const right = await passwordIs(found?.passwordHash, password);
          return right && found ? { account: found.account, device } : undefined;
        });
        if (!known) throw new Problem('wrong-credentials');
        const { account, device = newCredential().value } = known;
        const session = await openSession(account.account);
        const cookies = [session, await remember(device, account.account)];
        return { status: 200, headers: { 'Set-Cookie': cookies }, body: viewOfAccount(account) };
      },
    }),
    route({
      method: 'post',
      path: '/sign-out',
      tag: 'Accounts 账号',
      summary: '退出 Sign out',
      description: 'Ends the session of the cookie. A bearer token stays as it is.',
      access: 'account',
      // Who has sent too much may leave all the same.
      uncounted: true,
      answers: { 204: { description: 'Signed out' } },
      async handle({ request }) {
        const session = sessionOf(request);
        if (session !== undefined) await deleteCredential(pool, hashOfCredential(session));
        return { status: 204, headers: { 'Set-Cookie': cookie(SESSION_COOKIE, '', 0) } };
      },
    }),
    route({
      method: 'get',
      path: '/me',
      tag: 'Accounts 账号',
      summary: '我的账号 Who I am',
      access: 'account',
      answers: { 200: { description: 'The account that sent the request', schema: meView } },
      async handle({ by }) {
        return { status: 200, body: { ...viewOfAccount(by), mode } };
      },
    }),
  ];
}

/** A device that signed in to the account before stands for itself: neither guessers elsewhere nor its neighbours shut it out. */
function countsOf(login: string, address: string, device: string | undefined): Count[] {
  if (device !== undefined) return [{ of: 'device', name: device }];
  return [
    { of: 'login', name: login },
    { of: 'address', name: address },
  ];
}

/** What anyone may know who may know the account at all. */
export function viewOfAccount(one: KnownAccount | SignedIn) {
  const { account, name, role, department, enterprise, village } = one;
  return { id: account, name, role, department, enterprise, village };
}
