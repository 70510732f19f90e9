/** What the reconciler finds that is not as it should be, by kind, and why it is taken for that. */
import { HEAD_DIFFERENCES } from '../../domain/ledger/heads';

export { DISCREPANCY_KINDS, type DiscrepancyKind } from '../case/attention';

/** Why a run is nobody's: another type than its id says; another chain than its case's; a start that the API did not sign; no such case; a case that is closed. */
export const FOREIGN_WHYS = ['type', 'chain', 'start', 'no-case', 'closed'] as const;
export type ForeignWhy = (typeof FOREIGN_WHYS)[number];

/** Why nobody can say whose a run is: its ledger ends elsewhere; nobody has its start any more; PostgreSQL does not know its case. */
export const UNCLEAR_WHYS = ['head', 'gone', 'unregistered'] as const;
export type UnclearWhy = (typeof UNCLEAR_WHYS)[number];

/** Why an open case is not gone on with: it has no run, another one runs in its place, it is paused. */
export const MISSING_WHYS = ['ended', 'replaced', 'paused'] as const;
export type MissingWhy = (typeof MISSING_WHYS)[number];

/** What is wrong with the current version: a build that is not registered, another one than should be, none, a second one beside it. */
export const VERSION_WHYS = ['unknown-build', 'other-build', 'no-build', 'ramping'] as const;
export type VersionWhy = (typeof VERSION_WHYS)[number];

/** All of them; of a ledger that ends elsewhere how it does. */
export const DISCREPANCY_WHYS = [
  ...FOREIGN_WHYS,
  ...UNCLEAR_WHYS,
  ...MISSING_WHYS,
  ...HEAD_DIFFERENCES,
  ...VERSION_WHYS,
] as const;
export type DiscrepancyWhy = (typeof DISCREPANCY_WHYS)[number];
