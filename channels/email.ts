/** The e-mail channel: one mail to one person by SMTP, and what each answer of a mail server means. */
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
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
/** With the pauses between them some hours: what a mailbox that is full or a greylist may take. */
const ATTEMPTS = 8;
/** Queue words of a server are short; the rest would only fill the record. */
const RECEIPT_LIMIT = 200;
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

/** What nodemailer puts on its errors. */
interface MailError {
  readonly code?: string;
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
  const transport = createTransport({ ...settingsOf(url), ...limits, pool: true, maxConnections: AT_ONCE } as object);
  return {
    id: 'email',
    reach: 'person',
    atOnce: AT_ONCE,
    attempts: ATTEMPTS,
    async send(message) {
      if (!ADDRESS.test(message.to)) return { kind: 'dead', reason: '邮箱地址有误 wrong address' };
      try {
        const { response } = (await transport.sendMail(mailOf(message, from))) as { readonly response: string };
        return { kind: 'sent', receipt: withoutAddresses(response).slice(0, RECEIPT_LIMIT) };
      } catch (error) {
        return outcomeOf(error as MailError);
      }
    },
    close: () => Promise.resolve(transport.close()),
  };
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
      filename: name,
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

/** A server that cannot be reached or does not let us in takes no other mail either; an answer to one mail concerns that mail. */
function outcomeOf({ code = '', responseCode = 0, response = '' }: MailError): Outcome {
  if (code === 'EAUTH')
    return { kind: 'retry', channelDown: true, reason: '邮件服务器账号或密码被拒绝 credentials refused' };
  if (code === 'ETLS') return { kind: 'retry', channelDown: true, reason: '邮件服务器加密连接失败 no TLS' };
  const told = `${responseCode} ${/\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0] ?? ''}`.trim();
  const meaning =
    MEANINGS.find(([status]) => status.test(response))?.[1] ?? '邮件服务器拒收 refused by the mail server';
  if (responseCode >= 500) return { kind: 'dead', reason: `${meaning} (${told})` };
  if (responseCode >= 400 && responseCode !== 421)
    return { kind: 'retry', channelDown: false, reason: `${meaning} (${told})` };
  return { kind: 'retry', channelDown: true, reason: `邮件服务器无应答 mail server away (${code || told})` };
}

function withoutAddresses(words: string): string {
  return words.replace(/\S+@\S+/g, '…');
}
