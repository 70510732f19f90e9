/** Acts on testing outside a case: who may, and which entries come of it. */
import type { Account, Role } from '../ledger/entry';
import type { OutsideRow } from '../ledger/outside-acts';
import type { Edition } from '../programme/edition';

export const TESTING_ACTS = {
  exempt: { by: ['reviewer'], department: 'epidemic-control', causes: ['person-exempted'] },
} as const satisfies Record<string, OutsideRow>;

/** Nobody leaves the tests by a form of the own enterprise: not by its own, and not by an official's for it. */
export function mayExempt(
  { epidemicControl }: Pick<Edition, 'epidemicControl'>,
  { role, department }: Pick<Account, 'role' | 'department'>,
): boolean {
  const permitted: readonly Role[] = TESTING_ACTS.exempt.by;
  return permitted.includes(role) && department === epidemicControl;
}
