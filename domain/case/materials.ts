/** Versions of materials 材料: the newest ones, and whether the sender saw the ones that count. */
import type { Versions } from './commands';
import { refuse } from '../ledger/rejection';
import type { Reopening } from './state';

/** The newest version number of every material that was handed in. */
export function currentVersions(state: Reopening): Versions {
  return Object.fromEntries(Object.entries(state.materials).map(([material, versions]) => [material, versions.length]));
}

/**
 * The versions that the sender saw must be the ones that count, for each of `materials`.
 * @throws Refused `stale-version` naming both
 */
export function requireVersions(seen: Versions, current: Versions, materials: readonly string[]): void {
  const stale = materials.filter((id) => seen[id] !== current[id]);
  if (stale.length > 0) {
    refuse('stale-version', {
      materials: stale.map((id) => ({ material: id, seen: seen[id] ?? null, current: current[id] ?? null })),
    });
  }
}

/** @throws Refused `unknown-material` */
export function materialOf(state: Reopening, id: string): void {
  const known = state.edition.materials.map((one) => one.id);
  if (!known.includes(id)) refuse('unknown-material', { material: id, known });
}
