/** A bulletin from its draft to its receipts: previewed, guarded, published once, at its time, read, urged, withdrawn. */
import { deliverRound } from '../../activities/delivering';
import { coverPicture } from '../../scripts/demo/cover';
import { Recorded } from '../support/mailroom';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { expectProblem } from './harness';
import { People } from './town';

let system: System;
let people: People;
const [mail, console, group] = [
  new Recorded(),
  new Recorded('console', 'person', 1),
  new Recorded('wecom', 'group', 5),
];
beforeAll(async () => {
  system = await System.startWith({ silent: true });
  people = await People.of(system);
  // An enterprise that nobody stands for.
  await people.enterprise();
});
afterAll(() => system.stop());

const DRAFT = { kind: 'work-tip', title: '闭环管理', body: '**两点一线**', channels: ['console', 'email'] };

async function draft(over: object = {}): Promise<string> {
  const { status, body, text } = await people.post('official', '/bulletins', { ...DRAFT, ...over });
  if (status !== 201) throw new Error(text);
  return body.id as string;
}
const act = (id: string, what: string, body: object = {}, as = 'official', key?: string) =>
  people.post(as, `/bulletins/${id}/${what}`, body, key === undefined ? {} : { key });

/** Its workflow makes the deliveries. */
async function published(id: string): Promise<void> {
  await eventually(
    () => people.get('official', `/bulletins/${id}`),
    ({ body }) => body.state === 'published',
  );
}

async function sendAll(): Promise<void> {
  const { mailroom, writer } = system.notices();
  for (const channel of [mail, console, group])
    await deliverRound(channel, { mailroom, writer }, new AbortController().signal);
}

interface Recipient {
  readonly account: string | null;
  readonly state: string;
  readonly channels: readonly { readonly channel: string; readonly state: string; readonly reason: string | null }[];
}
const receipts = async (id: string) =>
  (await people.get('official', `/bulletins/${id}/receipts`)).body as {
    totals: Record<string, number>;
    recipients: Recipient[];
    elsewhere: { channel: string; part: string; state: string }[];
  };

