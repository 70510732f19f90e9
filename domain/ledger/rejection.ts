/** Why an act is refused, on a case or outside one: the closed lists of codes, what sort each is, and how a rule says it. */
import type { Json } from './entry';

/**
 * `forbidden`: the actor may not (HTTP 403). `unknown`: it names what is not there (404). `conflict`: it was true once, or is
 * no longer (409). `rule`: the process does not allow it as given (422).
 */
export type RejectionSort = 'forbidden' | 'unknown' | 'conflict' | 'rule';

export const REJECTIONS = {
  forbidden: 'forbidden',
  'wrong-department': 'forbidden',
  'transferred-away': 'forbidden',
  'not-stationed': 'forbidden',
  'not-consulted': 'forbidden',
  'not-the-signer': 'forbidden',
  'veto-not-absolute': 'forbidden',
  'unknown-department': 'unknown',
  'unknown-material': 'unknown',
  'unknown-preparation': 'unknown',
  'unknown-requirement': 'unknown',
  'unknown-consultation': 'unknown',
  'unknown-duty': 'unknown',
  'unknown-round': 'unknown',
  'unknown-checklist-item': 'unknown',
  'unknown-waiver': 'unknown',
  'unknown-incident': 'unknown',
  'unknown-order': 'unknown',
  'unknown-item': 'unknown',
  'unknown-visit': 'unknown',
  'unknown-deviation': 'unknown',
  'unknown-finding': 'unknown',
  'unknown-suspension': 'unknown',
  'case-closed': 'conflict',
  'wrong-phase': 'conflict',
  'already-done': 'conflict',
  'stale-version': 'conflict',
  'stale-round': 'conflict',
  'materials-frozen': 'conflict',
  'not-asked': 'conflict',
  'nothing-to-take-back': 'conflict',
  'no-evidence-yet': 'conflict',
  'round-not-open': 'conflict',
  'stand-in-overlap': 'conflict',
  'not-the-next-step': 'conflict',
  'incident-under-way': 'conflict',
  'end-held': 'conflict',
  'not-allocated': 'conflict',
  'not-on-the-way': 'conflict',
  'stale-consignment': 'conflict',
  'readiness-incomplete': 'rule',
  'weak-link-missing': 'rule',
  'wrong-rulebook': 'rule',
  'opinion-required': 'rule',
  'checklist-incomplete': 'rule',
  'not-reviewed': 'rule',
  'materials-missing': 'rule',
  'material-not-renewed': 'rule',
  'requirements-open': 'rule',
  'not-yet-overdue': 'rule',
  'nothing-to-notify': 'rule',
  'too-soon': 'rule',
  'team-incomplete': 'rule',
  'no-liaison': 'rule',
  'wrong-role': 'rule',
  'wrong-date': 'rule',
  'counts-do-not-add-up': 'rule',
  'too-early': 'rule',
  'sampling-missing': 'rule',
  'no-certified-sampler': 'rule',
  'not-named': 'rule',
  'too-many': 'rule',
  outstanding: 'rule',
} as const satisfies Record<string, RejectionSort>;

export type RejectionCode = keyof typeof REJECTIONS;

/** Those of acts outside a case that no case knows. */
export const OUTSIDE_REJECTIONS = {
  'purchase-closed': 'conflict',
  'purchase-open': 'conflict',
  'wrong-state': 'conflict',
  'stock-promised': 'conflict',
  'unknown-purchase': 'unknown',
  'not-chronic': 'rule',
  'personal-data': 'rule',
  'cover-missing': 'rule',
  'nobody-to-tell': 'rule',
  'not-epidemic-control': 'forbidden',
  'unknown-enterprise': 'unknown',
  'unknown-village': 'unknown',
  'unknown-person': 'unknown',
  'unknown-stay': 'unknown',
  'uscc-taken': 'conflict',
  'login-taken': 'conflict',
  'still-in-the-loop': 'conflict',
  'no-room': 'conflict',
  'room-known': 'conflict',
  // Of a body or a table, not of an address: 422, with each place that is wrong.
  'unknown-reference': 'rule',
  'table-invalid': 'rule',
  'uscc-invalid': 'rule',
  'uscc-needs-confirmation': 'rule',
  'wrong-exemption': 'rule',
  'wrong-belonging': 'rule',
} as const satisfies Record<string, RejectionSort>;

export type OutsideRejectionCode = keyof typeof OUTSIDE_REJECTIONS;

/** What may be wrong with one value of an act outside a case; contracts/words/problems.ts has the words. */
export const MISTAKES = [
  'uscc-length',
  'uscc-character',
  'uscc-check',
  'uscc-last-character',
  'does-not-lodge',
  'has-a-room',
  'on-another-roster',
] as const;

/** One value of an act that is wrong: where it stands (a JSON pointer into the body) and why. */
export interface Wrong {
  readonly at: string;
  readonly why: (typeof MISTAKES)[number];
}

export interface Rejection<Code = RejectionCode> {
  readonly code: Code;
  /** What the reader needs to mend it: ids, versions, dates, counts. */
  readonly about: { readonly [key: string]: Json };
}

/** How a rule stops; `decide` turns it into a value, and of an act outside a case the API's error mapper a problem. */
export class Refused<Code extends RejectionCode | OutsideRejectionCode = RejectionCode> extends Error {
  constructor(
    readonly rejection: Rejection<Code>,
    readonly wrong: readonly Wrong[] = [],
  ) {
    super(rejection.code);
  }
}

export function isRefused(error: unknown): error is Refused<RejectionCode | OutsideRejectionCode> {
  return error instanceof Refused;
}

/** @throws Refused always */
export function refuse(code: RejectionCode, about: Rejection['about'] = {}): never {
  throw new Refused({ code, about });
}

/** The same for an act outside a case, with the values that are wrong when it is about single ones. @throws Refused always */
export function refuseOutside(
  code: RejectionCode | OutsideRejectionCode,
  about: Rejection['about'] = {},
  wrong: readonly Wrong[] = [],
): never {
  throw new Refused<RejectionCode | OutsideRejectionCode>({ code, about }, wrong);
}
