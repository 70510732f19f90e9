/** The mails that the catcher keeps, readable in a browser: a list, one mail, its HTML in a frame that can do nothing, its attachments. */
import fs from 'node:fs';
import path from 'node:path';
import { simpleParser, type Attachment, type ParsedMail } from 'mailparser';
import { lineOf, listPage, mailPage, missingPage, type MailLine } from './mails-page';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** 500: what a person scrolls through, read in about a second; older ones lie in the folder. */
const MOST = 500;
/** As the catcher names its files; nothing that leads out of the folder. */
const NAME = /^[\w.-]+\.eml$/;

const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  // Nothing but its own styles, and the frame with the mail.
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
};
/** A mail may hold anything: it runs no script, loads nothing, and is of no origin. */
const FRAMED = {
  ...PAGE,
  'content-security-policy':
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
};

/** Undefined for an address that is not one of these pages. */
export async function answerMails(folder: string, address: string): Promise<Page | undefined> {
  const [root, name, ...parts] = address.split('/').slice(1);
  if (root !== 'mails') return undefined;
  if ((name === undefined || name === '') && parts.length === 0) return html(await list(folder));
  const mail = await read(folder, name ?? '');
  return (mail && answerMail(name ?? '', mail, parts.join('/'))) ?? { status: 404, headers: PAGE, body: missingPage() };
}

/** How many there are; none is read for it. */
export async function countMails(folder: string): Promise<number> {
  return (await namesIn(folder)).length;
}

function answerMail(name: string, mail: ParsedMail, part: string): Page | undefined {
  if (part === '') return html(mailPage(name, mail));
  if (part === 'html' && typeof mail.html === 'string') return { status: 200, headers: FRAMED, body: mail.html };
  const number = /^attachments\/(\d+)$/.exec(part)?.[1];
  const attachment = number === undefined ? undefined : mail.attachments[Number(number)];
  return attachment && download(attachment, attachment.filename ?? `${number}`);
}

/** Never shown in the browser, whatever type the mail says it is of. */
function download({ content }: Attachment, filename: string): Page {
  // By way of bytes: half a surrogate pair, which a name in UTF-16 can have, cannot be percent-encoded.
  const name = encodeURIComponent(Buffer.from(filename).toString()).replace(
    // These four it leaves as they are, and RFC 8187 does not allow them.
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const headers = {
    ...FRAMED,
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
  };
  return { status: 200, headers, body: content };
}

function html(body: string): Page {
  return { status: 200, headers: PAGE, body };
}

/** Undefined when there is none, and when the parser refuses it (too many parts, too large a header). */
async function read(folder: string, name: string): Promise<ParsedMail | undefined> {
  if (!NAME.test(name)) return undefined;
  try {
    return await simpleParser(await fs.promises.readFile(path.join(folder, name)));
  } catch {
    return undefined;
  }
}

async function list(folder: string): Promise<string> {
  const names = await namesIn(folder);
  const lines: MailLine[] = [];
  // One after the other, and only a line is kept of each: their attachments together may be gigabytes.
  for (const name of names.slice(0, MOST)) lines.push(lineOf(name, await read(folder, name)));
  return listPage(lines, names.length);
}

/** Newest first: the catcher names its files by time. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await fs.promises.readdir(folder).catch(() => []);
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .reverse();
}
