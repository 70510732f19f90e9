/** Guessing passwords and codes: failures alone are counted, together with other processes, by whoever guesses, and no owner is shut out of a known device. */
import { createRecorder } from '../../db/case/recorder';
import { Recording } from '../support/recording';
import { Api, expectProblem, type Answer } from './harness';

// Hashes of passwords are slow on purpose, and a busy machine is slower.

/** This machine, through which every request of these tests comes. */
const HERE = '127.0.0.1';
let api: Api;
/** Another process on the same database, behind a proxy that is this machine. */
let behindProxy: Api;
beforeAll(async () => {
  api = await Api.start();
  behindProxy = await api.beside({ trustedProxies: [HERE, '10.9.0.0/16'] });
});
afterAll(async () => {
  await behindProxy.stop();
  await api.stop();
});
beforeEach(() => api.database.pool.query('DELETE FROM attempts'));

interface Sender {
  readonly at?: Api;
  readonly from?: string;
  readonly cookie?: string;
}

const tries = (login: string, password: string, { at = api, from, cookie }: Sender = {}) =>
  at.send('/sign-in', {
    json: { login, password },
    headers: { ...(from !== undefined && { 'x-forwarded-for': from }), ...(cookie !== undefined && { cookie }) },
  });
const signIn = (login: string, sender?: Sender) => tries(login, api.account(login).password, sender);
const many = (count: number, one: (index: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: count }, (_, index) => one(index)));
const guesses = (count: number, login: string, sender?: Sender) =>
  many(count, (index) => tries(login, `guess ${index}`, sender));

/** How many got each status. */
function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The device's cookie among those that a sign-in has set. */
function deviceOf({ headers }: Answer): string {
  const found = headers.getSetCookie().find((one) => one.startsWith('fugong_device_'));
  if (found === undefined) throw new Error('no cookie for the device');
  return found.split(';')[0] ?? '';
}

describe('right passwords', () => {
  test('sent a hundred and five at once shut nobody out, neither the account nor its address', async () => {
    expect(tally(await many(105, () => signIn('official')))).toEqual({ 200: 105 });
    expect((await signIn('official')).status).toBe(200);
    expect((await signIn('operator')).status).toBe(200);
  });

  test('leave the failures before them as they were', async () => {
    await guesses(9, 'health');
    expect((await signIn('health')).status).toBe(200);
    expectProblem(await tries('health', 'guess'), 401, 'wrong-credentials');
    expectProblem(await signIn('health'), 429, 'too-many-attempts');
  });
});

describe('wrong passwords', () => {
  test('for one login are checked ten times, also when two hundred come at once to two processes', async () => {
    const answers = await many(200, (index) =>
      tries('storekeeper', `guess ${index}`, index % 2 ? { at: behindProxy, from: `203.0.113.${index}` } : {}),
    );
    expect(tally(answers)).toEqual({ 401: 10, 429: 190 });
    const blocked = await signIn('storekeeper', { at: behindProxy, from: '198.51.100.1' });
    expectProblem(blocked, 429, 'too-many-attempts');
    const seconds = Number(blocked.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(600);
    expect(seconds).toBeLessThanOrEqual(900);
  });

  test('of one address are checked a hundred times, whatever the logins, and those that were refused count for no login', async () => {
    const answers = await many(130, (index) => tries(`somebody-${index}`, 'guess'));
    expect(tally(answers)).toEqual({ 401: 100, 429: 30 });
    expectProblem(await signIn('operator'), 429, 'too-many-attempts');
    // The same login from elsewhere.
    expect((await signIn('operator', { at: behindProxy, from: '198.51.100.2' })).status).toBe(200);
  });

  test('are forgotten when their quarter of an hour is over', async () => {
    await guesses(10, 'volunteer');
    expectProblem(await signIn('volunteer'), 429, 'too-many-attempts');
    await api.database.pool.query('UPDATE attempts SET expire = expire - 900000');
    expect((await signIn('volunteer')).status).toBe(200);
    expect(tally(await guesses(12, 'volunteer'))).toEqual({ 401: 10, 429: 2 });
  });

  test('leave neither the login that was typed nor an address in the database', async () => {
    await tries('my-own-password-in-the-wrong-field', 'guess');
    const { rows } = await api.database.pool.query('SELECT * FROM attempts');
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/my-own-password|127\.0\.0\.1/);
  });
});

