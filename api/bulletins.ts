/** Bulletins 简报: written once, previewed for every channel, published now or later, urged, withdrawn, `/bulletins`. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  ATTACHED_LIMIT,
  BULLETIN_KIND_NAMES,
  BULLETIN_STATES,
  bulletinBody,
  bulletinView,
  previewView,
  publishBody,
  urgedView,
  withdrawBody,
  type BulletinBody,
} from '../contracts/bulletins';
import { bulletinStream, outsideAct, type OutsideAct } from '../contracts/outside-acts';
import { pageOfItems } from '../contracts/resources';
import { readView } from '../contracts/telling';
import type { Json, Role } from '../domain/ledger';
import {
  audienceOf,
  findBulletin,
  insertBulletin,
  listBulletins,
  lockBulletin,
  scheduleBulletin,
  urgeBulletin,
  withdrawBulletin,
  type Bulletin,
} from '../db/bulletins';
import { attachUploads } from '../db/documents';
import { append } from '../db/ledger';
import { markBulletinRead } from '../db/my-notices';
import type { Client } from '../db/pool';
import { mayReadBulletin, seesAllBulletins } from './bulletin-access';
import { previewsOf, requireSendable, startBulletin } from './bulletin-sending';
import type { Deps } from './deps';
import { once } from './once';
import { Problem } from './problem';
import { afterHeader, pageOf, paging, positionOf } from './reading';
import { route, type Ask, type Reply, type Route } from './route';

const TAG = 'Bulletins 简报';
const writers: readonly Role[] = ['official'];
const position = z.tuple([z.string().max(60), z.string().max(40)]);
/** The same people are not urged again within this: an hour, for who is not at a phone. */
const URGE_AGAIN_MS = 3_600_000;

