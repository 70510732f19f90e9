/** Puts the figures of the town together: sums of what was received by what the programme counts an item as, and counts of people. */
import type { Figures } from '../../contracts/figures/figures';
import { SUPPLY_FIGURES, type SupplyFigure } from '../../domain/programme/edition';
import { completeDays, countPeople, receivedByItem, type CompleteDay } from '../../db/figures/statistics';
import type { Queryable } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { itemsOf, townOf } from '../programme/town';

/** @param db all of it is of one moment when this is a transaction's (`ofOneMoment`) */
export async function figuresOf(deps: Pick<Deps, 'pool' | 'programme'>, db: Queryable): Promise<Figures> {
  const received = await receivedByItem(db);
  const sums = Object.fromEntries(SUPPLY_FIGURES.map((figure) => [figure, 0])) as Record<SupplyFigure, number>;
  for (const { id, figure } of await itemsOf(deps, db)) if (figure) sums[figure] += received.get(id) ?? 0;
  const { utcOffsetMinutes } = townOf(deps);
  const days = await completeDays(db, utcOffsetMinutes);
  return { ...sums, ...(await countPeople(db)), testsPerPersonPerDay: testsPerPersonPerDay(days) };
}

/** Two decimals; null without a complete day. */
function testsPerPersonPerDay(days: readonly CompleteDay[]): number | null {
  const tests = days.reduce((sum, day) => sum + day.tests, 0);
  const people = days.reduce((sum, day) => sum + day.people, 0);
  return people === 0 ? null : Math.round((100 * tests) / people) / 100;
}