describe('a device that signed in before', () => {
  test('is let in when its login or its whole address has been guessed at too often', async () => {
    const cookie = deviceOf(await signIn('liaison-1'));
    await guesses(12, 'liaison-1');
    await api.database.pool.query(`UPDATE attempts SET points = 100 WHERE key LIKE 'address:%'`);
    expectProblem(await signIn('liaison-1'), 429, 'too-many-attempts');
    expectProblem(await signIn('operator'), 429, 'too-many-attempts');
    const again = await signIn('liaison-1', { cookie });
    expect(again.status).toBe(200);
    expect(deviceOf(again)).toBe(cookie);
  });

  test('has ten failures of its own, which are nobody else’s', async () => {
    const cookie = deviceOf(await signIn('liaison-2'));
    expect(tally(await guesses(30, 'liaison-2', { cookie }))).toEqual({ 401: 10, 429: 20 });
    expectProblem(await signIn('liaison-2', { cookie }), 429, 'too-many-attempts');
    expect((await signIn('liaison-2')).status).toBe(200);
    expect((await signIn('operator')).status).toBe(200);
  });

  test('is one for the account alone that it signed in to; a made-up one is none', async () => {
    const [own, others] = [deviceOf(await signIn('official')), deviceOf(await signIn('health'))];
    const name = own.split('=')[0] ?? '';
    await guesses(10, 'official');
    for (const cookie of [others, `${name}=${others.split('=')[1] ?? ''}`, `${name}=${'A'.repeat(43)}`, `${name}=x`]) {
      expectProblem(await signIn('official', { cookie }), 429, 'too-many-attempts');
    }
    expect((await signIn('official', { cookie: `${others}; ${own}` })).status).toBe(200);
  });

  test('is not known by a cookie that it chose itself before its first sign-in', async () => {
    const name = deviceOf(await signIn('reviewer-market')).split('=')[0] ?? '';
    const chosen = `${name}=${'B'.repeat(43)}`;
    expect(deviceOf(await signIn('reviewer-market', { cookie: chosen }))).not.toBe(chosen);
    await guesses(10, 'reviewer-market');
    expectProblem(await signIn('reviewer-market', { cookie: chosen }), 429, 'too-many-attempts');
  });

  test('is known for half a year, and opens nothing by itself', async () => {
    const answer = await signIn('operator');
    const cookie = deviceOf(answer);
    expect(answer.headers.getSetCookie()[1]).toMatch(
      /^fugong_device_[0-9a-f]{12}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=15552000$/,
    );
    expectProblem(await api.send('/me', { headers: { cookie } }), 401, 'unauthenticated');
    await guesses(10, 'operator');
    await api.database.pool.query(`UPDATE devices SET used_at = now() - interval '181 days'`);
    expectProblem(await signIn('operator', { cookie }), 429, 'too-many-attempts');
  });

  test('is not made of a wrong password', async () => {
    const answer = await tries('official', 'guess');
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
  });
});

