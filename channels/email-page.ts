/** How a mail looks: one column that fits a phone, the words, and one button that leads to where it is to be done. */
import { escaped } from './html';
import type { Message } from './channel';
import { htmlOf } from './markdown';

const FONT = "-apple-system,'PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif";
/** Everything that comes from outside is escaped; styles stand inline, for mail programs take no others. */
export function mailPage({ subject, text, markdown, link }: Message): string {
  const paragraphs = markdown === undefined ? paragraphsOf(text) : htmlOf(markdown);
  const button =
    link === undefined
      ? ''
      : `<p style="margin:24px 0"><a href="${escaped(link)}" style="display:inline-block;padding:12px 24px;background:#0958d9;color:#fff;text-decoration:none;border-radius:6px">打开系统办理 Open</a></p>`;
  return (
    `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>` +
    `<body style="margin:0;padding:16px;background:#fff;color:#1f1f1f;font:16px/1.6 ${FONT}">` +
    `<div style="max-width:600px;margin:0 auto"><h1 style="font-size:20px;line-height:1.4;margin:0 0 16px">${escaped(subject)}</h1>` +
    `${paragraphs}${button}</div></body></html>`
  );
}

function paragraphsOf(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((part) => `<p style="margin:0 0 16px">${escaped(part).replaceAll('\n', '<br>')}</p>`)
    .join('');
}
