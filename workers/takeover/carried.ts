/** What a run of the landed release carries, where it meets the ledger, and the same in today's shape. */
import type { Carried, RecentCommand } from '../../contracts/case/start';
import { upgradeState, type SecondState } from '../../domain/case/upgrade';
import { SCHEMA } from '../../domain/case/state';
import type { Entry, Head } from '../../domain/ledger/entry';

/** The answer of the landed query `carried`. */
export interface LandedCarried {
  readonly kind: 'carried';
  readonly schema: 2;
  readonly state: SecondState;
  readonly keys: readonly string[];
  readonly head: Head;
  readonly unrecorded: readonly Entry[];
  readonly recent: readonly RecentCommand[];
}

/** PostgreSQL may have another state than this: the first recording brings all of it. */
export function upgradeCarried({ state, keys, head, unrecorded, recent }: LandedCarried): Carried {
  const over = { state: upgradeState(state), keys, head, unrecorded, recent };
  return { kind: 'carried', schema: SCHEMA, ...over, recordings: 0, recorded: null };
}

/**
 * Whether the ledger ends where it can be continued: at the case's own end, or at an entry after which the rest is still carried. A
 * recording that was cut off may have come as far as any of them.
 */
export function continues({ head, unrecorded }: Pick<LandedCarried, 'head' | 'unrecorded'>, ledger: Head): boolean {
  const [first] = unrecorded;
  const before = first && { sequence: first.sequence - 1, hash: first.previous };
  const places = [head, ...unrecorded, ...(before ? [before] : [])];
  return places.some(({ sequence, hash }) => sequence === ledger.sequence && hash === ledger.hash);
}
