/** How the ledger's end in PostgreSQL and the end that a case knows of itself fit together. */
import type { Head } from './entry';

export const HEAD_DIFFERENCES = ['ledger-behind', 'case-behind', 'other-hash'] as const;
export type HeadDifference = (typeof HEAD_DIFFERENCES)[number];

/** A case as it says where it stands. */
export interface Held {
  readonly head: Head;
  /** Entries up to its head that are still on their way to PostgreSQL. */
  readonly unrecorded: number;
}

/** Both go on meanwhile: the ledger's end is read before and after the case is asked. Undefined: they fit, as far as one can see. */
export function headDifference({ head, unrecorded }: Held, before: Head, after: Head): HeadDifference | undefined {
  if (after.sequence < head.sequence - unrecorded) return 'ledger-behind';
  if (before.sequence > head.sequence) return 'case-behind';
  if (before.sequence === head.sequence && before.hash !== head.hash) return 'other-hash';
  return undefined;
}

/** Whether both end with the same entry, and nothing is on its way. */
export function isSameHead({ head, unrecorded }: Held, ledger: Head): boolean {
  return unrecorded === 0 && head.sequence === ledger.sequence && head.hash === ledger.hash;
}
