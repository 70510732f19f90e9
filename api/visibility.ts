/** Who may see a case, and what of it: asked with every request that names one. */
import type { CaseView } from '../contracts/views';
import { maySee, seesVerdicts } from '../domain/authorisation';
import type { Account } from '../domain/ledger';
import { findCase, type KnownCase } from '../db/cases';
import type { Queryable } from '../db/pool';
import { Problem } from './problem';

/** @throws Problem `unknown-case`, also for a case that exists and is not for this account: that it exists is nobody's business */
export async function caseFor(db: Queryable, account: Account, caseNumber: string): Promise<KnownCase> {
  const found = await findCase(db, caseNumber);
  if (!found || !maySee(account, found)) throw new Problem('unknown-case');
  return found;
}

/** The view as the account may see it: of the round in course an enterprise sees who has acted, not how (DOMAIN §2.3). */
export function visibleView(view: CaseView, account: Account): unknown {
  if (seesVerdicts(account, view.review)) return view;
  const acts = Object.fromEntries(
    Object.entries(view.review.acts).map(([department, { by, at }]) => [department, { verb: 'acted', by, at }]),
  );
  return { ...view, review: { ...view.review, acts } };
}
