/** Lodging 集中住宿: hotels with their rooms, and who is given one from when to when, `/hotels`, `/stays`. */
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import {
  assignBody,
  endStayBody,
  hotelBody,
  hotelsView,
  hotelView,
  lodgedView,
  roomsBody,
  staysView,
} from '../../contracts/people/lodging';
import { outsideAct, STREAMS, type OutsideEntry } from '../../domain/ledger/outside-acts';
import { PEOPLE_ACTS } from '../../domain/people/acts';
import { addRooms, assignRooms, endStay, registerHotel } from '../../domain/people/lodging';
import { ROWS_LIMIT } from '../../contracts/documents/sheets';
import { localDate } from '../../domain/calendar/calendar';
import { appendActs } from '../../db/ledger/acts-outside';
import { findEnterprise } from '../../db/enterprises/enterprises';
import {
  endStay as writeEnd,
  freeRooms,
  insertHotel,
  insertRooms,
  insertStays,
  listHotels,
  lockHotel,
  lockStay,
  lodgersOf,
  roomNumbers,
  staysOf,
} from '../../db/people/lodging';
import { lockRoster } from '../../db/people/people';
import type { Client, Queryable } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { requireRoster } from './roster-access';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { townOf } from '../programme/town';

const TAG = 'Lodging 住宿';

export function lodgingRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const done = async (
    client: Client,
    { by }: Ask,
    acted: Acted,
    answer: Pick<Reply, 'status' | 'body'>,
  ): Promise<Reply> => {
    const { sequence } = await appendActs(deps.keys, client, STREAMS.lodging, [
      outsideAct({ ...acted, by, at: deps.now() }),
    ]);
    return { ...answer, headers: afterHeader(STREAMS.lodging, sequence) };
  };
  return [
    route({
      method: 'post',
      path: '/hotels',
      tag: TAG,
      summary: '登记住宿点 Register a hotel',
      access: PEOPLE_ACTS.registerHotel.by,
      body: hotelBody,
      idempotent: true,
      answers: {
        201: { description: 'Registered', schema: hotelView, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['unknown-reference', 'key-reused'],
      async handle(ask) {
        const { body } = ask;
        if (!deps.programme.villages.some((village) => village.id === body.village)) {
          throw new Problem('unknown-reference', {}, [{ pointer: '/village', reason: 'is not a village 没有此村' }]);
        }
        return once(deps, ask, '/hotels', async (client, command) => {
          const hotel = { ...body, id: `h-${randomBytes(8).toString('hex')}` };
          await insertHotel(client, hotel);
          const answer = { status: 201, body: { ...hotel, rooms: 0, places: 0, free: 0 } };
          return done(client, ask, { ...registerHotel(hotel), command }, answer);
        });
      },
    }),
    route({
      method: 'get',
      path: '/hotels',
      tag: TAG,
      summary: '住宿点 Hotels',
      access: ['official', 'enterprise', 'liaison', 'health', 'operator', 'village'],
      answers: { 200: { description: 'With their places', schema: hotelsView } },
      async handle() {
        return { status: 200, body: await hotels(deps, pool) };
      },
    }),
    route({
      method: 'post',
      path: '/hotels/{hotel}/rooms',
      tag: TAG,
      summary: '登记房间 Add rooms',
      access: PEOPLE_ACTS.addRooms.by,
      body: roomsBody,
      idempotent: true,
      answers: { 200: { description: 'Added', schema: hotelsView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-hotel', 'room-known', 'key-reused'],
      handle: (ask) => furnish(deps, ask, done),
    }),
    route({
      method: 'post',
      path: '/hotels/{hotel}/assign',
      tag: TAG,
      summary: '安排住宿 Give people rooms',
      description: 'Team by team, and everyone or nobody.',
      access: PEOPLE_ACTS.assignRooms.by,
      body: assignBody,
      idempotent: true,
      answers: { 200: { description: 'Given', schema: lodgedView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-hotel', 'unknown-enterprise', 'unknown-reference', 'no-room', 'key-reused'],
      handle: (ask) => assign(deps, ask, done),
    }),
    route({
      method: 'post',
      path: '/stays/{stay}/end',
      tag: TAG,
      summary: '退房 End a stay',
      access: PEOPLE_ACTS.endStay.by,
      body: endStayBody,
      idempotent: true,
      answers: { 200: { description: 'Ended', schema: lodgedView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-stay', 'wrong-date', 'key-reused'],
      async handle(ask) {
        const stay = ask.params['stay'] ?? '';
        return once(deps, ask, `/stays/${stay}/end`, async (client, command) => {
          const { on } = ask.body;
          const caused = endStay(await lockStay(client, stay), { stay, on });
          await writeEnd(client, stay, on);
          return done(client, ask, { ...caused, command }, { status: 200, body: { lodged: 0 } });
        });
      },
    }),
    route({
      method: 'get',
      path: '/enterprises/{enterprise}/lodging',
      tag: TAG,
      summary: '住宿安排 Who stays where',
      access: 'account',
      answers: { 200: { description: 'By hotel and room', schema: staysView } },
      problems: ['unknown-enterprise'],
      async handle(ask) {
        const enterprise = await requireRoster(deps, ask, 'read');
        return { status: 200, body: { items: await staysOf(pool, enterprise, ROWS_LIMIT) } };
      },
    }),
  ];
}

interface Acted extends OutsideEntry {
  readonly command: string;
}
type Finish = (client: Client, ask: Ask, acted: Acted, answer: Pick<Reply, 'status' | 'body'>) => Promise<Reply>;

async function furnish(deps: Deps, ask: Ask<z.output<typeof roomsBody>>, done: Finish): Promise<Reply> {
  const hotel = ask.params['hotel'] ?? '';
  const { rooms } = ask.body;
  return once(deps, ask, `/hotels/${hotel}/rooms`, async (client, command) => {
    // One list after the other: each sees the numbers that the one before has added.
    if (!(await lockHotel(client, hotel))) throw new Problem('unknown-hotel');
    const caused = addRooms(await roomNumbers(client, hotel), hotel, rooms);
    await insertRooms(client, hotel, rooms);
    return done(client, ask, { ...caused, command }, { status: 200, body: await hotels(deps, client) });
  });
}

async function hotels(deps: Deps, db: Queryable) {
  return { items: await listHotels(db, localDate(deps.now(), townOf(deps))) };
}

async function assign(deps: Deps, ask: Ask<z.output<typeof assignBody>>, done: Finish): Promise<Reply> {
  const hotel = ask.params['hotel'] ?? '';
  const { enterprise, from, people } = ask.body;
  if (!(await findEnterprise(deps.pool, enterprise))) throw new Problem('unknown-enterprise');
  return once(deps, ask, `/hotels/${hotel}/assign`, async (client, command) => {
    await lockRoster(client, enterprise);
    if (!(await lockHotel(client, hotel))) throw new Problem('unknown-hotel');
    const assigning = { hotel, enterprise, from, among: people ?? null };
    const beds = { people: await lodgersOf(client, assigning), rooms: await freeRooms(client, assigning) };
    const { stays, ...caused } = assignRooms(beds, assigning);
    await insertStays(client, assigning, stays);
    return done(client, ask, { ...caused, command }, { status: 200, body: { lodged: stays.length } });
  });
}
