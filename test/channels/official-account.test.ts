/** The official-account channel against the fake, over HTTP: drafts, publishing, tokens, and what each errcode means. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Attachment, Channel, Message } from '../../channels/channel';
import { createOfficialAccount, type OfficialAccountOptions } from '../../channels/official-account';
import { startFakes, type Fakes } from '../../local/fakes/server';

/** What an attempt may take where the other side answers: milliseconds here, so that a slow machine is waited for. */
const PATIENCE_MS = 30_000;

const SECRET = '0123456789abcdef-geheim';
const COVER: Attachment = { name: '封面.png', mediaType: 'image/png', bytes: Buffer.from('89504e470d0a1a0a', 'hex') };
const MESSAGE: Message = {
  id: 'bulletin/7',
  to: '',
  subject: '复工通报（第 7 期）',
  text: '今日两家企业复工。\n\n请继续每日抗原。',
  markdown: '今日**两家**企业复工。<script>x</script>',
  link: 'https://town.example/bulletins/7',
  cover: COVER,
};
const BY_HAND = '草稿已建好，请在公众平台发表 draft made; publish it by hand';
const [TOKEN, MATERIAL, DRAFT, SUBMIT, GET] = [
  '/cgi-bin/stable_token',
  '/cgi-bin/material/add_material',
  '/cgi-bin/draft/add',
  '/cgi-bin/freepublish/submit',
  '/cgi-bin/freepublish/get',
];

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

let clock = 0;
interface Place {
  readonly fakes: Fakes;
  readonly account: Fakes['officialAccount'];
  readonly channel: Channel;
  readonly kinds: () => string[];
}

async function place(options: Partial<OfficialAccountOptions> = {}, mayPublish = true): Promise<Place> {
  clock = 1_000_000;
  const now = () => clock;
  const fakes = await startFakes({
    port: 0,
    wecomKeys: [],
    officialAccount: { appId: 'wx1', secret: SECRET, mayPublish },
    now,
  });
  closing.push(() => fakes.close());
  const account = fakes.officialAccount;
  const channel = createOfficialAccount({ ...optionsFor(fakes.url), now, ...options });
  return { fakes, account, channel, kinds: () => account.received().map(({ kind }) => kind) };
}

function optionsFor(baseUrl: string): OfficialAccountOptions {
  return { baseUrl, appId: 'wx1', secret: SECRET, author: '中兴镇人民政府', mode: 'publish', timeoutMs: PATIENCE_MS };
}

const draftIn = ({ account }: Place) => account.received().find((made) => made.kind === 'draft');

test('draft-only: a draft, and a person does the rest; the same cover is uploaded once', async () => {
  const at = await place({ mode: 'draft-only' }, false);
  expect(await at.channel.send(MESSAGE)).toEqual({ kind: 'by-hand', receipt: draftIn(at)?.mediaId, reason: BY_HAND });
  expect(at.kinds()).toEqual(['cover', 'draft']);
  expect(draftIn(at)?.article).toEqual({
    article_type: 'news',
    title: MESSAGE.subject,
    author: '中兴镇人民政府',
    digest: '今日两家企业复工。 请继续每日抗原。',
    content: '<p>今日<strong>两家</strong>企业复工。&lt;script&gt;x&lt;/script&gt;</p>\n',
    content_source_url: MESSAGE.link,
    thumb_media_id: at.account.received()[0]?.mediaId,
  });
  await at.channel.send({ ...MESSAGE, id: 'bulletin/8' });
  await at.channel.send({ ...MESSAGE, id: 'bulletin/9', cover: { ...COVER, bytes: Buffer.from('other') } });
  expect(at.kinds()).toEqual(['cover', 'draft', 'draft', 'cover', 'draft']);
});

test('publish: pending until the platform says that it is published', async () => {
  const at = await place();
  const outcome = await at.channel.send(MESSAGE);
  expect(outcome).toMatchObject({ kind: 'pending', receipt: expect.stringMatching(/^\d+$/) as string });
  const receipt = outcome.kind === 'pending' ? outcome.receipt : '';
  expect(await at.channel.ask?.(receipt)).toEqual(outcome);
  expect(await at.channel.ask?.(receipt)).toEqual({ kind: 'sent', receipt: `article-${receipt}` });
  expect(at.kinds()).toEqual(['cover', 'draft', 'submission']);
});

