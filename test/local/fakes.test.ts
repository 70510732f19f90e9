/** The fakes refuse what the real platforms refuse, keep what they take, and run as a process of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../config/env';
import { startFakes, type Fakes, type FakesOptions } from '../../local/fakes/server';
import { cleanUp, temporaryFolder } from './stub';
import { statusOf } from '../support/status';

const KEY = 'fake-key-1';
const ACCOUNT = { appId: 'wx1', secret: 'fake-secret', mayPublish: true };

const started: Fakes[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const fakes of started.splice(0)) await fakes.close();
  cleanUp();
});

async function fakesWith(options: Partial<FakesOptions> = {}): Promise<Fakes> {
  const fakes = await startFakes({ port: 0, wecomKeys: [KEY, 'other'], officialAccount: ACCOUNT, ...options });
  started.push(fakes);
  return fakes;
}

type Answer = Record<string, unknown>;

async function post(url: string, body: unknown): Promise<Answer> {
  const content = typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body);
  const response = await fetch(url, { method: 'POST', body: content });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const textOf = (content: unknown) => ({ msgtype: 'text', text: { content } });
const hook = ({ url }: Fakes, key = KEY) => `${url}/cgi-bin/webhook/send?key=${key}`;

describe('WeCom', () => {
  test.each([
    ['text', '复'.repeat(682), 0],
    ['text', '复'.repeat(683), 45002],
    ['markdown', '复'.repeat(1365), 0],
    ['markdown', '复'.repeat(1366), 45002],
    ['text', ' \n', 44004],
    ['text', undefined, 44004],
    ['text', 5, 40058],
    ['carrier-pigeon', 'x', 40008],
    ['constructor', 'x', 40008],
  ])('a %s of %j', async (msgtype, content, errcode) => {
    const fakes = await fakesWith();
    expect(await post(hook(fakes), { msgtype, [msgtype]: { content } })).toMatchObject({ errcode });
    expect(fakes.wecom.received()).toHaveLength(errcode === 0 ? 1 : 0);
  });

  test('what is no JSON object, a wrong mention list, a wrong key', async () => {
    const fakes = await fakesWith();
    for (const body of ['', '{', '[]', 'null']) {
      expect(await post(hook(fakes), body)).toMatchObject({ errcode: 40008 });
    }
    const mentioning = { msgtype: 'text', text: { content: 'x', mentioned_list: 'zhang' } };
    expect(await post(hook(fakes), mentioning)).toMatchObject({ errcode: 40058 });
    expect(await post(hook(fakes, 'wrong'), textOf('x'))).toMatchObject({ errcode: 93000 });
    expect(await post(`${fakes.url}/cgi-bin/webhook/send`, textOf('x'))).toMatchObject({ errcode: 93000 });
  });

  test('20 within any minute, for each key', async () => {
    let clock = 0;
    const fakes = await fakesWith({ now: () => clock });
    for (clock = 0; clock < 20_000; clock += 1000) {
      expect(await post(hook(fakes), textOf('x'))).toMatchObject({ errcode: 0 });
    }
    expect(await post(hook(fakes), textOf('x'))).toMatchObject({ errcode: 45009 });
    expect(await post(hook(fakes, 'other'), textOf('x'))).toMatchObject({ errcode: 0 });
    clock = 59_999;
    expect(await post(hook(fakes), textOf('x'))).toMatchObject({ errcode: 45009 });
    clock = 60_000;
    expect(await post(hook(fakes), textOf('x'))).toMatchObject({ errcode: 0 });
  });

  test('a script answers first', async () => {
    const fakes = await fakesWith();
    fakes.wecom.answerNext([-1, 0, 45033]);
    const errcodes = [];
    for (let sent = 0; sent < 4; sent += 1) errcodes.push((await post(hook(fakes), textOf('x')))['errcode']);
    expect(errcodes).toEqual([-1, 0, 45033, 0]);
  });
});

describe('the official account', () => {
  const wanted = { grant_type: 'client_credential', appid: ACCOUNT.appId, secret: ACCOUNT.secret };
  const at = (fakes: Fakes, rest: string) => `${fakes.url}/cgi-bin/${rest}`;
  const tokenOf = async (fakes: Fakes, more = {}) =>
    (await post(at(fakes, 'stable_token'), { ...wanted, ...more }))['access_token'] as string;

  function picture(name = 'cover.png', bytes = 'png'): FormData {
    const form = new FormData();
    form.set('media', new Blob([bytes]), name);
    return form;
  }

  test.each([
    [{ grant_type: 'x' }, 40002],
    [{ appid: 'x' }, 40013],
    [{ secret: 'x' }, 40125],
  ])('credentials with %j are refused with %i', async (wrong, errcode) => {
    const fakes = await fakesWith();
    expect(await post(at(fakes, 'stable_token'), { ...wanted, ...wrong })).toMatchObject({ errcode });
  });

  test('a token stays the same until its last five minutes; then there is a new one, and both work', async () => {
    let clock = 0;
    const fakes = await fakesWith({ now: () => clock });
    const use = (token: string) => post(at(fakes, `draft/add?access_token=${token}`), {});
    const first = await tokenOf(fakes);
    clock = 6_899_999;
    expect(await post(at(fakes, 'stable_token'), wanted)).toEqual({ access_token: first, expires_in: 300 });
    clock = 6_900_000;
    const second = await tokenOf(fakes);
    expect(second).not.toBe(first);
    for (const token of [first, second]) expect(await use(token)).toMatchObject({ errcode: 47001 });
    clock = 7_200_000;
    expect(await use(first)).toMatchObject({ errcode: 42001 });
    const forced = await tokenOf(fakes, { force_refresh: true });
    expect(await use(second)).toMatchObject({ errcode: 40001 });
    expect(await use(forced)).toMatchObject({ errcode: 47001 });
    expect(await use('made-up')).toMatchObject({ errcode: 40001 });
    expect(await use('')).toMatchObject({ errcode: 41001 });
  });

  test('covers: pictures of a size, as a form', async () => {
    const fakes = await fakesWith();
    const token = await tokenOf(fakes);
    const upload = (form: unknown, type = 'image') =>
      post(at(fakes, `material/add_material?type=${type}&access_token=${token}`), form);
    expect(await upload(picture())).toHaveProperty('media_id');
    expect(await upload(picture('cover.svg'))).toMatchObject({ errcode: 40005 });
    expect(await upload(picture('cover.png', ''))).toMatchObject({ errcode: 40009 });
    expect(await upload(picture('cover.png', 'x'.repeat(10_000_001)))).toMatchObject({ errcode: 40009 });
    expect(await upload('no form')).toMatchObject({ errcode: 41005 });
    expect(await upload(picture(), 'voice')).toMatchObject({ errcode: 40004 });
    expect(fakes.officialAccount.received()).toHaveLength(1);
  });

  async function desk(fakes: Fakes) {
    const token = await tokenOf(fakes);
    const call = (rest: string, body: unknown) => post(at(fakes, `${rest}access_token=${token}`), body);
    const { media_id: thumb } = await call('material/add_material?type=image&', picture());
    const article = { title: '通报', author: '镇', digest: '摘要', content: '<p>正文</p>', thumb_media_id: thumb };
    const draft = (changed = {}) => call('draft/add?', { articles: [{ ...article, ...changed }] });
    return { call, draft };
  }

  test.each([
    [{ title: '复'.repeat(32), author: '复'.repeat(16), digest: '复'.repeat(128) }, undefined],
    [{ content: 'x'.repeat(19_999) }, undefined],
    [{ title: '复'.repeat(33) }, 45003],
    [{ author: '复'.repeat(17) }, 45110],
    [{ digest: '复'.repeat(129) }, 45004],
    [{ content: 'x'.repeat(20_000) }, 45002],
    [{ content: '' }, 44004],
    [{ title: 5 }, 47001],
    [{ thumb_media_id: 'made-up' }, 40007],
    [{ thumb_media_id: undefined }, 40007],
  ])('a draft with %j', async (changed, errcode) => {
    const { draft } = await desk(await fakesWith());
    expect((await draft(changed))['errcode']).toBe(errcode);
  });

  test('publishing: submitted once, running, then published or as scripted', async () => {
    const fakes = await fakesWith();
    const { call, draft } = await desk(fakes);
    const { media_id: draftId } = await draft();
    const { publish_id: id, errcode } = await call('freepublish/submit?', { media_id: draftId });
    expect(errcode).toBe(0);
    expect(await call('freepublish/submit?', { media_id: draftId })).toMatchObject({ errcode: 40007 });
    expect(await call('freepublish/get?', { publish_id: id })).toMatchObject({ publish_status: 1 });
    const published = { publish_status: 0, article_id: `article-${String(id)}` };
    expect(await call('freepublish/get?', { publish_id: id })).toMatchObject(published);
    expect(await call('freepublish/get?', { publish_id: id })).toMatchObject(published);
    fakes.officialAccount.publishAs([1, 1, 4]);
    expect(await call('freepublish/get?', { publish_id: id })).toMatchObject({ publish_status: 4, fail_idx: [1] });
    expect(await call('freepublish/get?', { publish_id: 'none' })).toMatchObject({ errcode: 40035 });
  });

  test('an account that may not publish', async () => {
    const fakes = await fakesWith({ officialAccount: { ...ACCOUNT, mayPublish: false } });
    const { call, draft } = await desk(fakes);
    const { media_id: draftId } = await draft();
    expect(await call('freepublish/submit?', { media_id: draftId })).toMatchObject({ errcode: 48001 });
    expect(await call('freepublish/get?', { publish_id: '1' })).toMatchObject({ errcode: 48001 });
  });

  test('the page shows the cover, the draft and the submission, as text', async () => {
    const fakes = await fakesWith();
    const { call, draft } = await desk(fakes);
    const { media_id: draftId } = await draft({ content: '<p onclick="x">正文</p>' });
    const { publish_id: id } = await call('freepublish/submit?', { media_id: draftId });
    const page = await (await fetch(fakes.url)).text();
    for (const part of [
      '微信公众号 Official account (3)',
      'cover.png · 3 B',
      '通报\n\n镇\n\n摘要\n\n&lt;p onclick=&quot;x&quot;&gt;正文&lt;/p&gt;',
      `publish_id ${String(id)}`,
    ])
      expect(page).toContain(part);
  });

  test('what is kept is there after a restart: covers and drafts can still be used', async () => {
    const keepIn = path.join(temporaryFolder(), 'fakes');
    const before = await fakesWith({ keepIn });
    const { draft } = await desk(before);
    const { media_id: draftId } = await draft();
    await before.close();
    const after = await fakesWith({ keepIn });
    expect(after.officialAccount.received()).toEqual(before.officialAccount.received());
    const { call } = await desk(after);
    expect(await call('freepublish/submit?', { media_id: draftId })).toMatchObject({ errcode: 0 });
  });
});

describe('the server', () => {
  test('the page shows what was received as text, newest first; the JSON has it all', async () => {
    let clock = 0;
    const fakes = await fakesWith({ now: () => clock });
    await post(hook(fakes), textOf('first'));
    clock = 1000;
    await post(hook(fakes), textOf('<script>alert("second")</script>'));
    const shown = await fetch(fakes.url);
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await shown.text();
    expect(page).not.toContain('<script');
    expect(page.indexOf('&lt;script&gt;alert(&quot;second')).toBeLessThan(page.indexOf('first'));
    for (const heading of ['企业微信群 WeCom groups (2)', '微信公众号 Official account (0)'])
      expect(page).toContain(heading);
    const received = await fetch(`${fakes.url}/received`);
    expect(await received.json()).toEqual({ wecom: fakes.wecom.received(), officialAccount: [] });
  });

  test('anything else is not found, and a request that is too large ends nothing', async () => {
    // It says so in its log.
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const fakes = await fakesWith();
    expect(await statusOf(`${fakes.url}/cgi-bin/token`, { method: 'POST' })).toBe(404);
    expect(await statusOf(`${fakes.url}/cgi-bin/webhook/send?key=${KEY}`)).toBe(404);
    const large = statusOf(hook(fakes), { method: 'POST', body: 'x'.repeat(12_000_001) });
    await large.then(
      (status) => expect(status).toBe(500),
      () => undefined,
    );
    expect(await post(hook(fakes), textOf('x'))).toMatchObject({ errcode: 0 });
  });

  test('a line that a kill left half written is dropped, and the next one is whole', async () => {
    const keepIn = temporaryFolder();
    const before = await fakesWith({ keepIn });
    await post(hook(before), textOf('one'));
    await before.close();
    fs.appendFileSync(path.join(keepIn, 'wecom.jsonl'), '{"key":"fake');
    const between = await fakesWith({ keepIn });
    await post(hook(between), textOf('two'));
    await between.close();
    const after = await fakesWith({ keepIn });
    expect(after.wecom.received().map(({ contents }) => contents)).toEqual(['one', 'two']);
  });

  test('a port that is taken is told', async () => {
    const { port } = new URL((await fakesWith()).url);
    await expect(fakesWith({ port: Number(port) })).rejects.toThrow('EADDRINUSE');
  });
});

describe('as a process of its own', () => {
  function run(...args: string[]) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'local/fakes/main.ts', ...args], {
      cwd: PROJECT_ROOT,
    });
    return { child, ended: once(child, 'close') as Promise<[number | null]> };
  }

  test('it listens, takes messages, and ends at SIGTERM', async () => {
    const folder = temporaryFolder();
    const account = ['--app-id', 'wx1', '--secret', 's'];
    const { child, ended } = run('--port', '0', '--folder', folder, '--wecom-key', 'a', '--wecom-key', 'b', ...account);
    const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const url = /http:\S+/.exec(said)?.[0] ?? '';
    expect(await post(`${url}/cgi-bin/webhook/send?key=b`, textOf('x'))).toMatchObject({ errcode: 0 });
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(fs.readFileSync(path.join(folder, 'wecom.jsonl'), 'utf8')).toContain('"contents":"x"');
  });

  test('without what it needs it says so', async () => {
    const { child, ended } = run('--port', '0');
    const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    expect(said).toContain('usage: --port PORT');
    expect((await ended)[0]).toBe(1);
  });
});
