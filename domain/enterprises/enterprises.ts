/** Registering an enterprise: its credit code is right, or doubtful and confirmed by an official, and nobody else's. */
import { checkUscc } from '../calendar/codes';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';
import type { EnterpriseKind } from '../programme/for-whom';

/** A credit code that may be registered. */
export interface AcceptedCode {
  readonly uscc: string;
  /** Doubtful by itself: somebody has looked at the certificate and stands for it. */
  readonly confirmed: boolean;
}

/** A confirmation counts for a code that fails its last character only; a right code needs none, a wrong one is not saved by it. */
export function acceptCode(typed: string, confirmed: boolean): AcceptedCode {
  const checked = checkUscc(typed);
  if (checked.verdict === 'invalid') {
    refuseOutside('uscc-invalid', {}, [{ at: '/uscc', why: `uscc-${checked.reason}` }]);
  }
  const doubtful = checked.verdict === 'doubtful';
  if (doubtful && !confirmed) {
    refuseOutside('uscc-needs-confirmation', {}, [{ at: '/uscc', why: 'uscc-last-character' }]);
  }
  return { uscc: checked.code, confirmed: doubtful };
}

export interface NewEnterprise {
  readonly id: string;
  readonly kind: EnterpriseKind;
  readonly village: string;
  readonly code: AcceptedCode;
}

/** What is known under the code already. */
export interface Registered {
  readonly taken: boolean;
}

export interface Registering extends OutsideEntry {
  readonly uscc: string;
  /** The account that stands for a doubtful code. */
  readonly usccConfirmedBy: string | null;
}

export function registerEnterprise({ taken }: Registered, one: NewEnterprise, by: { account: string }): Registering {
  const { id, kind, village, code } = one;
  const { uscc, confirmed } = code;
  if (taken) refuseOutside('uscc-taken', { uscc });
  return {
    uscc,
    usccConfirmedBy: confirmed ? by.account : null,
    type: 'enterprise-registered',
    details: { enterprise: id, kind, village, usccConfirmed: confirmed },
  };
}