describe('X-Forwarded-For', () => {
  const code = '0'.repeat(16);
  const read = (number: number, { at = api, from = '' }: Sender) =>
    at.send(`/verify/2026-${1000 + number}/${code}`, { headers: { 'x-forwarded-for': from } });
  /** All the codes of different papers that one reader may try; they cost less than passwords. */
  const fill = async (sender: (index: number) => Sender) =>
    expect(tally(await many(100, (index) => read(index, sender(index))))).toEqual({ 404: 100 });
  const blocked = async (sender: Sender) => expectProblem(await read(900, sender), 429, 'too-many-attempts');
  const free = async (sender: Sender) => expectProblem(await read(900, sender), 404, 'unknown-verification');

  test('is not believed from an address that is not trusted', async () => {
    await fill((index) => ({ from: `203.0.113.${index}` }));
    await blocked({ from: '198.51.100.3' });
  });

  test('from a trusted proxy counts by the last address that is no proxy’s, whatever was written before it', async () => {
    const guesser = '203.0.113.7';
    await fill((index) => ({ at: behindProxy, from: `198.51.100.${index}, ${guesser}, 10.9.0.${index}` }));
    await blocked({ at: behindProxy, from: guesser });
    await blocked({ at: behindProxy, from: `1.2.3.4, ${guesser}` });
    for (const from of ['198.51.100.1', `${guesser}, 198.51.100.1`, `${guesser}, unknown`]) {
      await free({ at: behindProxy, from });
    }
  });

  test('counts one network of IPv6 as one address, and an IPv4 address however it is written', async () => {
    await fill((index) => ({ at: behindProxy, from: `2001:db8:1:2:${index.toString(16)}::${index}` }));
    await blocked({ at: behindProxy, from: '2001:DB8:1:2::' });
    await free({ at: behindProxy, from: '2001:db8:1:3::1' });
    await fill(() => ({ at: behindProxy, from: '::ffff:203.0.113.20' }));
    await blocked({ at: behindProxy, from: '203.0.113.20' });
  });

  test('counts for signing in as for reading', async () => {
    await guesses(1, 'official', { at: behindProxy, from: '203.0.113.30' });
    await api.database.pool.query(`UPDATE attempts SET points = 100 WHERE key LIKE 'address:%'`);
    expectProblem(await signIn('official', { at: behindProxy, from: '203.0.113.30' }), 429, 'too-many-attempts');
    expect((await signIn('official', { at: behindProxy, from: '203.0.113.31' })).status).toBe(200);
  });
});

describe('the code on a paper', () => {
  let path: (code: string) => string;
  let right: string;
  beforeAll(async () => {
    const one = (await Recording.begin(api.database)).add({ type: 'opened', details: {} });
    await createRecorder(api.database.as('worker')).record(one.batch());
    right = one.entries[0]?.hash.slice(0, 16) ?? '';
    path = (code) => `/verify/${one.caseNumber}/${code}`;
  });
  const read = (code: string, { at = api, from }: Sender = {}) =>
    at.send(path(code), { headers: { ...(from !== undefined && { 'x-forwarded-for': from }) } });
  const wrong = (index: number) => index.toString(16).padStart(16, '0');

  test('is read as often as one likes', async () => {
    expect(tally(await many(150, () => read(right)))).toEqual({ 200: 150 });
  });

  test('is tried ten times by one reader, at once or one after the other; others still read it', async () => {
    const reader = { at: behindProxy, from: '203.0.113.9' };
    expect(tally(await many(40, (index) => read(wrong(index), reader)))).toEqual({ 404: 10, 429: 30 });
    expectProblem(await read(right, reader), 429, 'too-many-attempts');
    expect((await read(right, { at: behindProxy, from: '203.0.113.10' })).status).toBe(200);
    expect((await read(right, { from: '203.0.113.9' })).status).toBe(200);
    // Whoever misreads a code can still sign in.
    expect((await signIn('official', reader)).status).toBe(200);
  });
});

test('in live mode both cookies are for HTTPS alone', async () => {
  await api.database.pool.query('UPDATE accounts SET demo = false');
  const live = await api.beside({ mode: 'live' });
  try {
    const cookies = (await signIn('official', { at: live })).headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) expect(cookie).toMatch(/; Secure$/);
  } finally {
    await live.stop();
  }
});
