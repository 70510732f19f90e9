/** What the API takes and answers about hotels, rooms, stays and movements. */
import { z } from 'zod';
import { date, id, oneLine } from '../http/fields';
import { pageOfItems } from '../http/answers';
import { DIRECTIONS, ROWS_LIMIT } from '../documents/sheets';

/** A hotel of the region has some hundred rooms. */
const MOST_ROOMS = 500;
const NAME_LIMIT = 60;
const ADDRESS_LIMIT = 120;

export const hotelBody = z.strictObject({
  name: oneLine(NAME_LIMIT, 'Name 名称'),
  address: oneLine(ADDRESS_LIMIT, 'Address 地址'),
  village: id('Village 所在村'),
});
export const roomsBody = z.strictObject({
  rooms: z
    .array(
      z.strictObject({
        number: oneLine(20, 'Number 房号'),
        // As in the table: more beds in one room are a dormitory, which the loop does not allow.
        capacity: z.int().min(1).max(8).meta({ description: 'Beds 床位' }),
      }),
    )
    .min(1)
    .max(MOST_ROOMS)
    .meta({ description: 'Rooms 房间' }),
});
export const hotelView = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string(),
  village: z.string(),
  rooms: z.int(),
  places: z.int(),
  free: z.int().meta({ description: 'Places free from today on 今起空余床位' }),
});
export const hotelsView = z.object({ items: z.array(hotelView) });
export const assignBody = z.strictObject({
  enterprise: id('Enterprise 企业'),
  from: date('First night 入住日期'),
  people: z.array(id('Employee 员工')).min(1).max(ROWS_LIMIT).optional().meta({
    description: 'Without it everyone who lodges and has no room; teams stay together 缺省为全部待安排人员',
  }),
});
export const lodgedView = z.object({ lodged: z.int() });
export const endStayBody = z.strictObject({ on: date('Day of leaving 退房日期') });
export const staysView = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      person: z.string(),
      name: z.string().nullable(),
      team: z.string().nullable(),
      hotel: z.string(),
      room: z.string(),
      from: z.string(),
      to: z.string().nullable(),
    }),
  ),
});
export const movementsView = pageOfItems(
  z.object({
    person: z.string(),
    name: z.string().nullable(),
    direction: z.enum(DIRECTIONS),
    at: z.iso.datetime(),
    list: z.string(),
    deviation: z.string().nullable().meta({ description: 'Outside every window 违规外出' }),
    notArrived: z.boolean().meta({ description: 'Departed, and arrived nowhere in time 未按时到达' }),
  }),
);
