/** Who may come in: signing in and out, tokens, what another site's page may not do, and how guessing is slowed down. */
import { deleteCredentialsOf, disableAccount } from '../../db/accounts/accounts';
import { transaction } from '../../db/sql/pool';
import { Api, expectProblem } from './harness';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

const signIn = (login: string, password: string) => api.send('/sign-in', { json: { login, password } });

async function cookieOf(login: string): Promise<string> {
  const { headers } = await signIn(login, api.account(login).password);
  return (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

test('a password opens a session, its cookie is for this site and for HTTP alone', async () => {
  const answer = await signIn('official', api.account('official').password);
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()[0]).toMatch(
    /^fugong_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
  );
  const me = await api.send('/me', { headers: { cookie: await cookieOf('official') } });
  expect(me.body).toEqual({ id: 'a-demo-official', name: '镇工作人员(演示)', role: 'official', mode: 'trial' });
});

test('signing out ends the session', async () => {
  const cookie = await cookieOf('health');
  const out = await api.send('/sign-out', { method: 'POST', headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  expect(out.status).toBe(204);
  expectProblem(await api.send('/me', { headers: { cookie } }), 401, 'unauthenticated');
});

test.each([
  ['nothing', {}],
  ['a token that nobody has', { authorization: `Bearer ${'A'.repeat(43)}` }],
  ['half a token', { authorization: 'Bearer x' }],
  ['another scheme', { authorization: 'Basic b2ZmaWNpYWw6eA==' }],
  ['a cookie that nobody has', { cookie: `fugong_session=${'A'.repeat(43)}` }],
  ['a cookie of another name', { cookie: 'other=1' }],
])('%s does not come in', async (_what, headers) => {
  const answer = await api.send('/me', { headers: headers });
  expectProblem(answer, 401, 'unauthenticated');
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

test('the passwords and tokens themselves are not in the database', async () => {
  const dumped = JSON.stringify([
    (await api.database.pool.query('SELECT * FROM accounts')).rows,
    (await api.database.pool.query(`SELECT encode(hash, 'base64') FROM credentials`)).rows,
  ]);
  for (const { password, token } of api.accounts.values()) {
    expect(dumped).not.toContain(password);
    expect(dumped).not.toContain(token);
  }
  expect(dumped).toContain('$argon2id$');
});

describe('a change by cookie', () => {
  const change = async (headers: Record<string, string>) =>
    api.send('/reopenings', {
      json: { enterprise: 'e-unknown' },
      headers: { cookie: await cookieOf('official'), ...headers },
    });

  test.each([
    ['says nothing of where it comes from', {}],
    ['comes from another site', { 'sec-fetch-site': 'cross-site' }],
    ['comes from a sibling host', { 'sec-fetch-site': 'same-site' }],
    ['comes from another origin', { origin: 'https://example.com' }],
    ['comes from nowhere', { origin: 'null' }],
  ])('is refused when it %s', async (_what, headers) => {
    expectProblem(await change(headers), 403, 'cross-site');
  });

  test('is taken from the same origin', async () => {
    expectProblem(await change({ 'sec-fetch-site': 'same-origin' }), 422, 'unknown-reference');
    expectProblem(await change({ origin: api.address }), 422, 'unknown-reference');
  });

  test('a token needs no origin: no browser adds it by itself', async () => {
    const answer = await api.send('/reopenings', {
      as: 'official',
      json: { enterprise: 'e-unknown' },
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expectProblem(answer, 422, 'unknown-reference');
  });
});

test('guessing is slowed down, for known and unknown logins alike', async () => {
  for (const login of ['storekeeper', 'nobody-at-all']) {
    for (let attempt = 0; attempt < 10; attempt += 1)
      expectProblem(await signIn(login, 'guess'), 401, 'wrong-credentials');
    const blocked = await signIn(login, api.accounts.get(login)?.password ?? 'guess');
    expectProblem(blocked, 429, 'too-many-attempts');
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(800);
  }
  expect((await signIn('operator', api.account('operator').password)).status).toBe(200);
});

test('an unknown login takes as long as a wrong password', async () => {
  const timed = async (login: string) => {
    const begun = performance.now();
    expectProblem(await signIn(login, 'wrong'), 401, 'wrong-credentials');
    return performance.now() - begun;
  };
  // The quicker of some: what else the machine does makes one of them longer, not all.
  const quickest = async (login: string) => Math.min(await timed(login), await timed(login), await timed(login));
  const [known, unknown] = [await quickest('volunteer'), await quickest('no-such-person')];
  expect(unknown).toBeGreaterThan(known / 4);
});

test('a disabled account is out at once, whatever it holds', async () => {
  const cookie = await cookieOf('liaison-2');
  await transaction(api.database.pool, (client) => disableAccount(client, 'a-demo-liaison-2'));
  expectProblem(await api.send('/me', { as: 'liaison-2' }), 401, 'unauthenticated');
  expectProblem(await api.send('/me', { headers: { cookie } }), 401, 'unauthenticated');
  expectProblem(await signIn('liaison-2', api.account('liaison-2').password), 401, 'wrong-credentials');
});

test('an expired session is none', async () => {
  const cookie = await cookieOf('official');
  await api.database.pool.query(`UPDATE credentials SET expires_at = now() - interval '1 s' WHERE kind = 'session'`);
  expectProblem(await api.send('/me', { headers: { cookie } }), 401, 'unauthenticated');
  await deleteCredentialsOf(api.database.pool, 'a-demo-official', 'session');
});

test('officials and reviewers see whom they may name, others do not', async () => {
  const { body } = await api.send('/accounts?role=reviewer&department=market', { as: 'official' });
  expect(body.items).toMatchObject([{ id: 'a-demo-reviewer-market', role: 'reviewer', department: 'market' }]);
  const first = await api.send('/accounts?limit=2', { as: 'reviewer-market' });
  const second = await api.send(`/accounts?limit=200&cursor=${String(first.body.next)}`, { as: 'reviewer-market' });
  expect(first.body.items.length + second.body.items.length).toBe(api.accounts.size - 1);
  expect(second.body.next).toBeNull();
  expectProblem(await api.send('/accounts', { as: 'enterprise-factory' }), 403, 'forbidden');
});
