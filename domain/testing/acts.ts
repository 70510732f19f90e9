/** Acts on testing outside a case: who may, and which entries come of it. */
import type { OutsideRow } from '../ledger/outside-acts';

export const TESTING_ACTS = {
  /** Of the reviewers the department of epidemic control alone (`requireEpidemicControl`). */
  exempt: { by: ['reviewer'], causes: ['person-exempted'] },
} as const satisfies Record<string, OutsideRow>;