test.each([
  [2, '原创校验未通过 failed the originality check (2)'],
  [3, '发布失败 publishing failed (3)'],
  [4, '平台审核未通过 refused by the platform’s review (4)'],
  [5, '发布后已被删除 deleted after it was published (5)'],
  [6, '发布后被平台封禁 blocked after it was published (6)'],
])('publish_status %i: it will not be published any more', async (status, reason) => {
  const at = await place();
  const outcome = await at.channel.send(MESSAGE);
  at.account.publishAs([status]);
  const receipt = outcome.kind === 'pending' ? outcome.receipt : '';
  expect(await at.channel.ask?.(receipt)).toEqual({ kind: 'dead', reason });
});

test('an account that may not publish leaves the draft to a person', async () => {
  const at = await place({}, false);
  expect(await at.channel.send(MESSAGE)).toEqual({ kind: 'by-hand', receipt: draftIn(at)?.mediaId, reason: BY_HAND });
});

test('what is too long is cut, the content is not: a bulletin cut off is none', async () => {
  const at = await place({ author: '甲'.repeat(40), mode: 'draft-only' });
  const long = { ...MESSAGE, subject: '复'.repeat(33), text: '工'.repeat(200) };
  expect(await at.channel.send(long)).toMatchObject({ kind: 'by-hand' });
  expect(draftIn(at)?.article).toMatchObject({
    title: `${'复'.repeat(31)}…`,
    author: `${'甲'.repeat(15)}…`,
    digest: `${'工'.repeat(127)}…`,
  });
  const { markdown: _, ...plain } = long;
  const fits = { ...plain, text: 'x'.repeat(19_999 - '<p></p>\n'.length) };
  expect(await at.channel.send(fits)).toMatchObject({ kind: 'by-hand' });
  expect(await at.channel.send({ ...fits, text: `${fits.text}x` })).toEqual({
    kind: 'dead',
    reason: '正文过长 the content is too long',
  });
});

test('without a cover there is no draft', async () => {
  const at = await place();
  const { cover: _, ...bare } = MESSAGE;
  expect(await at.channel.send(bare)).toEqual({ kind: 'dead', reason: '缺少封面图片 a cover is required' });
  const drawing = { ...COVER, mediaType: 'image/svg+xml' };
  expect(await at.channel.send({ ...MESSAGE, cover: drawing })).toMatchObject({ kind: 'dead' });
  expect(at.kinds()).toEqual([]);
});

test.each([
  [TOKEN, -1, { kind: 'retry', channelDown: false }],
  [DRAFT, -1, { kind: 'retry', channelDown: false }],
  [TOKEN, 40164, { kind: 'retry', channelDown: true, afterMs: 900_000 }],
  [MATERIAL, 45009, { kind: 'retry', channelDown: true, afterMs: 3_600_000 }],
  [DRAFT, 45011, { kind: 'retry', channelDown: true, afterMs: 60_000 }],
  [TOKEN, 40001, { kind: 'retry', channelDown: true, afterMs: 900_000 }],
  [TOKEN, 50004, { kind: 'retry', channelDown: true, afterMs: 900_000 }],
  [DRAFT, 48001, { kind: 'retry', channelDown: true, afterMs: 900_000 }],
  [DRAFT, 40007, { kind: 'dead', reason: '封面素材无效 the cover is not known (40007)' }],
  [SUBMIT, 53503, { kind: 'dead', reason: '草稿未通过发布检查 the draft did not pass the checks (53503)' }],
  [SUBMIT, 53504, { kind: 'dead' }],
  [SUBMIT, 53505, { kind: 'dead' }],
  [DRAFT, 12345, { kind: 'dead', reason: '公众平台拒收 refused by the platform (12345)' }],
])('%s answers %i', async (path, errcode, expected) => {
  const at = await place();
  at.account.answerNext(path, [errcode]);
  const outcome = await at.channel.send(MESSAGE);
  expect(outcome).toMatchObject(expected);
  expect(JSON.stringify(outcome)).not.toContain(SECRET);
  expect(await at.channel.send(MESSAGE)).toMatchObject({ kind: 'pending' });
});

test.each([{ secret: 'falsch' }, { appId: 'falsch' }])('wrong credentials (%j) rest the channel', async (wrong) => {
  const at = await place(wrong);
  const outcome = await at.channel.send(MESSAGE);
  expect(outcome).toMatchObject({ kind: 'retry', channelDown: true });
  expect(JSON.stringify(outcome)).not.toContain('falsch');
});

