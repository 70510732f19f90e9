/** Puts the figures of the town together: sums of what was received by what the programme counts an item as, and counts of people. */
import type { Figures } from '../contracts/figures';
import type { Programme } from '../contracts/programme';
import { SUPPLY_FIGURES, type SupplyFigure, type SupplyItem } from '../domain/edition';
import { completeDays, countPeople, receivedByItem, type CompleteDay } from '../db/statistics';
import type { Queryable } from '../db/pool';
import type { Deps } from './deps';
import { editionsOf } from './editions';

/** @param db all of it is of one moment when this is a transaction's (`ofOneMoment`) */
export async function figuresOf({ programme, now }: Pick<Deps, 'programme' | 'now'>, db: Queryable): Promise<Figures> {
  const received = await receivedByItem(db);
  const sums = Object.fromEntries(SUPPLY_FIGURES.map((figure) => [figure, 0])) as Record<SupplyFigure, number>;
  for (const { id, figure } of itemsOf(programme).values()) if (figure) sums[figure] += received.get(id) ?? 0;
  const { utcOffsetMinutes } = editionsOf(programme)(now());
  const days = await completeDays(db, utcOffsetMinutes);
  return { ...sums, ...(await countPeople(db)), testsPerPersonPerDay: testsPerPersonPerDay(days) };
}

/** Every item that an edition has or had, as the newest one describes it: what was received under an old edition still counts. */
export function itemsOf({ editions }: Programme): ReadonlyMap<string, SupplyItem> {
  return new Map(editions.flatMap(({ supplies }) => supplies.items.map((item) => [item.id, item as SupplyItem])));
}

/** Two decimals; null without a complete day. */
function testsPerPersonPerDay(days: readonly CompleteDay[]): number | null {
  const tests = days.reduce((sum, day) => sum + day.tests, 0);
  const people = days.reduce((sum, day) => sum + day.people, 0);
  return people === 0 ? null : Math.round((100 * tests) / people) / 100;
}
