/** Words and files are erased by decision of an official; the ledger keeps who decided, why, and which they were, never what they said. */
import type { Account } from '../ledger/entry';
import type { OutsideEntry, OutsideRow } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';

/** `request`: the person asked for it (PIPL art. 47). `retention`: kept long enough. `mistake`: should never have been written. */
export const ERASURE_REASONS = ['request', 'retention', 'mistake'] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** Done at the machine (`npm run erase`), for an official. */
export const DOCUMENT_ACTS = {
  erase: { by: ['official'], causes: ['words-erased'], dangerous: true },
} as const satisfies Record<string, OutsideRow>;

/** So many ids in one entry: some 20 KB; who erases more makes several. */
export const MOST_ERASED = 500;

export interface Erasure {
  readonly texts: readonly string[];
  readonly documents: readonly string[];
  readonly reason: ErasureReason;
  readonly decidedBy: Account;
}

/** @throws Refused when somebody else than an official decided */
export function eraseWords({ texts, documents, reason, decidedBy }: Erasure): OutsideEntry {
  const { account, role } = decidedBy;
  const may: readonly string[] = DOCUMENT_ACTS.erase.by;
  if (!may.includes(role)) refuseOutside('forbidden', { role });
  return {
    type: 'words-erased',
    details: { decidedBy: account, reason, texts: [...texts], documents: [...documents] },
  };
}
