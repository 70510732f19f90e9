/** Bulletins 简报: written once, previewed for every channel, published now or later, urged, withdrawn, `/bulletins`. */
import { z } from 'zod';
import {
  BULLETIN_STATES,
  bulletinBody,
  bulletinView,
  previewView,
  publishBody,
  urgedView,
  withdrawBody,
} from '../../contracts/telling/bulletins';
import { bulletinStream, type OutsideEntry } from '../../domain/ledger/outside-acts';
import { pageOfItems } from '../../contracts/http/answers';
import { readView } from '../../contracts/telling/notices';
import { TELLING_ACTS } from '../../domain/telling/acts';
import { scheduleBulletin, urgeBulletin, withdrawBulletin } from '../../domain/telling/bulletins';
import {
  audienceOf,
  findBulletin,
  listBulletins,
  lockBulletin,
  stateOf,
  tellUnread,
  writeSchedule,
  writeWithdrawal,
  type Bulletin,
} from '../../db/telling/bulletins';
import { markBulletinRead } from '../../db/telling/my-notices';
import type { Client } from '../../db/sql/pool';
import { noted, replyOf, shownOf } from './bulletin-acts';
import { mayReadBulletin, seesAllBulletins } from './bulletin-access';
import { draft } from './bulletin-drafts';
import { personalDataFor, previewsOf, startBulletin } from './bulletin-sending';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { pageOf, paging, positionOf } from '../http/paging';
import { route, type Ask, type Reply, type Route } from '../http/route';

const TAG = 'Bulletins 简报';
const writers = TELLING_ACTS.draftBulletin.by;
const position = z.tuple([z.string().max(60), z.string().max(40)]);

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
      access: TELLING_ACTS.scheduleBulletin.by,
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
      access: TELLING_ACTS.urgeBulletin.by,
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
      access: TELLING_ACTS.withdrawBulletin.by,
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

async function publish(deps: Deps, ask: Ask<z.output<typeof publishBody>>): Promise<Reply> {
  const id = ask.params['bulletin'] ?? '';
  const at = ask.body.at === undefined ? undefined : Date.parse(ask.body.at);
  const reply = await changed(deps, ask, 'publish', async (client, found) => {
    const personal = await personalDataFor(deps, client, found.channels, `${found.title}\n${found.body}`);
    const { enterprises } = await audienceOf(client, id);
    const { publishAt, entry } = scheduleBulletin(stateOf(found), { at, personal, enterprises }, deps.now());
    await writeSchedule(client, id, new Date(publishAt));
    return entry;
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
    const found = await locked(client, id);
    const { urgedAt, entryOf } = urgeBulletin(stateOf(found), deps.now());
    const urged = await tellUnread(client, found, new Date(urgedAt));
    const sequence = await noted(deps, client, ask, id, { ...entryOf(urged), command });
    return { status: 200, headers: afterHeader(bulletinStream(id), sequence), body: { urged } };
  });
}

function withdraw(deps: Deps, ask: Ask<z.output<typeof withdrawBody>>): Promise<Reply> {
  return changed(deps, ask, 'withdraw', async (client, found) => {
    const { reason } = ask.body;
    const personal = await personalDataFor(deps, client, found.channels, reason);
    const { withdrawnAt, tells, entryOf } = withdrawBulletin(stateOf(found), { personal }, deps.now());
    const { groups } = deps.programme.channels;
    return entryOf(await writeWithdrawal(client, found, { at: new Date(withdrawnAt), reason, tells, groups }));
  });
}

function changed(
  deps: Deps,
  ask: Ask,
  name: string,
  work: (client: Client, found: Bulletin) => Promise<OutsideEntry>,
): Promise<Reply> {
  const id = ask.params['bulletin'] ?? '';
  return once(deps, ask, `/bulletins/${id}/${name}`, async (client, command) => {
    const entry = await work(client, await locked(client, id));
    return replyOf(client, id, await noted(deps, client, ask, id, { ...entry, command }), 200);
  });
}

async function locked(client: Client, id: string): Promise<Bulletin> {
  const found = await lockBulletin(client, id);
  if (!found) throw new Problem('unknown-bulletin');
  return found;
}