export function bulletinRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'post',
      path: '/bulletins',
      tag: TAG,
      summary: '起草简报 Write a bulletin',
      access: writers,
      body: bulletinBody,
      idempotent: true,
      answers: {
        201: {
          description: 'A draft',
          schema: bulletinView,
          headers: ['Location', 'Fugong-After', 'Idempotent-Replayed'],
        },
      },
      problems: ['unknown-reference', 'too-large', 'key-reused'],
      handle: (ask) => draft(deps, ask),
    }),
    route({
      method: 'get',
      path: '/bulletins',
      tag: TAG,
      summary: '简报清单 Bulletins',
      description: 'Officials and operators see all, others those that were published to them.',
      access: 'account',
      query: z.strictObject({ ...paging, state: z.enum(BULLETIN_STATES).optional() }),
      answers: { 200: { description: 'Newest first', schema: pageOfItems(bulletinView) } },
      async handle({ by, query: { state, limit, cursor }, asOf }) {
        const after = positionOf(cursor, position);
        const recipient = seesAllBulletins(by) ? null : by.account;
        const found = await listBulletins(pool, { recipient, state, after, limit });
        const { items, next } = pageOf(found, limit, (last) => [last.position, last.id]);
        return { status: 200, body: { items: items.map(shownOf), next, asOf } };
      },
    }),
    route({
      method: 'get',
      path: '/bulletins/{bulletin}',
      tag: TAG,
      summary: '简报详情 One bulletin',
      access: 'account',
      answers: { 200: { description: 'The bulletin', schema: bulletinView } },
      problems: ['unknown-bulletin'],
      async handle({ by, params }) {
        const found = await findBulletin(pool, params['bulletin'] ?? '');
        if (!found || !(await mayReadBulletin(pool, by, found.id))) throw new Problem('unknown-bulletin');
        return { status: 200, body: shownOf(found) };
      },
    }),
    route({
      method: 'get',
      path: '/bulletins/{bulletin}/preview',
      tag: TAG,
      summary: '分渠道预览 Preview per channel',
      description: 'What each channel would carry now, to how many, and what stands in the way.',
      access: writers,
      answers: { 200: { description: 'The preview', schema: previewView } },
      problems: ['unknown-bulletin'],
      async handle({ params }) {
        const found = await findBulletin(pool, params['bulletin'] ?? '');
        if (!found) throw new Problem('unknown-bulletin');
        const channels = await previewsOf(deps, found);
        return { status: 200, body: { ...(await audienceOf(pool, found.id)), channels } };
      },
    }),
    route({
      method: 'post',
      path: '/bulletins/{bulletin}/publish',
      tag: TAG,
      summary: '发布简报 Publish, now or later',
      access: writers,
      body: publishBody,
      idempotent: true,
      answers: {
        200: { description: 'Scheduled', schema: bulletinView, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['unknown-bulletin', 'wrong-state', 'personal-data', 'cover-missing', 'nobody-to-tell', 'key-reused'],
      handle: (ask) => publish(deps, ask),
    }),
    route({
      method: 'post',
      path: '/bulletins/{bulletin}/urge',
      tag: TAG,
      summary: '催阅 Urge those who have not read it',
      access: writers,
      body: z.strictObject({}),
      idempotent: true,
      answers: { 200: { description: 'Urged', schema: urgedView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-bulletin', 'wrong-state', 'too-soon', 'key-reused'],
      handle: (ask) => urge(deps, ask),
    }),
    route({
      method: 'post',
      path: '/bulletins/{bulletin}/withdraw',
      tag: TAG,
      summary: '撤回简报 Withdraw',
      description: 'What has not gone out is dropped; whoever has it is told that it no longer holds, and why.',
      access: writers,
      body: withdrawBody,
      idempotent: true,
      answers: {
        200: { description: 'Withdrawn', schema: bulletinView, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['unknown-bulletin', 'wrong-state', 'personal-data', 'key-reused'],
      handle: (ask) => withdraw(deps, ask),
    }),
    route({
      method: 'post',
      path: '/bulletins/{bulletin}/read',
      tag: TAG,
      summary: '确认已读 I have read it',
      access: 'account',
      body: z.strictObject({}),
      answers: { 200: { description: 'Marked', schema: readView } },
      problems: ['unknown-bulletin'],
      async handle({ by, params }) {
        const bulletin = params['bulletin'] ?? '';
        if (!(await mayReadBulletin(pool, by, bulletin))) throw new Problem('unknown-bulletin');
        return {
          status: 200,
          body: { read: await markBulletinRead(pool, by.account, bulletin, new Date(deps.now())) },
        };
      },
    }),
  ];
}

export function shownOf(bulletin: Bulletin) {
  const { villages, kinds, phases, publishAt, publishedAt, withdrawnAt, urgedAt, ...rest } = bulletin;
  const { id, kind, title, body, effectiveOn, channels, cover, attachments, author, state, withdrawal } = rest;
  return {
    ...{ id, kind, kindName: BULLETIN_KIND_NAMES[kind], title, body, effectiveOn },
    audience: { villages, kinds, phases },
    ...{ channels, cover, attachments, author, state, withdrawal },
    publishAt: publishAt?.toISOString() ?? null,
    publishedAt: publishedAt?.toISOString() ?? null,
    withdrawnAt: withdrawnAt?.toISOString() ?? null,
    urgedAt: urgedAt?.toISOString() ?? null,
  };
}

function draft(deps: Deps, ask: Ask<BulletinBody>): Promise<Reply> {
  const { by, body } = ask;
  return once(deps, ask, '/bulletins', async (client, command) => {
    requireVillages(deps, body.audience.villages);
    const id = `b-${randomBytes(8).toString('hex')}`;
    const { kind, title, audience, channels, cover = null, attachments, effectiveOn = null } = body;
    const act = { type: 'bulletin-drafted', details: { kind, channels: [...new Set(channels)] }, command } as const;
    const sequence = await noted(deps, client, ask, id, act);
    await attach(client, { bulletin: id, sequence, author: by.account }, cover, attachments);
    await insertBulletin(client, {
      ...{ id, kind, title, body: body.body, effectiveOn, cover, author: by.account },
      ...{ villages: audience.villages, kinds: audience.kinds, phases: audience.phases },
      channels: [...new Set(channels)],
      attachments: [...new Set(attachments)],
    });
    return replyOf(client, id, sequence, 201);
  });
}

function requireVillages({ programme }: Deps, villages: readonly string[]): void {
  const known = new Set(programme.villages.map(({ id }) => id));
  const mistakes = villages.flatMap((village, index) =>
    known.has(village) ? [] : [{ pointer: `/audience/villages/${index}`, reason: 'is not a village 没有这个村' }],
  );
  if (mistakes.length > 0) throw new Problem('unknown-reference', {}, mistakes);
}

/** @throws Problem `unknown-reference` for a file that is not the author's own or belongs somewhere already, `too-large` */
async function attach(
  client: Client,
  { bulletin, sequence, author }: { bulletin: string; sequence: number; author: string },
  cover: string | null,
  attachments: readonly string[],
): Promise<void> {
  const stream = bulletinStream(bulletin);
  const wanted = [...new Set([...(cover === null ? [] : [cover]), ...attachments])];
  const attached = await attachUploads(client, { stream, sequence, author }, wanted);
  const known = new Map(attached.map((one) => [one.id, one]));
  const reason = 'is not an upload of yours that belongs nowhere yet 不是您上传的可用文件';
  const mistakes = [
    ...(cover !== null && !known.get(cover)?.mediaType.startsWith('image/')
      ? [{ pointer: '/cover', reason: 'is not a picture that you have uploaded 不是您上传的图片' }]
      : []),
    ...attachments.flatMap((id, index) => (known.has(id) ? [] : [{ pointer: `/attachments/${index}`, reason }])),
  ];
  if (mistakes.length > 0) throw new Problem('unknown-reference', {}, mistakes);
  const bytes = attached.filter(({ id }) => attachments.includes(id)).reduce((sum, one) => sum + one.bytes, 0);
  if (bytes > ATTACHED_LIMIT) throw new Problem('too-large', { limit: ATTACHED_LIMIT });
}

async function publish(deps: Deps, ask: Ask<z.output<typeof publishBody>>): Promise<Reply> {
  const id = ask.params['bulletin'] ?? '';
  const now = deps.now();
  const wanted = ask.body.at === undefined ? now : Math.max(now, Date.parse(ask.body.at));
  const reply = await changed(deps, ask, 'publish', ['draft'], async (client, found) => {
    await requireSendable(deps, client, found);
    await scheduleBulletin(client, id, new Date(wanted));
    return { type: 'bulletin-scheduled', details: { at: wanted } };
  });
  // A repeat starts it as well: the first may have ended between the transaction and here. The worker looks, too.
  const scheduled = await findBulletin(deps.pool, id);
  if (scheduled?.state === 'scheduled' && scheduled.publishAt)
    await startBulletin(deps, id, scheduled.publishAt.getTime());
  return reply;
}

function urge(deps: Deps, ask: Ask): Promise<Reply> {
  const id = ask.params['bulletin'] ?? '';
  return once(deps, ask, `/bulletins/${id}/urge`, async (client, command) => {
    const found = await locked(client, id, ['published']);
    const now = deps.now();
    const again = (found.urgedAt?.getTime() ?? -Infinity) + URGE_AGAIN_MS;
    if (now < again) throw new Problem('too-soon', { again: new Date(again).toISOString() });
    const urged = await urgeBulletin(client, found, new Date(now));
    const sequence = await noted(deps, client, ask, id, { type: 'bulletin-urged', details: { urged }, command });
    return { status: 200, headers: afterHeader(bulletinStream(id), sequence), body: { urged } };
  });
}

function withdraw(deps: Deps, ask: Ask<z.output<typeof withdrawBody>>): Promise<Reply> {
  return changed(deps, ask, 'withdraw', ['draft', 'scheduled', 'published'], async (client, found) => {
    const { reason } = ask.body;
    await requireSendable(deps, client, { ...found, body: reason, cover: found.cover ?? 'none' });
    const { groups } = deps.programme.channels;
    const told = await withdrawBulletin(client, found, { at: new Date(deps.now()), reason, groups });
    return { type: 'bulletin-withdrawn', details: { told } };
  });
}

type Change = { readonly type: OutsideAct; readonly details: { readonly [key: string]: Json } };

function changed(
  deps: Deps,
  ask: Ask,
  name: string,
  from: readonly Bulletin['state'][],
  work: (client: Client, found: Bulletin) => Promise<Change>,
): Promise<Reply> {
  const id = ask.params['bulletin'] ?? '';
  return once(deps, ask, `/bulletins/${id}/${name}`, async (client, command) => {
    const change = await work(client, await locked(client, id, from));
    return replyOf(client, id, await noted(deps, client, ask, id, { ...change, command }), 200);
  });
}

async function locked(client: Client, id: string, from: readonly Bulletin['state'][]): Promise<Bulletin> {
  const found = await lockBulletin(client, id);
  if (!found) throw new Problem('unknown-bulletin');
  if (!from.includes(found.state)) throw new Problem('wrong-state', { status: found.state });
  return found;
}

/** The bulletin's own ledger has who did what and when; its words stand in its row. */
async function noted(
  deps: Deps,
  client: Client,
  { by }: Ask,
  id: string,
  act: Change & { readonly command: string },
): Promise<number> {
  const { sequence } = await append(client, bulletinStream(id), [outsideAct({ ...act, by, at: deps.now() })]);
  return sequence;
}

async function replyOf(client: Client, id: string, sequence: number, status: number): Promise<Reply> {
  const found = await findBulletin(client, id);
  if (!found) throw new Problem('unknown-bulletin');
  const headers = {
    ...(status === 201 && { Location: `/bulletins/${id}` }),
    ...afterHeader(bulletinStream(id), sequence),
  };
  return { status, headers, body: shownOf(found) };
}
