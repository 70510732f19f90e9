/** The mails that the catcher keeps, readable in a browser: a list, one mail, its HTML in a frame that can do nothing, its attachments. */
import fs from 'node:fs';
import path from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { listPage, mailPage, missingPage, type MailLine } from './mails-page';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What a person scrolls through; older ones lie in the folder. */
const MOST = 500;
/** As the catcher names its files; nothing that leads out of the folder. */
const NAME = /^[\w.-]+\.eml$/;

const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  // Nothing but its own styles, and the frame with the mail.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
};
/** A mail may hold anything: it runs no script, loads nothing, and is of no origin. */
const FRAMED = {
  ...PAGE,
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
};

/** Undefined for an address that is not one of these pages. */
export async function answerMails(folder: string, address: string): Promise<Page | undefined> {
  const [root, name, part, number, ...more] = address.split('/').slice(1);
  if (root !== 'mails' || more.length > 0) return undefined;
  if (name === undefined || name === '') return html(listPage(await lines(folder), MOST));
  const mail = await read(folder, name);
  if (!mail) return { status: 404, headers: PAGE, body: missingPage() };
  if (part === undefined) return html(mailPage(name, mail));
  if (part === 'html' && typeof mail.html === 'string') return { status: 200, headers: FRAMED, body: mail.html };
  const attachment = part === 'attachments' ? mail.attachments[Number(number)] : undefined;
  if (!attachment) return { status: 404, headers: PAGE, body: missingPage() };
  const shown = encodeURIComponent(attachment.filename ?? `${number}`).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  const headers = {
    ...FRAMED,
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${shown}`,
  };
  return { status: 200, headers, body: attachment.content };
}

function html(body: string): Page {
  return { status: 200, headers: PAGE, body };
}

async function read(folder: string, name: string): Promise<ParsedMail | undefined> {
  if (!NAME.test(name)) return undefined;
  const source = await fs.promises.readFile(path.join(folder, name)).catch(() => undefined);
  return source && simpleParser(source);
}

/** Newest first: the catcher names its files by time. */
async function lines(folder: string): Promise<MailLine[]> {
  const names = (await fs.promises.readdir(folder).catch(() => []))
    .filter((name) => NAME.test(name))
    .sort()
    .reverse();
  const found: MailLine[] = [];
  for (const name of names.slice(0, MOST)) {
    const mail = await read(folder, name);
    if (mail) found.push({ name, all: names.length, mail });
  }
  return found;
}
