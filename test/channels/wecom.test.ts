/** The WeCom channel against the fake, over HTTP: what is sent, what each errcode means, and that the key stays secret. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from '../../channels/channel';
import { byteLength } from '../../channels/cutting';
import { createWecom } from '../../channels/wecom';
import { startFakes, type Fakes } from '../../local/fakes/server';

/** What an attempt may take where the other side answers: milliseconds here, so that a slow machine is waited for. */
const PATIENCE_MS = 30_000;

const KEY = '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa';
const GROUP = 'town-hall';
const LINK = 'http://127.0.0.1:3000/reopenings/2026-0001';
const MESSAGE: Message = {
  id: '2026-0001/duty/plan@1',
  to: GROUP,
  subject: '【待办】提交复工方案',
  text: '请于 04-21 18:00 前办理。',
  link: LINK,
};
const FAMILY = '👨‍👩‍👧‍👦';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function fakes(now?: () => number): Promise<Fakes> {
  const officialAccount = { appId: 'wx', secret: 's', mayPublish: false };
  const started = await startFakes({ port: 0, wecomKeys: [KEY], officialAccount, ...(now && { now }) });
  closing.push(() => started.close());
  return started;
}

async function serve(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const wecomAt = (baseUrl: string, key = KEY, timeoutMs = PATIENCE_MS) =>
  createWecom({ baseUrl, groups: { [GROUP]: { key } }, timeoutMs });

test('a text with its link, and who is mentioned', async () => {
  const { url, wecom } = await fakes();
  expect(await wecomAt(url).send({ ...MESSAGE, mentions: ['zhang', '@all'] })).toEqual({ kind: 'sent' });
  expect(wecom.received()).toMatchObject([
    {
      key: KEY,
      contents: `${MESSAGE.subject}\n\n${MESSAGE.text}\n\n${LINK}`,
      body: { msgtype: 'text', text: { mentioned_list: ['zhang', '@all'] } },
    },
  ]);
});

test('a link that the text has already is not written twice, and nobody is mentioned without need', async () => {
  const { url, wecom } = await fakes();
  await wecomAt(url).send({ ...MESSAGE, text: `办理：${LINK}` });
  expect(wecom.received()[0]?.body).toEqual({
    msgtype: 'text',
    text: { content: `${MESSAGE.subject}\n\n办理：${LINK}` },
  });
});

test('the key may be the whole webhook URL', async () => {
  const { url } = await fakes();
  const whole = `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${KEY}`;
  expect(await wecomAt(url, whole).send(MESSAGE)).toEqual({ kind: 'sent' });
  expect(await wecomAt(url, ` ${KEY}\n`).send(MESSAGE)).toEqual({ kind: 'sent' });
});

test.each(['复工', FAMILY, '复 a', '🇨🇳'])(
  'a text of too many %s is cut between characters, and the link stays whole',
  async (piece) => {
    const { url, wecom } = await fakes();
    for (const [place, link] of [LINK, undefined].entries()) {
      const text = piece.repeat(1000) + LINK;
      const { link: _, ...rest } = MESSAGE;
      expect(await wecomAt(url).send({ ...rest, text, ...(link && { link }) })).toEqual({ kind: 'sent' });
      const { contents = '' } = wecom.received()[place] ?? {};
      expect(byteLength(contents)).toBeLessThanOrEqual(2048);
      expect(byteLength(contents)).toBeGreaterThan(2048 - byteLength(piece) - 3);
      const words = link === undefined ? contents : contents.slice(0, -`\n\n${link}`.length);
      expect(contents).toBe(link === undefined ? words : `${words}\n\n${link}`);
      expect(words.slice(`${MESSAGE.subject}\n\n`.length, -1).replaceAll(piece, '')).toMatch(/^(?:复|复 )?$/);
      expect(words.endsWith('…')).toBe(true);
    }
  },
);

test('a bulletin goes as Markdown; with mentions as text', async () => {
  const { url, wecom } = await fakes();
  const bulletin = { ...MESSAGE, markdown: '今日**两家**复工 <@all>' };
  await wecomAt(url).send(bulletin);
  await wecomAt(url).send({ ...bulletin, mentions: ['zhang'] });
  expect(wecom.received().map(({ body }) => body['msgtype'])).toEqual(['markdown', 'text']);
  expect(wecom.received()[0]?.contents).toBe(
    `# ${MESSAGE.subject}\n\n今日**两家**复工 ＜@all>\n\n[查看详情 Read on](${LINK})`,
  );
});

test('Markdown that is too long ends after a whole block; one endless block becomes plain text', async () => {
  const { url, wecom } = await fakes();
  const end = `\n\n[查看详情 Read on](${LINK})`;
  await wecomAt(url).send({ ...MESSAGE, markdown: '**复工**的企业\n\n'.repeat(300) });
  await wecomAt(url).send({ ...MESSAGE, markdown: '**复工**'.repeat(800) });
  const [first = '', second = ''] = wecom.received().map(({ contents }) => contents);
  expect(first.endsWith(`**复工**的企业\n\n…${end}`)).toBe(true);
  expect(second).toMatch(/复工复?…\n\n\[/);
  expect(second).not.toContain('**');
  expect(second.endsWith(end)).toBe(true);
  for (const contents of [first, second]) expect(byteLength(contents)).toBeGreaterThan(4096 - 40);
});

test.each([
  [-1, { kind: 'retry', channelDown: false }],
  [40008, { kind: 'dead', reason: '消息格式有误 bad request (40008)' }],
  [40058, { kind: 'dead', reason: '消息格式有误 bad request (40058)' }],
  [44004, { kind: 'dead', reason: '消息为空 empty message (44004)' }],
  [45002, { kind: 'dead', reason: '消息过长 message too long (45002)' }],
  [45009, { kind: 'retry', channelDown: true, afterMs: 60_000 }],
  [45033, { kind: 'retry', channelDown: true, afterMs: 5_000 }],
  [93000, { kind: 'dead', reason: '群机器人密钥有误 wrong key (93000)' }],
  [12345, { kind: 'dead', reason: '企业微信拒收 refused by WeCom (12345)' }],
])('errcode %i is taken for what it is, and the next message goes', async (errcode, expected) => {
  const { url, wecom } = await fakes();
  wecom.answerNext([errcode]);
  const outcome = await wecomAt(url).send(MESSAGE);
  expect(outcome).toMatchObject(expected);
  expect(JSON.stringify(outcome)).not.toContain(KEY);
  expect(wecom.received()).toEqual([]);
  expect(await wecomAt(url).send(MESSAGE)).toEqual({ kind: 'sent' });
});

test('an unknown group is dead without a call, a wrong key by its answer', async () => {
  const { url } = await fakes();
  for (const to of ['', 'nobody', '__proto__', 'constructor']) {
    expect(await wecomAt(url).send({ ...MESSAGE, to })).toEqual({ kind: 'dead', reason: '没有这个群 no such group' });
  }
  const outcome = await wecomAt(url, 'falsch-1').send(MESSAGE);
  expect(outcome).toEqual({ kind: 'dead', reason: '群机器人密钥有误 wrong key (93000)' });
});

test('the channel keeps within WeCom’s rate: its own is slower', async () => {
  let clock = 0;
  const { url } = await fakes(() => clock);
  const channel = wecomAt(url);
  const { count = 0, windowMs = 0 } = channel.rate ?? {};
  for (let window = 0; window < 2; window += 1) {
    for (let sent = 0; sent < count; sent += 1) expect(await channel.send(MESSAGE)).toEqual({ kind: 'sent' });
    expect(await channel.send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: true });
    clock += windowMs;
  }
});

test.each([
  ['an error page', (_: unknown, response: http.ServerResponse) => void response.writeHead(502).end('<html>')],
  ['no JSON', (_: unknown, response: http.ServerResponse) => void response.end('ok')],
  ['JSON that is no object', (_: unknown, response: http.ServerResponse) => void response.end('null')],
  ['no errcode', (_: unknown, response: http.ServerResponse) => void response.end('{}')],
  [
    'a redirect',
    (_: unknown, response: http.ServerResponse) =>
      void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
  ],
  ['a broken connection', (request: http.IncomingMessage) => void request.socket.destroy()],
  ['nothing', () => undefined],
  [
    'drops without an end',
    (_: unknown, response: http.ServerResponse) => {
      const drops = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(drops));
    },
  ],
] as [string, http.RequestListener][])(
  'a server that answers %s rests the channel, in time',
  async (_what, listener) => {
    const outcome = await wecomAt(await serve(listener), KEY, 300).send(MESSAGE);
    expect(outcome).toMatchObject({ kind: 'retry', channelDown: true });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
  },
);

test('nobody there: the channel rests, and the reason names neither key nor address', async () => {
  const url = await serve(() => undefined);
  await closing.pop()?.();
  expect(await wecomAt(url).send(MESSAGE)).toEqual({
    kind: 'retry',
    channelDown: true,
    reason: '企业微信无应答 WeCom is away (ECONNREFUSED)',
  });
});