test('reaches every enterprise once, says who cannot be reached, and knows who has read it', async () => {
  await system.database.pool.query(`UPDATE accounts SET email = NULL WHERE id = 'a-demo-enterprise-supermarket'`);
  const id = await draft({ channels: ['console', 'email', 'copy-text'] });
  const preview = (await people.get('official', `/bulletins/${id}/preview`)).body;
  expect(preview).toMatchObject({ enterprises: 3, unreachable: 1 });
  expect(preview.channels[0]).toMatchObject({ subject: '【工作提示】闭环管理', text: '两点一线', problem: null });
  const [first, again] = [await act(id, 'publish', {}, 'official', 'p'), await act(id, 'publish', {}, 'official', 'p')];
  expect([first.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  expectProblem(await act(id, 'publish'), 409, 'wrong-state');
  await published(id);
  await sendAll();
  expect(mail.sent.map(({ to, subject }) => `${to} ${subject}`)).toEqual([
    'enterprise-factory@fugong.example 【工作提示】闭环管理',
  ]);
  const sent = await receipts(id);
  expect(sent.totals).toEqual({ enterprises: 3, reached: 2, read: 0, unreachable: 1 });
  const market = sent.recipients.find(({ account }) => account === 'a-demo-enterprise-supermarket');
  expect(market?.channels).toEqual([
    { channel: 'console', state: 'sent', reason: null },
    { channel: 'email', state: 'dead', reason: '没有邮箱 no mail address' },
  ]);
  expect(sent.recipients.find(({ account }) => account === null)?.state).toBe('unreachable');
  expect(sent.elsewhere.map(({ channel }) => channel)).toEqual(['copy-text']);

  expect((await act(id, 'read', {}, 'enterprise-factory')).body).toEqual({ read: 1 });
  expect((await receipts(id)).totals).toMatchObject({ read: 1 });
  expect((await act(id, 'urge')).body).toEqual({ urged: 1 });
  expectProblem(await act(id, 'urge'), 422, 'too-soon');
  await sendAll();
  expect(console.sent.at(-1)).toMatchObject({ to: 'a-demo-enterprise-supermarket', subject: '【催阅】闭环管理' });
});

test('is withdrawn with a word to whoever has it; what had not gone out does not go', async () => {
  const id = await draft({ title: '有误的通知', channels: ['console', 'email'] });
  await act(id, 'publish');
  await published(id);
  const { mailroom, writer } = system.notices();
  await deliverRound(console, { mailroom, writer }, new AbortController().signal);
  const mails = mail.sent.length;
  expect((await act(id, 'withdraw', { reason: '日期有误' })).body).toMatchObject({ state: 'withdrawn' });
  await sendAll();
  // It stands in the console of both; no mail had gone out, and none goes.
  expect(mail.sent).toHaveLength(mails);
  const told = console.sent.filter(({ subject }) => subject === '【撤回】有误的通知');
  expect(told.map(({ to }) => to).sort()).toEqual(['a-demo-enterprise-factory', 'a-demo-enterprise-supermarket']);
  expect(told[0]?.text).toContain('日期有误');
  expectProblem(await act(id, 'withdraw', { reason: '再次' }), 409, 'wrong-state');
});

test('is withdrawn whatever has become of its audience, and of the people whom its words may name by now', async () => {
  const forNobody = await draft({ audience: { phases: ['operating'] } });
  expect((await act(forNobody, 'withdraw', { reason: '不发了' })).status).toBe(200);
  const id = await draft({ title: '张晓明同志表扬', channels: ['wecom'] });
  await act(id, 'publish');
  await published(id);
  await sendAll();
  await system.database.pool.query(`UPDATE accounts SET display_name = '张晓明' WHERE id = 'a-demo-volunteer'`);
  expectProblem(await act(id, 'withdraw', { reason: '联系张晓明' }), 422, 'personal-data');
  expect((await act(id, 'withdraw', { reason: '含个人信息' })).status).toBe(200);
});

test('waits for its time, and is not published when it was withdrawn before', async () => {
  const id = await draft({ title: '明天施行' });
  const at = new Date(Date.now() + 3_600_000).toISOString();
  expect((await act(id, 'publish', { at })).body).toMatchObject({ state: 'scheduled', publishAt: at });
  const handle = system.temporal.client.workflow.getHandle(`bulletin/${id}`);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect((await act(id, 'withdraw', { reason: '不发了' })).body).toMatchObject({
    state: 'withdrawn',
    publishedAt: null,
  });
  expect((await receipts(id)).recipients).toEqual([]);
  await handle.terminate();
});

test('goes to the villages, kinds and phases that it is for, and to nobody else', async () => {
  const of = async (audience: object) =>
    (await people.get('official', `/bulletins/${await draft({ audience })}/preview`)).body.enterprises as number;
  const [village] = (await people.get('official', '/programme')).body.villages as { id: string }[];
  expect(await of({ kinds: ['supermarket'] })).toBe(1);
  expect(await of({ villages: [village?.id] })).toBe(1);
  expect(await of({ phases: ['operating'] })).toBe(0);
  const id = await draft({ audience: { phases: ['operating'] } });
  expectProblem(await act(id, 'publish'), 422, 'nobody-to-tell');
  const wrong = await people.post('official', '/bulletins', { ...DRAFT, audience: { villages: ['nowhere'] } });
  expectProblem(wrong, 422, 'unknown-reference');
});

test('carries no person to a group, and no bulletin without a cover to the official account', async () => {
  const id = await draft({ body: '请联系 13800001111', channels: ['wecom'] });
  const preview = (await people.get('official', `/bulletins/${id}/preview`)).body;
  expect(preview.channels[0].problem).toContain('个人信息');
  expectProblem(await act(id, 'publish'), 422, 'personal-data');
  const bare = await draft({ channels: ['official-account'] });
  expectProblem(await act(bare, 'publish'), 422, 'cover-missing');
});

test('its files are for its readers: of its audience, officials and operators', async () => {
  const address = `${system.address}/documents?name=cover.png`;
  const token = system.accounts.find(({ login }) => login === 'official')?.token ?? '';
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'image/png' };
  const { id: cover } = (await (await fetch(address, { method: 'POST', headers, body: coverPicture() })).json()) as {
    id: string;
  };
  const attachment = await people.upload('official', '附件');
  const audience = { kinds: ['factory'] };
  const id = await draft({ cover, attachments: [attachment], audience });
  expectProblem(
    await people.post('official', '/bulletins', { ...DRAFT, attachments: [attachment] }),
    422,
    'unknown-reference',
  );
  expectProblem(await people.get('enterprise-factory', `/bulletins/${id}`), 404, 'unknown-bulletin');
  await act(id, 'publish');
  await published(id);
  await sendAll();
  expect(mail.sent.at(-1)?.attachments?.map(({ bytes }) => bytes.toString())).toEqual(['附件']);
  expect((await people.get('enterprise-factory', `/bulletins/${id}`)).body).toMatchObject({ title: '闭环管理' });
  const file = (as: string) => {
    const own = system.accounts.find(({ login }) => login === as)?.token ?? '';
    return fetch(`${system.address}/documents/${attachment}`, { headers: { authorization: `Bearer ${own}` } });
  };
  expect((await file('enterprise-factory')).status).toBe(200);
  expect((await file('enterprise-supermarket')).status).toBe(404);
  expectProblem(await people.get('enterprise-supermarket', `/bulletins/${id}`), 404, 'unknown-bulletin');
  expectProblem(await people.post('enterprise-factory', '/bulletins', DRAFT), 403, 'forbidden');
});
