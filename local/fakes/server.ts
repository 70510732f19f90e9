/** One server on this machine for the fakes of WeCom and of the official account: for demonstrations, and for tests of the channels. */
import fs from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createOfficialAccountFake, type AccountReceived, type OfficialAccountFake } from './official-account';
import { answerMails, countMails } from './mails';
import { fakesPage } from './page';
import { createWecomFake, type WecomFake, type WecomReceived } from './wecom';

export interface FakesOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly wecomKeys: readonly string[];
  readonly officialAccount: { readonly appId: string; readonly secret: string; readonly mayPublish: boolean };
  /** A folder where what is received is kept, so that a later start has it too; none: in memory only. */
  readonly keepIn?: string;
  /** The catcher's folder; none: mails are not shown. */
  readonly mailsIn?: string;
  readonly now?: () => number;
}

export interface Fakes {
  /** For the `baseUrl` of both channels. */
  readonly url: string;
  readonly wecom: WecomFake;
  readonly officialAccount: OfficialAccountFake;
  close(): Promise<void>;
}

/** 12 MB: a picture of the 10 MB that the platform takes, and its form. */
const LARGEST_REQUEST = 12_000_000;

/** Resolves when the server listens on 127.0.0.1; rejects when the port is taken or the folder cannot be used. */
export async function startFakes({
  port,
  wecomKeys,
  officialAccount,
  keepIn,
  mailsIn,
  now = Date.now,
}: FakesOptions): Promise<Fakes> {
  const wecom = createWecomFake({ keys: wecomKeys, now, ...kept<WecomReceived>(keepIn, 'wecom.jsonl') });
  const account = createOfficialAccountFake({
    ...officialAccount,
    now,
    ...kept<AccountReceived>(keepIn, 'official-account.jsonl'),
  });
  const server = http.createServer((request, response) => {
    answer(request, response, { wecom, account, mailsIn }).catch((error: Error) => {
      console.error(error.message);
      // No JSON: callers take it for a server that is away.
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    wecom,
    officialAccount: account,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { wecom, account, mailsIn }: { wecom: WecomFake; account: OfficialAccountFake; mailsIn: string | undefined },
): Promise<void> {
  const { method = '', headers } = request;
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (method === 'GET' && url.pathname === '/') {
    const mails = mailsIn === undefined ? undefined : await countMails(mailsIn);
    // Nothing but its own styles: not even what would slip through the escaping.
    response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(fakesPage(wecom.received(), account.received(), mails));
    return;
  }
  const mails = method === 'GET' && mailsIn !== undefined ? await answerMails(mailsIn, url.pathname) : undefined;
  if (mails) return void response.writeHead(mails.status, mails.headers).end(mails.body);
  if (method === 'GET' && url.pathname === '/received') {
    return json(response, 200, { wecom: wecom.received(), officialAccount: account.received() });
  }
  const seen = { method, url, contentType: headers['content-type'] ?? '', body: await bodyOf(request) };
  const answered = wecom.answer(seen) ?? (await account.answer(seen));
  json(response, answered === undefined ? 404 : 200, answered ?? { errcode: 404, errmsg: 'not faked' });
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST_REQUEST) throw new Error('a request was larger than 12 MB');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** One line of JSON for each thing received, written before its sender is told. */
function kept<T>(folder: string | undefined, name: string): { earlier: T[]; keep: (received: T) => void } | object {
  if (folder === undefined) return {};
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, name);
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : [];
  // After a kill the last line may be half a line: nobody was told that it was received.
  const unfinished = lines.pop() ?? '';
  if (unfinished !== '') fs.writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return {
    earlier: lines.map((line) => JSON.parse(line) as T),
    keep: (received: T) => fs.appendFileSync(file, `${JSON.stringify(received)}\n`, { mode: 0o600 }),
  };
}
