/** What belongs to the town and to no case: the words for every department and item that any of its editions knows. */
import type { SupplyItem } from '../domain/programme/edition';
import type { Programme } from './schema';

export interface TownWords {
  /** Each department and item once, in the words of the newest edition that has it. */
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly items: readonly SupplyItem[];
}

export function townWords({ editions }: Pick<Programme, 'editions'>): TownWords {
  const departments = editions.flatMap((edition) => edition.departments.map(({ id, name }) => ({ id, name })));
  const items: SupplyItem[] = editions.flatMap(({ supplies }) => supplies.items);
  return { departments: newest(departments), items: newest(items) };
}

/** Of what stands there several times the last, oldest first. */
export function newest<T extends { readonly id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [one.id, one])).values()];
}
