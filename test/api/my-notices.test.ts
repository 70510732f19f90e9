/** One's own messages and preferences: nobody reads or marks another's, and what is chosen decides how one is told. */
import type { Draft } from '../../domain/ledger/entry';
import { Post, Recorded } from '../support/mailroom';
import { Api, expectProblem } from './harness';

let api: Api;
let post: Post;
const MORNING = Date.parse('2026-05-06T02:00:00Z');
/** All officials are told of what is urgent. */
const suspended = (at: number): Partial<Draft> => ({ at, type: 'suspended', details: { suspension: 'plan' } });

beforeAll(async () => {
  api = await Api.start();
  post = new Post(api.database);
  await post.record([suspended(MORNING), suspended(MORNING + 1), suspended(MORNING + 2)]);
  await post.round(new Recorded('console', 'person', 1));
});
afterAll(() => api.stop());

const mine = (query = '', as = 'official') => api.send(`/my/notices${query}`, { as });
interface Notice {
  readonly id: string;
  readonly readAt: string | null;
}

test('are listed newest first in pages, with how many are unread', async () => {
  const { body } = await mine();
  expect(body).toMatchObject({ unread: 3, next: null });
  expect(body.items[0]).toMatchObject({
    subject: '【停工】华岛精密(演示)',
    urgent: true,
    readAt: null,
    bulletin: null,
  });
  const first = await mine('?limit=2');
  const rest = await mine(`?limit=2&cursor=${first.body.next as string}`);
  const ids = [...(first.body.items as Notice[]), ...(rest.body.items as Notice[])].map(({ id }) => id);
  expect(ids).toEqual((body.items as Notice[]).map(({ id }) => id));
  expect((await mine('', 'enterprise-factory')).body).toMatchObject({ items: [], unread: 0 });
});

test('are marked as read by their own account only, once', async () => {
  const [notice] = (await mine()).body.items as Notice[];
  const read = (as: string) => api.send('/my/notices/read', { as, json: { notices: [notice?.id] } });
  expect((await read('enterprise-factory')).body).toEqual({ read: 0 });
  expect((await mine()).body.unread).toBe(3);
  expect((await read('official')).body).toEqual({ read: 1 });
  expect((await read('official')).body).toEqual({ read: 0 });
  expect((await mine()).body.unread).toBe(2);
  expect((await mine('?unread=true')).body.items).toHaveLength(2);
});

test('preferences hold from when they are set: no mails, or gathered ones in English', async () => {
  const preferences = (as: string) => api.send('/my/preferences', { as });
  expect((await preferences('official')).body).toMatchObject({
    ...{ channels: ['email'], digest: false, language: 'zh', hasEmail: true },
  });
  const set = (json: unknown) => api.send('/my/preferences', { as: 'official', json });
  expectProblem(await set({ channels: ['carrier-pigeon'], digest: false, language: 'zh' }), 422, 'invalid-body');
  expect((await set({ channels: [], digest: false, language: 'zh' })).body).toMatchObject({ channels: [] });
  const mail = new Recorded();
  await post.record([suspended(MORNING)]);
  await post.round(mail);
  // Those of before were spread before; the new one is not among them.
  expect(mail.sent.filter(({ to }) => to.startsWith('official@') && to.endsWith('fugong.example'))).toHaveLength(3);
  await set({ channels: ['email'], digest: true, language: 'en' });
  await post.record([suspended(MORNING + 1)]);
  await post.round(mail);
  // What is urgent waits for no digest.
  expect(mail.sent.at(-1)?.subject).toMatch(/^Suspended: /);
});
