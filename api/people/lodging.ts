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
import { outsideAct, STREAMS, type OutsideAct } from '../../domain/ledger/outside-acts';
import { ROWS_LIMIT } from '../../contracts/documents/sheets';
import type { FieldMistake } from '../../contracts/words/problems';
import { localDate } from '../../domain/calendar/calendar';
import type { Json } from '../../domain/ledger/entry';
import { append } from '../../db/ledger/ledger';
import { findEnterprise } from '../../db/enterprises/enterprises';
import {
  assignRooms,
  endStay,
  insertHotel,
  insertRooms,
  listHotels,
  lockHotel,
  staysOf,
} from '../../db/people/lodging';
import { lockRoster } from '../../db/people/people';
import { isUniqueViolation, type Client, type Queryable } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { requireRoster } from './roster-access';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { townOf } from '../programme/town';

const TAG = 'Lodging 住宿';
/** What one screen can say of a list of people. */
const MOST_LISTED = 100;

export function lodgingRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const done = async (
    client: Client,
    { by }: Ask,
    acted: Acted,
    answer: Pick<Reply, 'status' | 'body'>,
  ): Promise<Reply> => {
    const { sequence } = await append(client, STREAMS.lodging, [outsideAct({ ...acted, by, at: deps.now() })]);
    return { ...answer, headers: afterHeader(STREAMS.lodging, sequence) };
  };
  return [
    route({
      method: 'post',
      path: '/hotels',
      tag: TAG,
      summary: '登记住宿点 Register a hotel',
      access: ['official'],
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
          const details = { hotel: hotel.id, village: body.village };
          const answer = { status: 201, body: { ...hotel, rooms: 0, places: 0, free: 0 } };
          return done(client, ask, { type: 'hotel-registered', details, command }, answer);
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
      access: ['official'],
      body: roomsBody,
      idempotent: true,
      answers: { 200: { description: 'Added', schema: hotelsView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-hotel', 'room-known', 'key-reused'],
      handle: (ask) => addRooms(deps, ask, done),
    }),
    route({
      method: 'post',
      path: '/hotels/{hotel}/assign',
      tag: TAG,
      summary: '安排住宿 Give people rooms',
      description: 'Team by team, and everyone or nobody.',
      access: ['official'],
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
      access: ['official'],
      body: endStayBody,
      idempotent: true,
      answers: { 200: { description: 'Ended', schema: lodgedView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-stay', 'wrong-date', 'key-reused'],
      async handle(ask) {
        const stay = ask.params['stay'] ?? '';
        return once(deps, ask, `/stays/${stay}/end`, async (client, command) => {
          const { on } = ask.body;
          const ended = await endStay(client, stay, on);
          if (ended === 'unknown') throw new Problem('unknown-stay');
          if (ended === 'before') throw new Problem('wrong-date', { on });
          const details = { stay, enterprise: ended.enterprise, on };
          return done(client, ask, { type: 'stay-ended', details, command }, { status: 200, body: { lodged: 0 } });
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

interface Acted {
  readonly type: OutsideAct;
  readonly details: { readonly [key: string]: Json };
  readonly command: string;
}
type Finish = (client: Client, ask: Ask, acted: Acted, answer: Pick<Reply, 'status' | 'body'>) => Promise<Reply>;

async function addRooms(deps: Deps, ask: Ask<z.output<typeof roomsBody>>, done: Finish): Promise<Reply> {
  const hotel = ask.params['hotel'] ?? '';
  const { rooms } = ask.body;
  try {
    return await once(deps, ask, `/hotels/${hotel}/rooms`, async (client, command) => {
      // Two lists of the same numbers, each in another order, would wait for each other.
      if (!(await lockHotel(client, hotel))) throw new Problem('unknown-hotel');
      await insertRooms(client, hotel, rooms);
      const details = { hotel, rooms: rooms.length, places: rooms.reduce((sum, room) => sum + room.capacity, 0) };
      const answer = { status: 200, body: await hotels(deps, client) };
      return done(client, ask, { type: 'rooms-added', details, command }, answer);
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('room-known');
    throw error;
  }
}

async function hotels(deps: Deps, db: Queryable) {
  return { items: await listHotels(db, localDate(deps.now(), townOf(deps))) };
}

/** Everyone or nobody. @throws Problem `unknown-reference` for who cannot be lodged, `no-room` */
async function assign(deps: Deps, ask: Ask<z.output<typeof assignBody>>, done: Finish): Promise<Reply> {
  const hotel = ask.params['hotel'] ?? '';
  const { enterprise, from, people } = ask.body;
  if (!(await findEnterprise(deps.pool, enterprise))) throw new Problem('unknown-enterprise');
  return once(deps, ask, `/hotels/${hotel}/assign`, async (client, command) => {
    await lockRoster(client, enterprise);
    if (!(await lockHotel(client, hotel))) throw new Problem('unknown-hotel');
    const assigned = await assignRooms(client, { hotel, enterprise, from, among: people ?? null });
    if ('strangers' in assigned) throw unfit(people ?? [], assigned);
    if ('missing' in assigned) throw new Problem('no-room', { missing: assigned.missing });
    const { lodged } = assigned;
    const details = { hotel, enterprise, from, lodged };
    return done(client, ask, { type: 'lodged', details, command }, { status: 200, body: { lodged } });
  });
}

interface Unfit {
  readonly strangers: readonly string[];
  readonly housed: readonly string[];
}

function unfit(people: readonly string[], { strangers, housed }: Unfit): Problem {
  const [lodgesNot, hasRoom] = [new Set(strangers), new Set(housed)];
  const mistakes = people.flatMap((id, index): FieldMistake[] => {
    const pointer = `/people/${index}`;
    if (lodgesNot.has(id)) return [{ pointer, reason: 'does not lodge with this enterprise 不是该企业集中住宿人员' }];
    return hasRoom.has(id) ? [{ pointer, reason: 'has a room already 已安排住宿' }] : [];
  });
  return new Problem('unknown-reference', {}, mistakes.slice(0, MOST_LISTED));
}
