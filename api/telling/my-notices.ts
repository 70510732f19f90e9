/** One's own messages in the console and how one wants to be told, `/my/notices` and `/my/preferences`. */
import { z } from 'zod';
import { pageOfItems } from '../../contracts/http/answers';
import { myNotice, preferencesBody, preferencesView, readBody, readView } from '../../contracts/telling/notices';
import { countUnread, listMyNotices, markRead, readPreferences, setPreferences } from '../../db/telling/my-notices';
import type { Deps } from '../http/deps';
import { pageOf, paging, positionOf } from '../http/paging';
import { yesOrNo } from '../../contracts/http/fields';
import { route, type Route } from '../http/route';

const TAG = 'Notices 通知';
const position = z.tuple([z.string().max(60), z.string().max(40)]);

export function myNoticeRoutes({ pool, programme, now }: Deps): Route[] {
  const preferences = async (account: string) => ({
    ...(await readPreferences(pool, account)),
    digestAt: programme.channels.digest,
  });
  return [
    route({
      method: 'get',
      path: '/my/notices',
      tag: TAG,
      summary: '我的消息 My messages',
      access: 'account',
      query: z.strictObject({ ...paging, unread: yesOrNo('Unread only 仅未读').default(false) }),
      answers: {
        200: {
          description: 'Newest first',
          schema: pageOfItems(myNotice).extend({ unread: z.int().meta({ description: 'All unread ones 未读总数' }) }),
        },
      },
      async handle({ by: { account }, query: { unread, limit, cursor }, asOf }) {
        const after = positionOf(cursor, position);
        const found = await listMyNotices(pool, { account, unread, after, limit });
        const { items, next } = pageOf(found, limit, (last) => [last.position, last.id]);
        const shown = items.map(({ position: _position, ...one }) => one);
        return { status: 200, body: { items: shown, next, asOf, unread: await countUnread(pool, account) } };
      },
    }),
    route({
      method: 'post',
      path: '/my/notices/read',
      tag: TAG,
      summary: '标为已读 Mark as read',
      description: 'Ids that are not one’s own, or are read already, change nothing.',
      access: 'account',
      body: readBody,
      answers: { 200: { description: 'Marked', schema: readView } },
      async handle({ by, body }) {
        return { status: 200, body: { read: await markRead(pool, by.account, body.notices, new Date(now())) } };
      },
    }),
    route({
      method: 'get',
      path: '/my/preferences',
      tag: TAG,
      summary: '我的通知设置 How I am told',
      access: 'account',
      answers: { 200: { description: 'What holds now', schema: preferencesView } },
      handle: async ({ by }) => ({ status: 200, body: await preferences(by.account) }),
    }),
    route({
      method: 'post',
      path: '/my/preferences',
      tag: TAG,
      summary: '设置通知方式 Set how I am told',
      access: 'account',
      body: preferencesBody,
      answers: { 200: { description: 'What holds from now on', schema: preferencesView } },
      async handle({ by, body }) {
        await setPreferences(pool, by.account, body);
        return { status: 200, body: await preferences(by.account) };
      },
    }),
  ];
}
