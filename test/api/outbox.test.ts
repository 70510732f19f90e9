/** What went where, for operators and officials: masked, in pages, as a page; what was given up is sent again, closed or done by hand. */
import { deliverRound } from '../../activities/delivering';
import type { Draft } from '../../domain/ledger/entry';
import { Post, Recorded } from '../support/mailroom';
import type { Recording } from '../support/recording';
import { Api, expectProblem } from './harness';

let api: Api;
let post: Post;
let recording: Recording;
const MORNING = Date.parse('2026-05-06T02:00:00Z');
const suspended: Partial<Draft> = { at: MORNING, type: 'suspended', details: { suspension: 'plan' } };

beforeAll(async () => {
  api = await Api.start();
  post = new Post(api.database);
  recording = await post.record([suspended]);
  await post.account('enterprise', { enterprise: recording.enterprise });
  const mail = new Recorded();
  mail.answer = ({ to }) => (to.startsWith('a-') ? { kind: 'dead', reason: 'no such recipient' } : { kind: 'sent' });
  for (const channel of [mail, new Recorded('console', 'person', 1)]) await post.round(channel);
});
afterAll(() => api.stop());

const CASE = () => `case=${recording.caseNumber}`;
const list = (query: string, as = 'operator') => api.send(`/outbox?${query}`, { as });
const act = (message: string, hand: string, as = 'operator', key?: string) =>
  api.send(`/outbox/${message}/${hand}`, {
    as,
    json: {},
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });

interface Line {
  readonly key: string;
  readonly channel: string;
  readonly to: string;
  readonly state: string;
  readonly reason: string | null;
  readonly text: string | null;
  readonly message: string;
}

async function lines(query: string): Promise<Line[]> {
  return (await list(query)).body.items as Line[];
}

test('shows to whom what went, masked, with its words and why not', async () => {
  const all = await lines(CASE());
  const dead = all.find(({ channel, state }) => channel === 'email' && state === 'dead');
  expect(dead).toMatchObject({ channel: 'email', reason: 'no such recipient' });
  expect(dead?.to).toMatch(/^.\*\*\* <.\*\*\*@town\.example>$/);
  expect(dead?.text).toContain('停工');
  expect(dead?.key).toBe(`${recording.caseNumber}/1/suspended/email/${dead?.key.split('/').at(-1)}`);
  const emails = await api.database.pool.query<{ email: string }>('SELECT email FROM accounts WHERE email IS NOT NULL');
  for (const { email } of emails.rows) expect(JSON.stringify(all)).not.toContain(email);
  expect(all.filter(({ channel }) => channel === 'console').every(({ to }) => /^.\*\*\*$/u.test(to))).toBe(true);
});

test('is filtered, and comes in pages without gaps or repeats', async () => {
  const all = await lines(`${CASE()}&limit=200`);
  const paged: Line[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await list(`${CASE()}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    paged.push(...(body.items as Line[]));
    cursor = body.next as string | null;
  }
  expect(paged.map(({ key }) => key)).toEqual(all.map(({ key }) => key));
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  // The other one is the village's: nobody has that part.
  expect((await lines(`${CASE()}&state=dead`)).map(({ reason }) => reason).sort()).toEqual([
    'no such recipient',
    '无人可通知 nobody has this part',
  ]);
  expect((await lines(`${CASE()}&channel=console`)).every(({ channel }) => channel === 'console')).toBe(true);
});

test('is for operators and officials only', async () => {
  expect((await list('', 'official')).status).toBe(200);
  for (const as of ['enterprise-factory', 'reviewer-market', 'liaison-1', 'volunteer']) {
    expectProblem(await list('', as), 403, 'forbidden');
  }
  const [dead] = await lines(`${CASE()}&state=dead&channel=email`);
  expectProblem(await act(dead?.message ?? '', 'resend', 'official'), 403, 'forbidden');
});

test('is a page for a browser, in which nothing that was sent is markup', async () => {
  await api.database.pool.query(`UPDATE messages SET subject = '<script>alert(1)</script>' WHERE channel = 'console'`);
  const page = await api.send(`/outbox?${CASE()}`, { as: 'operator', headers: { accept: 'text/html,*/*;q=0.8' } });
  expect(page.type).toContain('text/html');
  expect(page.text).toContain('&lt;script&gt;');
  expect(page.text).not.toContain('<script');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.text).toContain('试用');
});

test('what is dead is sent again as if for the first time, once for a key, and the ledger has who did it', async () => {
  const [dead] = await lines(`${CASE()}&state=dead&channel=email`);
  const message = dead?.message ?? '';
  const first = await act(message, 'resend', 'operator', 'again');
  expect([first.status, first.body]).toEqual([200, { message, state: 'waiting' }]);
  const repeat = await act(message, 'resend', 'operator', 'again');
  expect([repeat.status, repeat.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  expectProblem(await act(message, 'resend'), 409, 'wrong-state');
  const mail = new Recorded();
  await deliverRound(mail, post, new AbortController().signal);
  expect(mail.sent.map(({ id }) => id)).toEqual([message]);
  const { rows } = await api.database.pool.query<{ type: string; account: string }>(
    `SELECT type, account FROM ledger WHERE stream = 'notices'`,
  );
  expect(rows).toEqual([{ type: 'message-resent', account: 'a-demo-operator' }]);
});

test('is closed, or done by hand, only from where that makes sense', async () => {
  const { rows } = await api.database.pool.query<{ id: string }>(
    `SELECT id FROM messages WHERE state = 'sent' LIMIT 2`,
  );
  const [one = '', two = ''] = rows.map(({ id }) => id);
  expectProblem(await act(one, 'close'), 409, 'wrong-state');
  expectProblem(await act(one, 'posted'), 409, 'wrong-state');
  await api.database.pool.query(
    `UPDATE messages SET state = CASE id WHEN $1 THEN 'by-hand' ELSE 'dead' END WHERE id = ANY ($2)`,
    [one, [one, two]],
  );
  expect((await act(one, 'posted', 'official')).body).toMatchObject({ state: 'sent' });
  expect((await act(two, 'close')).body).toMatchObject({ state: 'closed' });
  expectProblem(await act(`m-${'0'.repeat(16)}`, 'close'), 404, 'unknown-message');
  expectProblem(await act('m-1', 'close'), 404, 'unknown-message');
});
