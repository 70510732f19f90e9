/** Acts on enterprises outside a case: who may, and which entries come of it. */
import type { OutsideRow } from '../ledger/outside-acts';

export const ENTERPRISE_ACTS = {
  /** The invented ones of trial mode are registered by the machine at its first start. */
  register: { by: ['official'], causes: ['enterprise-registered'] },
} as const satisfies Record<string, OutsideRow>;
