/** Acts on accounts: done at the machine (`npm run account`, the first start of trial mode), so the operator's. */
import type { OutsideRow } from '../ledger/outside-acts';

export const ACCOUNT_ACTS = {
  add: { by: ['operator'], causes: ['account-added'] },
  disable: { by: ['operator'], causes: ['account-disabled'], dangerous: true },
  issueToken: { by: ['operator'], causes: ['token-issued'] },
  setReach: { by: ['operator'], causes: ['account-reach-set'] },
} as const satisfies Record<string, OutsideRow>;
