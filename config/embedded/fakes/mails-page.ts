/** How the catcher's pages look, on a phone and on a wide screen; everything of a mail is escaped. */
import { escaped } from '../../../contracts/html';
import type { AddressObject, ParsedMail } from 'mailparser';

export interface MailLine {
  readonly name: string;
  /** How many mails there are in all. */
  readonly all: number;
  readonly mail: ParsedMail;
}

const STYLE = `body{max-width:900px;margin:0 auto;padding:16px;font:16px/1.6 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif}
h1{font-size:20px} li{border-top:1px solid #d9d9d9;padding:8px 0} ul{list-style:none;padding:0} .meta{color:#595959;font-size:14px;overflow-wrap:anywhere}
iframe{width:100%;height:60vh;border:1px solid #d9d9d9} pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#fafafa;padding:12px} dt{float:left;clear:left;min-width:6em;color:#595959} dd{margin:0 0 4px 6em;overflow-wrap:anywhere}`;

function page(title: string, content: string): string {
  return (
    `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>${content}</body></html>`
  );
}

export function listPage(lines: readonly MailLine[], most: number): string {
  const all = lines[0]?.all ?? 0;
  const more = all > most ? `<p>只列出最近 ${most} 封，共 ${all} 封。The newest ${most} of ${all}.</p>` : '';
  const entries = lines.map(({ name, mail }) => {
    const files = mail.attachments.length > 0 ? ` · 附件 ${mail.attachments.length}` : '';
    return (
      `<li><a href="/mails/${name}">${escaped(mail.subject ?? '（无主题）')}</a>` +
      `<div class="meta">${escaped(people(mail.to))} · <time>${mail.date?.toISOString() ?? ''}</time>${files}</div></li>`
    );
  });
  const list = entries.length === 0 ? '<p>还没有邮件。No mail yet.</p>' : `<ul>${entries.join('')}</ul>`;
  return page(
    '邮件 Mails',
    `<h1>邮件 Mails (${all})</h1><p><a href="/">微信 WeChat</a> · 演示用，没有一封离开本机。None has left this machine.</p>${more}${list}`,
  );
}

export function mailPage(name: string, mail: ParsedMail): string {
  const { subject = '（无主题）', from, to, date, messageId, text = '', attachments } = mail;
  const files = attachments.map(
    ({ filename, size }, number) =>
      `<li><a href="/mails/${name}/attachments/${number}">${escaped(filename ?? `附件 ${number + 1}`)}</a> ${size} B</li>`,
  );
  const facts = [
    ['发件人 From', from?.text ?? ''],
    ['收件人 To', people(to)],
    ['时间 Date', date?.toISOString() ?? ''],
    ['Message-ID', messageId ?? ''],
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
  return page('没有这封邮件', '<p>没有这封邮件。There is no such mail. <a href="/mails">邮件 Mails</a></p>');
}

function people(to: AddressObject | AddressObject[] | undefined): string {
  return [to ?? []]
    .flat()
    .map(({ text }) => text)
    .join(', ');
}
