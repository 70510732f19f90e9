/** How the catcher's pages look, on a phone and on a wide screen; everything of a mail is escaped. */
import { escaped } from '../../channels/html';
import type { AddressObject, ParsedMail } from 'mailparser';

/** What the list says of a mail. */
export interface MailLine {
  readonly name: string;
  readonly subject: string;
  readonly to: string;
  readonly time: string;
  readonly attachments: number;
}

const NO_SUBJECT = '（无主题 no subject）';

const STYLE = `*{box-sizing:border-box}
body{max-width:900px;margin:0 auto;padding:16px;font:16px/1.6 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif;overflow-wrap:anywhere}
h1{font-size:20px} h2{font-size:16px} ul{list-style:none;padding:0} li{border-top:1px solid #d9d9d9;padding:8px 0} .meta,dt{color:#595959;font-size:14px} time{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 12px;align-items:baseline} dd{margin:0}
iframe{width:100%;height:60vh;border:1px solid #d9d9d9} pre{white-space:pre-wrap;background:#fafafa;padding:12px}`;

function page(title: string, content: string): string {
  return (
    `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>${content}</body></html>`
  );
}

/** A mail that cannot be read has its line too: it is there, as a file. */
export function lineOf(name: string, mail: ParsedMail | undefined): MailLine {
  if (!mail) return { name, subject: `（无法读取 cannot be read）${name}`, to: '', time: '', attachments: 0 };
  const { subject = NO_SUBJECT, to, date, attachments } = mail;
  return { name, subject, to: people(to), time: date?.toISOString() ?? '', attachments: attachments.length };
}

/** `all`: how many there are, of which `lines` are the newest. */
export function listPage(lines: readonly MailLine[], all: number): string {
  const most = lines.length;
  const more = all > most ? `<p>只列出最近 ${most} 封，共 ${all} 封。The newest ${most} of ${all}.</p>` : '';
  const entries = lines.map(({ name, subject, to, time, attachments }) => {
    const files = attachments > 0 ? ` · 附件 Attachments ${attachments}` : '';
    return (
      `<li><a href="/mails/${name}">${escaped(subject)}</a>` +
      `<div class="meta">${escaped(to)} · <time>${time}</time>${files}</div></li>`
    );
  });
  const list = entries.length === 0 ? '<p>还没有邮件。No mail yet.</p>' : `<ul>${entries.join('')}</ul>`;
  return page(
    '邮件 Mails',
    `<h1>邮件 Mails (${all})</h1><p><a href="/">微信 WeChat</a> · 演示用，没有一封离开本机。None has left this machine.</p>${more}${list}`,
  );
}

export function mailPage(name: string, mail: ParsedMail): string {
  const { subject = NO_SUBJECT, from, to, date, messageId, text = '', attachments } = mail;
  const files = attachments.map(
    ({ filename, size }, number) =>
      `<li><a href="/mails/${name}/attachments/${number}">${escaped(filename ?? `附件 Attachment ${number + 1}`)}</a> ${size} B</li>`,
  );
  const facts = [
    ['发件人 From', from?.text ?? ''],
    ['收件人 To', people(to)],
    ['时间 Date', date?.toISOString() ?? ''],
    ['编号 Message-ID', messageId ?? ''],
  ].map(([what = '', value = '']) => `<dt>${what}</dt><dd>${escaped(value)}</dd>`);
  return page(
    subject,
    `<p><a href="/mails">邮件 Mails</a></p><h1>${escaped(subject)}</h1><dl>${facts.join('')}</dl>` +
      (typeof mail.html !== 'string' ? '' : `<iframe sandbox title="HTML" src="/mails/${name}/html"></iframe>`) +
      `<h2>纯文本 Text</h2><pre>${escaped(text)}</pre>` +
      (files.length === 0 ? '' : `<h2>附件 Attachments</h2><ul>${files.join('')}</ul>`),
  );
}

export function missingPage(): string {
  return page(
    '没有这封邮件 No such mail',
    '<p>没有这封邮件，或无法读取。There is no such mail, or it cannot be read. <a href="/mails">邮件 Mails</a></p>',
  );
}

function people(to: AddressObject | AddressObject[] | undefined): string {
  return [to ?? []]
    .flat()
    .map(({ text }) => text)
    .join(', ');
}
