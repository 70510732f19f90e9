/** How the page of the fakes looks: what each has received, newest first, as plain text. */
import { escaped } from '../../channels/html';
import type { AccountReceived } from './official-account';
import type { WecomReceived } from './wecom';

/** Everything that was received is escaped. `mails`: how many were caught; undefined: they are not shown. */
export function fakesPage(
  wecom: readonly WecomReceived[],
  account: readonly AccountReceived[],
  mails: number | undefined,
): string {
  const messages = wecom.map(({ at, key, body, contents }) =>
    entry(at, `群机器人 bot ${key} · ${String(body['msgtype'])}`, contents),
  );
  const made = account.map((one) => entry(one.at, headingOf(one), wordsOf(one)));
  return (
    `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>模拟平台 Fake platforms</title><style>body{max-width:800px;margin:0 auto;padding:16px;font:16px/1.6 sans-serif;overflow-wrap:anywhere}` +
    `article{border-top:1px solid #d9d9d9;padding:8px 0}h3{font-size:14px;margin:0}pre{white-space:pre-wrap;margin:4px 0}` +
    `</style></head><body><h1>模拟平台 Fake platforms</h1>` +
    `<p>演示用，内容没有离开本机。For demonstrations: nothing here has left this machine.</p>` +
    (mails === undefined ? '' : `<p><a href="/mails">邮件 Mails (${mails})</a></p>`) +
    section('企业微信群 WeCom groups', messages) +
    section('微信公众号 Official account', made) +
    `</body></html>`
  );
}

function section(heading: string, entries: readonly string[]): string {
  const newestFirst = [...entries].reverse().join('');
  return `<h2>${heading} (${entries.length})</h2>${newestFirst || '<p>尚无内容 nothing yet</p>'}`;
}

function entry(at: number, heading: string, words: string): string {
  const time = new Date(at).toISOString();
  return `<article><h3>${escaped(heading)} · <time>${time}</time></h3><pre>${escaped(words)}</pre></article>`;
}

function headingOf({ kind }: AccountReceived): string {
  return { cover: '封面 cover', draft: '草稿 draft', submission: '提交发布 submitted for publishing' }[kind];
}

function wordsOf(made: AccountReceived): string {
  switch (made.kind) {
    case 'cover':
      return `${made.name} · ${made.size} B`;
    case 'draft':
      return ['title', 'author', 'digest', 'content', 'content_source_url']
        .map((field) => made.article[field])
        .filter((value) => typeof value === 'string')
        .join('\n\n');
    case 'submission':
      return `publish_id ${made.publishId}`;
  }
}
