/** Names that are no person's: departments, parts of the process and villages, after which accounts may be called. */
import { OWNERS } from '../domain/case/agenda';
import { ownerName } from '../contracts/words/glossary';
import type { Programme } from './schema';

export function officesOf({ editions, villages }: Pick<Programme, 'editions' | 'villages'>): string[] {
  const departments = editions.flatMap((edition) => edition.departments.map(({ name }) => name));
  const owners = OWNERS.map((owner) => ownerName(owner, { departments: [] }));
  return [...new Set([...departments, ...owners, ...villages.map(({ name }) => name)])];
}