test('a submission that failed makes no second draft', async () => {
  const at = await place();
  at.account.answerNext(SUBMIT, [-1, 45009]);
  expect(await at.channel.send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: false });
  expect(await at.channel.send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: true });
  expect(await at.channel.send(MESSAGE)).toMatchObject({ kind: 'pending' });
  expect(at.kinds()).toEqual(['cover', 'draft', 'submission']);
});

test('a draft that has left the box is looked after by a person: it may be published', async () => {
  const at = await place();
  at.account.answerNext(SUBMIT, [-1]);
  await at.channel.send(MESSAGE);
  at.account.forget(draftIn(at)?.mediaId ?? '');
  expect(await at.channel.send(MESSAGE)).toMatchObject({
    kind: 'by-hand',
    reason: expect.stringContaining('check whether it is published') as string,
  });
});

test('a cover that was deleted at the platform is uploaded again', async () => {
  const at = await place();
  await at.channel.send(MESSAGE);
  at.account.forget(at.account.received()[0]?.mediaId ?? '');
  expect(await at.channel.send({ ...MESSAGE, id: 'bulletin/8' })).toMatchObject({ kind: 'pending' });
  expect(at.kinds()).toEqual(['cover', 'draft', 'submission', 'cover', 'draft', 'submission']);
});

test.each([40001, 42001] as const)('a token refused with %i is got again, once', async (errcode) => {
  const at = await place({ mode: 'draft-only' });
  await at.channel.send(MESSAGE);
  at.account.endTokens(errcode);
  expect(await at.channel.send(MESSAGE)).toMatchObject({ kind: 'by-hand' });
  at.account.answerNext(DRAFT, [errcode, errcode]);
  expect(await at.channel.send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: true });
});

test('a token is kept until five minutes before its end', async () => {
  const at = await place({ mode: 'draft-only' });
  await at.channel.send(MESSAGE);
  // Any question for a token would be answered so.
  at.account.answerNext(TOKEN, [40164]);
  clock += 7200_000 - 300_000 - 1;
  expect(await at.channel.send(MESSAGE)).toMatchObject({ kind: 'by-hand' });
  clock += 1;
  expect(await at.channel.send(MESSAGE)).toMatchObject({
    kind: 'retry',
    reason: expect.stringContaining('40164') as string,
  });
  expect(await at.channel.send(MESSAGE)).toMatchObject({ kind: 'by-hand' });
});

test('to ask while the platform is away, busy or forbids it is no end', async () => {
  const at = await place();
  await at.channel.send(MESSAGE);
  at.account.answerNext(GET, [-1, 48001]);
  expect(await at.channel.ask?.('1')).toMatchObject({ kind: 'retry' });
  expect(await at.channel.ask?.('1')).toMatchObject({ kind: 'retry' });
  await at.fakes.close();
  expect(await at.channel.ask?.('1')).toMatchObject({ kind: 'retry', channelDown: true });
});

/** The fake in front of which `answer` may say something else; undefined: what the fake says. */
async function inFrontOf(url: string, answer: (path: string) => string | undefined): Promise<string> {
  const server = http.createServer((request, response) => {
    const own = answer(request.url ?? '');
    if (own !== undefined) return void response.end(own);
    const forwarded = http.request(`${url}${request.url}`, { method: 'POST', headers: request.headers }, (answered) =>
      answered.pipe(response),
    );
    request.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each(['stable_token', 'add_material', 'draft/add', 'freepublish/submit', 'freepublish/get'])(
  '%s answers with something that is no answer: the channel rests',
  async (path) => {
    const { fakes } = await place();
    for (const nonsense of ['<html>', '{}', '[]']) {
      let broken = true;
      const url = await inFrontOf(fakes.url, (asked) => (broken && asked.includes(path) ? nonsense : undefined));
      const channel = createOfficialAccount(optionsFor(url));
      const sent = path === 'freepublish/get' ? await channel.ask?.('1') : await channel.send(MESSAGE);
      expect(sent).toMatchObject({ kind: 'retry', channelDown: true });
      broken = false;
      expect(await channel.send(MESSAGE)).toMatchObject({ kind: 'pending' });
    }
  },
);

test('a platform that never answers is left in time, with no secret in the reason', async () => {
  const server = http.createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await createOfficialAccount({ ...optionsFor(url), timeoutMs: 200 }).send(MESSAGE)).toEqual({
    kind: 'retry',
    channelDown: true,
    reason: '公众平台无应答 the platform is away (timeout)',
  });
});
