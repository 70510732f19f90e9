/** Signing in and out, and who one is: `/sign-in`, `/sign-out`, `/me`. */
import { accountView, meView, signInBody } from '../contracts/resources';
import { deleteCredential, deleteExpired, findByLogin, insertCredential, type KnownAccount } from '../db/accounts';
import { hashOfCredential, newCredential, SESSION_COOKIE, sessionOf } from './authentication';
import type { Deps } from './deps';
import { passwordIs } from './passwords';
import { Problem } from './problem';
import { route, type Route, type SignedIn } from './route';
import { Throttle } from './throttle';

/** A working day: whoever comes in the next morning signs in again. */
const SESSION_SECONDS = 12 * 60 * 60;

export function sessionRoutes({ pool, mode, now }: Deps): Route[] {
  const throttle = new Throttle(now);
  const cookie = (value: string, seconds: number) =>
    `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${mode === 'live' ? '; Secure' : ''}`;

  return [
    route({
      method: 'post',
      path: '/sign-in',
      tag: 'Accounts 账号',
      summary: '登录 Sign in',
      description: `Sets the cookie \`${SESSION_COOKIE}\` for ${SESSION_SECONDS / 3600} hours. Programs use bearer tokens instead.`,
      access: 'public',
      body: signInBody,
      answers: { 200: { description: 'Signed in; the cookie is set', schema: accountView } },
      problems: ['wrong-credentials', 'too-many-attempts'],
      async handle({ body: { login, password }, request }) {
        const address = request.socket.remoteAddress ?? '';
        const seconds = throttle.wait(login, address);
        if (seconds > 0) throw new Problem('too-many-attempts', { seconds }, [], { 'Retry-After': String(seconds) });
        const found = await findByLogin(pool, login);
        // Counted before the slow check: attempts sent all at once are counted too.
        throttle.failed(login, address);
        if (!(await passwordIs(found?.passwordHash, password)) || !found) throw new Problem('wrong-credentials');
        throttle.succeeded(login);
        const { value, hash } = newCredential();
        await deleteExpired(pool);
        await insertCredential(pool, {
          hash,
          account: found.account.account,
          kind: 'session',
          seconds: SESSION_SECONDS,
        });
        return {
          status: 200,
          headers: { 'Set-Cookie': cookie(value, SESSION_SECONDS) },
          body: viewOfAccount(found.account),
        };
      },
    }),
    route({
      method: 'post',
      path: '/sign-out',
      tag: 'Accounts 账号',
      summary: '退出 Sign out',
      description: 'Ends the session of the cookie. A bearer token stays as it is.',
      access: 'account',
      answers: { 204: { description: 'Signed out' } },
      async handle({ request }) {
        const session = sessionOf(request);
        if (session !== undefined) await deleteCredential(pool, hashOfCredential(session));
        return { status: 204, headers: { 'Set-Cookie': cookie('', 0) } };
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

/** What anyone may know who may know the account at all. */
export function viewOfAccount(one: KnownAccount | SignedIn) {
  const { account, name, role, department, enterprise, village } = one;
  return { id: account, name, role, department, enterprise, village };
}
