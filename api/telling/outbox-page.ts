/** The page of what went where: one line each, with its words below it; no script, readable on a phone. */
import { escaped } from '../../channels/html';
import { CHANNEL_IDS, CHANNEL_NAMES } from '../../contracts/telling/channel-ids';
import { DELIVERY_STATES, type deliveryLine, type DeliveryState } from '../../contracts/telling/notices';
import { localDate, localTime } from '../../domain/calendar/calendar';
import type { z } from 'zod';

type Line = z.output<typeof deliveryLine>;

export const STATE_NAMES: { readonly [S in DeliveryState]: string } = {
  waiting: '待发送',
  sending: '发送中',
  pending: '对方处理中',
  sent: '已发送',
  'by-hand': '待人工',
  dead: '未能送达',
  dropped: '已办结不发',
  closed: '已关闭',
};

interface Shown {
  readonly query: {
    readonly channel?: string | undefined;
    readonly state?: string | undefined;
    readonly case?: string | undefined;
  };
  readonly next: string | null;
  readonly mode: 'trial' | 'live';
  /** The town's. */
  readonly zone: { readonly utcOffsetMinutes: number };
}

const STYLE = `
body{margin:0 auto;max-width:1100px;padding:16px;font:15px/1.6 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif;color:#1f1f1f}
h1{font-size:20px;margin:0 0 12px} nav{margin:0 0 16px;line-height:2.2} nav a{padding:4px 8px;white-space:nowrap} nav a[aria-current]{font-weight:600;color:inherit}
article{border-top:1px solid #d9d9d9;padding:12px 0} header{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
h2{font-size:15px;margin:0} .state{font-weight:600}.dead{color:#a8071a}.sent{color:#237804}.by-hand{color:#874d00}
.meta,.key{color:#595959;font-size:13px;overflow-wrap:anywhere} pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:6px 0 0}
.mark{background:#fff1b8;padding:0 6px;border-radius:4px;font-size:13px}`;

export function outboxPage(lines: readonly Line[], { query, next, mode, zone }: Shown): string {
  const mark = mode === 'trial' ? ' <span class="mark">试用</span>' : '';
  const empty = '<p>没有符合条件的通知。Nothing here.</p>';
  return (
    `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>通知发送情况 Outbox</title><style>${STYLE}</style></head><body><h1>通知发送情况 Outbox${mark}</h1>${filter(query)}` +
    `<main>${lines.map((line) => article(line, zone)).join('') || empty}</main>${next === null ? '' : `<p><a href="${nextPage(query, next)}">下一页 Next page</a></p>`}` +
    `</body></html>`
  );
}

function filter({ channel, state }: Shown['query']): string {
  const link = (query: string, name: string, chosen: boolean) =>
    `<a href="/outbox${query}"${chosen ? ' aria-current="page"' : ''}>${name}</a>`;
  const all = link('', '全部 All', channel === undefined && state === undefined);
  const channels = CHANNEL_IDS.map((id) => link(`?channel=${id}`, CHANNEL_NAMES[id], id === channel));
  const states = DELIVERY_STATES.map((id) => link(`?state=${id}`, STATE_NAMES[id], id === state));
  return `<nav aria-label="筛选 Filter">${[all, ...channels].join(' ')}<br>${states.join(' ')}</nav>`;
}

/** As the town's clocks show it. */
function local(time: string, zone: Shown['zone']): string {
  const at = Date.parse(time);
  return `${localDate(at, zone)} ${localTime(at, zone)}`;
}

function article(line: Line, zone: Shown['zone']): string {
  const {
    channel,
    to,
    state,
    reason,
    subject,
    text,
    key,
    case: caseNumber,
    dueAt,
    settledAt,
    attempts,
    receipt,
  } = line;
  const facts = [
    caseNumber === null ? '' : `事项 ${caseNumber}`,
    `应发 ${local(dueAt, zone)}`,
    settledAt === null ? '' : `完成 ${local(settledAt, zone)}`,
    attempts > 1 ? `尝试 ${attempts} 次` : '',
    reason === null ? '' : `原因 ${reason}`,
    receipt === null ? '' : `回执 ${receipt}`,
  ].filter((one) => one !== '');
  return (
    `<article><header><h2>${escaped(subject ?? '（未发送）')}</h2><span class="state ${state}">${STATE_NAMES[state]}</span>` +
    `<span>${CHANNEL_NAMES[channel]} → ${escaped(to)}</span></header><div class="meta">${escaped(facts.join(' · '))}</div>` +
    `<div class="key">${escaped(key)}</div>${text === null ? '' : `<pre>${escaped(text)}</pre>`}</article>`
  );
}

function nextPage(query: Shown['query'], cursor: string): string {
  const given = Object.entries({ ...query, cursor }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return escaped(`/outbox?${new URLSearchParams(Object.fromEntries(given) as Record<string, string>).toString()}`);
}
