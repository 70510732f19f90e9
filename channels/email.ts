/** The e-mail channel: one mail to one person by SMTP, and what each answer of a mail server means. */
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { nameByContent } from '../domain/documents/file-names';
import { SEND_LIMIT_MS, type Attachment, type Channel, type Message, type Outcome } from './channel';
import { mailPage } from './email-page';

export interface EmailOptions {
  /** `smtp://user:password@host:port` or `smtps://…`; a query sets nodemailer's options, such as `?requireTLS=true`. */
  readonly url: string;
  /** `中兴镇复工 <fugong@example.org>`. */
  readonly from: string;
  /** What one attempt may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** A kill repeats only what is under way: the fewer, the better; two keep a slow server busy. */
const AT_ONCE = 2;
/** More is a page that nobody reads to its end. */
const TOGETHER = 20;
/** With the pauses between them some hours: what a mailbox that is full or a greylist may take. */
const ATTEMPTS = 8;
/** Queue words of a server are short; the rest would only fill the record. */
const RECEIPT_LIMIT = 200;
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

/** What nodemailer puts on its errors. */
interface MailError {
  readonly code?: string;
  /** What was being said to the server when it answered: `CONN`, `MAIL FROM`, `RCPT TO`, `DATA` … */
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

export function createEmail({ url, from, timeoutMs = SEND_LIMIT_MS }: EmailOptions): Channel {
  const wait = timeoutMs / 3;
  // `maxRequeues: 0`: nodemailer's pool would send a mail again by itself, up to five times, when a connection breaks.
  const limits = {
    connectionTimeout: wait,
    greetingTimeout: wait,
    socketTimeout: wait,
    dnsTimeout: wait,
    maxRequeues: 0,
  };
  const connect = () =>
    createTransport({ ...settingsOf(url), ...limits, pool: true, maxConnections: AT_ONCE } as object);
  let transport = connect();
  // A connection on which a mail hangs would be held for ever, and the pool has few.
  const startAfresh = () => {
    transport.close();
    transport = connect();
  };
  return {
    id: 'email',
    reach: 'person',
    together: TOGETHER,
    atOnce: AT_ONCE,
    attempts: ATTEMPTS,
    async send(message) {
      if (!ADDRESS.test(message.to)) return { kind: 'dead', reason: '邮箱地址有误 wrong address' };
      return withinLimit(timeoutMs, startAfresh, async () => {
        const { response } = (await transport.sendMail(mailOf(message, from))) as { readonly response: string };
        return { kind: 'sent', receipt: withoutAddresses(response).slice(0, RECEIPT_LIMIT) };
      });
    },
    close: () => Promise.resolve(transport.close()),
  };
}

/**
 * nodemailer limits each silence, not the whole: a server that answers in drops would never end. One that takes the mail after
 * the limit all the same makes a second mail with the same Message-ID.
 */
async function withinLimit(limitMs: number, giveUp: () => void, attempt: () => Promise<Outcome>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      giveUp();
      resolve(outcomeOf({ code: 'ETIMEDOUT' }));
    }, limitMs);
  });
  const outcome = attempt().catch((error: unknown) => outcomeOf(error as MailError));
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

/** nodemailer's own reading of a URL, with the options that stand in its query. */
function settingsOf(url: string): Record<string, unknown> {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  return {
    host: hostname,
    ...(port !== '' && { port: Number(port) }),
    secure: protocol === 'smtps:',
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    requireTLS: searchParams.get('requireTLS') === 'true',
    // Only for a server whose certificate nobody signed, and only where somebody wrote it into the address.
    tls: { rejectUnauthorized: searchParams.get('tls.rejectUnauthorized') !== 'false' },
  };
}

function mailOf(message: Message, from: string) {
  const { id, to, subject, text, link, attachments = [] } = message;
  return {
    from,
    to,
    subject: subject.replace(/\s+/g, ' '),
    text: link === undefined || text.includes(link) ? text : `${text}\n\n${link}`,
    html: mailPage(message),
    messageId: messageIdOf(id, from),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    attachments: attachments.map(({ name, mediaType, bytes }: Attachment) => ({
      filename: nameByContent(name, mediaType),
      contentType: mediaType,
      content: bytes,
    })),
  };
}

/** The same for the same message, so that a mail program shows a mail that came twice once. */
function messageIdOf(id: string, from: string): string {
  const domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'fugong.invalid';
  return `<${createHash('sha256').update(id).digest('hex').slice(0, 32)}@${domain}>`;
}

/** Mailboxes and mails that a server will not take, by its enhanced status (RFC 3463). */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/\b5\.1\.[0-9]\b/, '收件人不存在 no such recipient'],
  [/\b[45]\.2\.[12]\b/, '邮箱已满或停用 mailbox full or disabled'],
  [/\b5\.3\.4\b/, '邮件过大 mail too large'],
  [/\b5\.7\.[0-9]+\b/, '被对方策略拒收 refused by policy'],
];

/** Such an error is the mail's own, before any server has seen it: an attachment that cannot be read, an address nodemailer refuses. */
const OWN_ERRORS = /^(?:EMESSAGE|EENVELOPE|ESTREAM|EFILEACCESS|EURLACCESS|EFETCH|EMAXRECIPIENTS|ERR_\w+)?$/;

/**
 * An answer to recipient or content concerns this mail. Who cannot be reached, does not let us in or refuses the sender takes no
 * other mail either: then the channel rests, and no mail is given up.
 */
function outcomeOf({ code = '', command = '', responseCode = 0, response = '' }: MailError): Outcome {
  if (code === 'EAUTH' || code === 'ENOAUTH') return channelDown('邮件服务器账号或密码被拒绝 credentials refused');
  if (code === 'ETLS' || code === 'EREQUIRETLS') return channelDown('邮件服务器加密连接失败 no TLS');
  if (responseCode === 0 && OWN_ERRORS.test(code)) {
    return { kind: 'dead', reason: `邮件无法生成 the mail cannot be made (${code || 'unforeseen'})` };
  }
  const told = `${responseCode} ${/\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0] ?? ''}`.trim();
  if (responseCode === 0 || responseCode === 421) {
    return channelDown(`邮件服务器无应答 mail server away (${responseCode === 0 ? code : told})`);
  }
  const meaning =
    MEANINGS.find(([status]) => status.test(response))?.[1] ?? '邮件服务器拒收 refused by the mail server';
  // 552 to MAIL FROM: the mail's size was announced there.
  const ofThisMail = command === 'RCPT TO' || command === 'DATA' || (command === 'MAIL FROM' && responseCode === 552);
  if (!ofThisMail) return channelDown(`邮件服务器拒绝服务 the mail server refuses service (${told})`);
  const reason = `${meaning} (${told})`;
  return responseCode >= 500 ? { kind: 'dead', reason } : { kind: 'retry', channelDown: false, reason };
}

function channelDown(reason: string): Outcome {
  return { kind: 'retry', channelDown: true, reason };
}

function withoutAddresses(words: string): string {
  return words.replace(/\S+@\S+/g, '…');
}
