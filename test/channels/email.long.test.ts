/** Mail as servers take it or refuse it: against real SMTP servers, on the wire. */
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import fc from 'fast-check';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Channel, Message } from '../../channels/channel';
import { createEmail } from '../../channels/email';
import { slowness } from '../support/pace';

/** What an attempt may take where the other side answers: milliseconds here, so that a slow machine is waited for. */
const PATIENCE_MS = 30_000;

const FROM = '中兴镇复工 <fugong@town.example>';
const MESSAGE: Message = {
  id: '2026-0001/duty/plan@1',
  to: 'owner@factory.example',
  subject: '【待办】华岛精密：提交复工方案',
  text: '请于 04-21 18:00 前办理。\n\n<b>不是标签</b> & 原样',
  link: 'http://127.0.0.1:3000/reopenings/2026-0001',
};

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const close of closing.splice(0)) await close();
});

interface Post {
  readonly port: number;
  readonly mails: string[];
  connections: number;
}

async function serve(options: SMTPServerOptions = {}): Promise<Post> {
  const mails: string[] = [];
  const post = { port: 0, mails, connections: 0 };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onConnect: (_session, done) => {
      post.connections += 1;
      done();
    },
    onData: (stream, _session, done) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        mails.push(Buffer.concat(pieces).toString('utf8'));
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.server.once('listening', resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  post.port = (server.server.address() as AddressInfo).port;
  return post;
}

function emailTo(port: number, { user = '', query = '', timeoutMs = PATIENCE_MS } = {}): Channel {
  const channel = createEmail({ url: `smtp://${user}127.0.0.1:${port}${query}`, from: FROM, timeoutMs });
  closing.push(() => channel.close());
  return channel;
}

/** Of the mail itself: what looks like a header further down is text. */
const headerOf = (mail: string, name: string) =>
  new RegExp(`^${name}: ((?:.*)(?:\\r\\n[ \\t].*)*)`, 'im')
    .exec(mail.split('\r\n\r\n')[0] ?? '')?.[1]
    ?.replace(/\r\n\s+/g, ' ');

/** RFC 2047 words as a mail program reads them. */
function decoded(header = ''): string {
  const words = [...header.matchAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi)];
  if (words.length === 0) return header;
  const bytes = words.map(([, how = '', text = '']) =>
    how.toUpperCase() === 'B'
      ? Buffer.from(text, 'base64')
      : Buffer.from(
          text
            .replaceAll('_', ' ')
            .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
          'latin1',
        ),
  );
  return Buffer.concat(bytes).toString('utf8');
}

test('a mail arrives with both parts, its subject, and the same Message-ID when it is sent again', async () => {
  const post = await serve();
  const email = emailTo(post.port);
  expect(await email.send(MESSAGE)).toMatchObject({ kind: 'sent', receipt: expect.stringContaining('250') as string });
  expect(await email.send(MESSAGE)).toMatchObject({ kind: 'sent' });
  const [first = '', second = ''] = post.mails;
  expect(decoded(headerOf(first, 'Subject'))).toBe(MESSAGE.subject);
  expect(headerOf(first, 'Message-ID')).toMatch(/^<[0-9a-f]{32}@town\.example>$/);
  expect(headerOf(second, 'Message-ID')).toBe(headerOf(first, 'Message-ID'));
  expect(headerOf(first, 'Auto-Submitted')).toBe('auto-generated');
  expect(first).toContain('text/plain');
  expect(first).toContain('text/html');
  expect(post.connections).toBe(1);
});

test('whatever stands in a subject, it makes no header of its own', async () => {
  const post = await serve();
  const email = emailTo(post.port);
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.constantFrom('\r\n', '\n', '\r'), async (words, end) => {
      const sent = await email.send({ ...MESSAGE, subject: `${words}${end}Bcc: other@evil.example${end}${end}x` });
      expect(sent.kind).toBe('sent');
      expect(headerOf(post.mails.at(-1) ?? '', 'Bcc')).toBeUndefined();
    }),
    { numRuns: 30 },
  );
});

test.each(['a@b.example, c@d.example', 'nobody', 'a b@c.example', '<a@b.example>', ''])(
  '“%s” is no address of one person',
  async (to) => {
    const post = await serve();
    expect(await emailTo(post.port).send({ ...MESSAGE, to })).toEqual({
      kind: 'dead',
      reason: expect.stringContaining('wrong address') as string,
    });
    expect(post.connections).toBe(0);
  },
);

const answer = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode });

test.each([
  [550, '5.1.1 owner@factory.example unknown', { kind: 'dead', reason: '收件人不存在 no such recipient (550 5.1.1)' }],
  [552, '5.2.2 full', { kind: 'dead', reason: '邮箱已满或停用 mailbox full or disabled (552 5.2.2)' }],
  [554, 'spam', { kind: 'dead', reason: '邮件服务器拒收 refused by the mail server (554)' }],
  [451, '4.7.1 greylisted', { kind: 'retry', channelDown: false }],
  [421, '4.3.2 closing', { kind: 'retry', channelDown: true }],
])('an answer %s %s is taken for what it is, and sent once', async (code, words, expected) => {
  let asked = 0;
  const post = await serve({
    onRcptTo: (_address, _session, done) => {
      asked += 1;
      done(answer(code, words));
    },
  });
  const outcome = await emailTo(post.port).send(MESSAGE);
  expect(outcome).toMatchObject(expected);
  expect(JSON.stringify(outcome)).not.toContain('factory.example');
  expect(asked).toBe(1);
});

