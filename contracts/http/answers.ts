/** What answers are made of, whatever they are about: times, how complete they are, pages of a list. */
import { z } from 'zod';

export const time = z.iso.datetime().meta({ description: 'UTC' });
/** A time within a case's state, which counts milliseconds. */
export const instant = (description: string) =>
  z.int().meta({ description: `${description}; milliseconds since 1970 UTC` });
export const asOf = time.nullable().meta({
  description: 'Null: everything asked for is included. Else the time up to which the answer is complete 数据截至',
});

export const pageOfItems = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: '`cursor` of the next page; null on the last 下一页游标' }),
    asOf,
  });
