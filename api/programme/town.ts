/** The town's clock and words: what belongs to no case, whatever editions its cases run under. */
import { offsetOf, type Programme } from '../../programme/schema';
import { newest } from '../../programme/town';
import type { SupplyItem } from '../../domain/programme/edition';
import type { Queryable } from '../../db/sql/pool';
import { allRules } from './case-rules';
import type { Deps } from '../http/deps';

type Of = Pick<Deps, 'pool' | 'programme'>;
interface Zone {
  /** Minutes east of UTC. */
  readonly utcOffsetMinutes: number;
}

/** Found once for all requests: it takes milliseconds. */
const zones = new WeakMap<Programme, Zone>();

export function townOf({ programme }: Pick<Deps, 'programme'>): Zone {
  const zone = zones.get(programme) ?? { utcOffsetMinutes: offsetOf(programme) };
  zones.set(programme, zone);
  return zone;
}

/**
 * Every item that an edition of the file has or a case runs under, as the newest one describes it. Stock is the town's: it serves
 * old cases and new ones, so an item stays in it when an edition has it no more.
 */
export async function itemsOf(deps: Of, db?: Queryable): Promise<readonly SupplyItem[]> {
  return newest((await allRules(deps, db)).flatMap(({ supplies }) => supplies.items));
}

/** Every department that signs off in a case or will, each in its newest name. */
export async function departmentsOf(deps: Of, db?: Queryable): Promise<readonly { id: string; name: string }[]> {
  return newest((await allRules(deps, db)).flatMap(({ departments }) => departments)).map(({ id, name }) => ({
    id,
    name,
  }));
}
