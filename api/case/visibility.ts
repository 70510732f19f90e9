/** Who may see a case, and what of it: asked with every request that names one. */
import type { CaseView } from '../../contracts/case/views';
import { maySee, seesOrdersOnly, seesVerdicts } from '../../domain/case/visibility';
import { mayRead, partsOf, type Scene } from '../../domain/case/audience';
import type { Account } from '../../domain/ledger/entry';
import { findCase, type KnownCase } from '../../db/case/cases';
import type { Queryable } from '../../db/sql/pool';
import { rulesOfCase } from '../programme/case-rules';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';

/** @throws Problem `unknown-case`, also for a case that exists and is not for this account: that it exists is nobody's business */
export async function caseFor(db: Queryable, account: Account, caseNumber: string): Promise<KnownCase> {
  const found = await findCase(db, caseNumber);
  if (!found || !maySee(account, found)) throw new Problem('unknown-case');
  return found;
}

/** What decides who may read the words and files of a case. */
export async function sceneOf(deps: Deps, view: CaseView): Promise<Scene> {
  const { rules } = await rulesOfCase(deps, view.caseNumber);
  return { case: view, edition: rules, now: deps.now() };
}

/** The parts of a case whose words and files the account may read. */
export function readableParts(view: CaseView, account: Account, scene: Scene): unknown[] {
  return partsOf(view)
    .filter(({ said }) => mayRead(said, account, scene))
    .map(({ part }) => part);
}

/** The view as the account may see it: of the round in course an enterprise sees who has acted, not how (docs/domain.md#sign-offs). */
export function visibleView(view: CaseView, account: Account): unknown {
  if (seesOrdersOnly(account)) return ordersOf(view, account);
  if (seesVerdicts(account, view.review)) return view;
  const verdicts = Object.fromEntries(
    Object.entries(view.review.verdicts).map(([department, { by, at }]) => [department, { verb: 'acted', by, at }]),
  );
  return { ...view, review: { ...view.review, verdicts } };
}

/** What a storekeeper sees of a case: whose it is and its orders; a volunteer only those that it carries. */
function ordersOf(view: CaseView, { role, account }: Account): unknown {
  const { caseNumber, enterprise, edition, phase, phaseSince, openedAt, clock, sequence, supply } = view;
  const carried = (order: CaseView['supply']['orders'][number]) =>
    role === 'storekeeper' || order.consignments.some((one) => one.volunteer === account);
  return {
    ...{ caseNumber, enterprise, edition, phase, phaseSince, openedAt, clock, sequence },
    supply: { orders: supply.orders.filter(carried) },
    agenda: view.agenda.filter((duty) => (role === 'storekeeper' ? duty.owner === role : duty.account === account)),
    // Nothing else of the case is theirs to see; the shape stays what readers of the API know.
    survey: {},
    requirements: [],
    materials: {},
    review: { round: 0, status: 'not-submitted' },
    stationing: {},
    operation: {},
    copies: [],
    outstanding: [],
  };
}