test.each([
  ['the sender', { onMailFrom: (_address, _session, done) => done(answer(550, '5.7.1 sender refused')) }],
  ['everybody', { onConnect: (_session, done) => done(answer(554, '5.3.2 no service')) }],
] as [string, SMTPServerOptions][])(
  'a server that refuses %s rests the channel: no mail is given up for it',
  async (_whom, options) => {
    const post = await serve(options);
    expect(await emailTo(post.port).send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: true });
  },
);

test('a mail that is too large for the server is dead, when its size is announced too', async () => {
  const post = await serve({ onMailFrom: (_address, _session, done) => done(answer(552, '5.3.4 too large')) });
  expect(await emailTo(post.port).send(MESSAGE)).toMatchObject({ kind: 'dead' });
});

test('a mail that cannot be made is dead and holds up no other', async () => {
  const post = await serve();
  const email = emailTo(post.port);
  const poison = {
    ...MESSAGE,
    attachments: [{ name: 'a.txt', mediaType: 'text/plain', bytes: { path: '/none' } as never }],
  };
  expect(await email.send(poison)).toMatchObject({ kind: 'dead' });
  expect(await email.send({ ...MESSAGE, subject: null as never })).toMatchObject({ kind: 'dead' });
  expect(await email.send(MESSAGE)).toMatchObject({ kind: 'sent' });
});

test('a server that answers in drops, and never to the end, is left in time; the next mail gets a new connection', async () => {
  const sockets: net.Socket[] = [];
  const dripping = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write('220 ready\r\n');
    socket.once('data', () => {
      const drops = setInterval(() => socket.write('250-one more\r\n'), 20);
      socket.once('close', () => clearInterval(drops));
    });
  });
  dripping.listen(0, '127.0.0.1');
  await new Promise((resolve) => dripping.once('listening', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => dripping.close(resolve));
  });
  const email = emailTo((dripping.address() as AddressInfo).port, { timeoutMs: Math.ceil(600 * slowness()) });
  // More than the pool has connections.
  for (let mails = 1; mails <= 3; mails += 1) {
    expect(await email.send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: true });
    expect(sockets).toHaveLength(mails);
  }
});

test('with authentication: the right password is taken, a wrong one rests the channel and is told nowhere', async () => {
  const post = await serve({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'town' && password === 'geheim/1') done(null, { user: 'town' });
      else done(answer(535, '5.7.8 refused'));
    },
  });
  expect(await emailTo(post.port, { user: 'town:geheim%2F1@' }).send(MESSAGE)).toMatchObject({ kind: 'sent' });
  const refused = await emailTo(post.port, { user: 'town:falsch@' }).send(MESSAGE);
  expect(refused).toMatchObject({ kind: 'retry', channelDown: true });
  expect(JSON.stringify(refused)).not.toContain('falsch');
});

test('STARTTLS is used, and a certificate that nobody signed is refused unless the address says otherwise', async () => {
  // The server's own certificate is publicly known, which it says.
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  let secure = 0;
  const post = await serve({
    disabledCommands: [],
    onMailFrom: (_address, session, done) => {
      if (session.secure) secure += 1;
      done();
    },
  });
  expect(await emailTo(post.port).send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: true });
  const query = '?requireTLS=true&tls.rejectUnauthorized=false';
  expect(await emailTo(post.port, { query }).send(MESSAGE)).toMatchObject({ kind: 'sent' });
  expect(secure).toBe(1);
});

test('a server without encryption gets nothing where encryption is required', async () => {
  const post = await serve();
  const outcome = await emailTo(post.port, { query: '?requireTLS=true' }).send(MESSAGE);
  expect(outcome).toMatchObject({ kind: 'retry', channelDown: true });
  expect(post.mails).toEqual([]);
});

test('a server that hangs up in the middle of a mail is tried again later, and not by itself', async () => {
  let begun = 0;
  const post = await serve({
    onData: (stream, _session, done) => {
      begun += 1;
      stream.resume();
      done(answer(421, '4.3.2 going down'));
    },
  });
  expect(await emailTo(post.port).send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: true });
  expect(begun).toBe(1);
});

test('nobody there, or somebody who never speaks: the channel rests', async () => {
  const silent = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const sockets = new Set<net.Socket>();
  silent.on('connection', (socket) => sockets.add(socket));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => silent.close(resolve));
  });
  const { port } = silent.address() as AddressInfo;
  expect(await emailTo(port, { timeoutMs: Math.ceil(600 * slowness()) }).send(MESSAGE)).toMatchObject({
    kind: 'retry',
    channelDown: true,
  });
  const post = await serve();
  await closing.pop()?.();
  expect(await emailTo(post.port).send(MESSAGE)).toMatchObject({ kind: 'retry', channelDown: true });
});
