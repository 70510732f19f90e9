/** Who sees what of a case: by role, by belonging, and what the enterprise may know of a round in course. */
import type { Account, Draft, Role } from '../ledger/entry';
import type { Review } from './state';

/** Who may look at the town as a whole: its figures, and where cases queue. */
export const TOWN_READERS: readonly Role[] = ['official', 'reviewer', 'operator', 'health', 'storekeeper'];

/** What of a case decides who may see it. */
export interface CaseScope {
  readonly enterprise: string;
  readonly village: string;
  /** Accounts of all liaisons that are or were stationed or stand in, and of those to whom it was copied. */
  readonly accounts: readonly string[];
}

/**
 * Officials, reviewers (every department reviews every case), health and operators see all, the storekeeper the orders of all;
 * the others see their own.
 */
export function maySee(account: Account, scope: CaseScope): boolean {
  if (scope.accounts.includes(account.account)) return true;
  switch (account.role) {
    case 'official':
    case 'reviewer':
    case 'operator':
    case 'health':
    case 'storekeeper':
      return true;
    case 'enterprise':
      return account.enterprise === scope.enterprise;
    case 'village':
      return account.village === scope.village;
    case 'liaison':
    case 'volunteer':
      return false;
  }
}

/** Who hands goods out and delivers them sees orders of a case, nothing else of it. */
export function seesOrdersOnly({ role }: Pick<Account, 'role'>): boolean {
  return role === 'storekeeper' || role === 'volunteer';
}

/** A take-back tells nothing but that the act is owed again. */
const VERDICTS: ReadonlySet<string> = new Set(['approved', 'approved-with-conditions', 'returned']);

/** Until a round ends the enterprise sees who has acted, not how (docs/domain.md#sign-offs). */
export function seesVerdicts(account: Account, review: Pick<Review, 'status'>): boolean {
  return account.role !== 'enterprise' || review.status !== 'reviewing';
}

/** What the enterprise sees in place of a verdict; no entry of the ledger has this type, for the type alone would tell. */
export type HiddenVerdict<E> = Omit<E, 'type' | 'details'> & { type: 'acted'; details: Draft['details'] };

/** The entry as the account may see it: a verdict of the round in course is, for the enterprise, only "has acted". */
export function visibleEntry<E extends Pick<Draft, 'type' | 'details'>>(
  entry: E,
  account: Account,
  review: Pick<Review, 'status' | 'round'>,
): E | HiddenVerdict<E> {
  if (seesVerdicts(account, review) || !VERDICTS.has(entry.type) || entry.details['round'] !== review.round)
    return entry;
  const { department = null, round = null } = entry.details;
  return { ...entry, type: 'acted', details: { department, round } };
}
