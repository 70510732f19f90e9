/** What would have gone where, or went: `/outbox`, as data and as a page; operators send again or close what was given up. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { CHANNEL_IDS } from '../../contracts/telling/channel-ids';
import { outsideAct, STREAMS } from '../../domain/ledger/outside-acts';
import { offsetOf } from '../../programme/schema';
import { caseNumberText } from '../../contracts/case/fields';
import { pageOfItems } from '../../contracts/http/answers';
import { DELIVERY_STATES, deliveryLine, settledView } from '../../contracts/telling/notices';
import type { Role } from '../../domain/ledger/entry';
import { TELLING_ACTS } from '../../domain/telling/acts';
import { handleMessage, type Hand } from '../../domain/telling/deliveries';
import { listDeliveries, lockMessage, writeHandled, type DeliveryRow } from '../../db/telling/deliveries';
import { appendActs } from '../../db/ledger/acts-outside';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { outboxPage } from './outbox-page';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { pageOf, paging, positionOf } from '../http/paging';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { CLOSED_HEADERS } from '../http/security-headers';

const TAG = 'Notices 通知';
const readers: readonly Role[] = ['operator', 'official'];
const position = z.tuple([z.string().max(60), z.string().max(400)]);

export function outboxRoutes(deps: Deps): Route[] {
  const { pool, programme } = deps;
  const zone = { utcOffsetMinutes: offsetOf(programme) };
  return [
    route({
      method: 'get',
      path: '/outbox',
      tag: TAG,
      summary: '通知发送情况 What went where',
      description: 'Newest first. With `Accept: text/html` the same as a page.',
      access: readers,
      query: z.strictObject({
        ...paging,
        channel: z.enum(CHANNEL_IDS).optional(),
        state: z.enum(DELIVERY_STATES).optional(),
        case: caseNumberText.optional(),
      }),
      answers: {
        200: { description: 'Deliveries', schema: pageOfItems(deliveryLine), media: ['application/json', 'text/html'] },
      },
      async handle({ query, asOf, request }) {
        const { channel, state, case: caseNumber, limit, cursor } = query;
        const after = positionOf(cursor, position);
        const found = await listDeliveries(pool, { channel, state, caseNumber, after, limit });
        const { items, next } = pageOf(found, limit, (last) => [last.position, last.key]);
        const shown = items.map((row) => shownOf(row, programme.channels.groups));
        if (wantsPage(request.headers.accept))
          return pageReply(outboxPage(shown, { query, next, mode: deps.mode, zone }));
        return { status: 200, body: { items: shown, next, asOf } };
      },
    }),
    hand(deps, 'resend', '重新发送 Send a message again', TELLING_ACTS.resendMessage.by),
    hand(deps, 'posted', '已人工发布 A person has posted it', TELLING_ACTS.postMessage.by),
    hand(deps, 'close', '关闭未送达消息 Close a message that was given up', TELLING_ACTS.closeMessage.by),
  ];
}

function hand(deps: Deps, name: Hand, summary: string, access: readonly Role[]): Route {
  return route({
    method: 'post',
    path: `/outbox/{message}/${name}`,
    tag: TAG,
    summary,
    access,
    body: z.strictObject({}),
    idempotent: true,
    answers: { 200: { description: 'Done', schema: settledView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
    problems: ['unknown-message', 'wrong-state', 'key-reused'],
    handle: (ask) => handled(deps, ask, name),
  });
}

async function handled(deps: Deps, ask: Ask, name: Hand): Promise<Reply> {
  const message = ask.params['message'] ?? '';
  return once(deps, ask, `/outbox/${message}/${name}`, async (client, command) => {
    const found = await lockMessage(client, message);
    if (!found) throw new Problem('unknown-message');
    const { entry, ...handled } = handleMessage(found, name);
    await writeHandled(client, message, handled);
    const act = outsideAct({ ...entry, by: ask.by, at: deps.now(), command });
    const { sequence } = await appendActs(deps.keys, client, STREAMS.notices, [act]);
    return { status: 200, headers: afterHeader(STREAMS.notices, sequence), body: { message, state: handled.state } };
  });
}

type Groups = Deps['programme']['channels']['groups'];

function shownOf(row: DeliveryRow, groups: Groups) {
  const {
    destination: _destination,
    email: _email,
    name: _name,
    position: _position,
    dueAt,
    settledAt,
    ...shown
  } = row;
  return {
    ...shown,
    to: maskedTo(row, groups),
    dueAt: dueAt.toISOString(),
    settledAt: settledAt?.toISOString() ?? null,
  };
}

/** Enough to tell two apart, too little to write to somebody. A group and a public account are no persons. */
function maskedTo({ channel, destination, email, name }: DeliveryRow, groups: Groups): string {
  if (channel === 'official-account') return '公众号';
  const group = groups.find(({ id }) => id === destination);
  if (group) return group.name;
  const [local = '', domain = ''] = (email ?? '').split('@');
  const person = `${[...(name ?? destination)][0] ?? ''}***`;
  return channel === 'email' && email !== null ? `${person} <${local.slice(0, 1)}***@${domain}>` : person;
}

/** A browser asks for a page first; a program that takes anything gets data. */
function wantsPage(accept: string | undefined): boolean {
  const [first = ''] = (accept ?? '').split(',');
  return first.trim().startsWith('text/html');
}

function pageReply(page: string): Reply {
  const headers = {
    ...CLOSED_HEADERS,
    // The page has its own styles and no script.
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    'Content-Type': 'text/html; charset=utf-8',
  };
  return { status: 200, headers, stream: Readable.from([Buffer.from(page)]) };
}
