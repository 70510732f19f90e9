/** Who may read or change what is known of an enterprise's people. */
import { findEnterprise } from '../../db/enterprises/enterprises';
import type { Queryable } from '../../db/sql/pool';
import { runningCaseOf } from '../../db/programme/rules';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import type { Ask } from '../http/route';

/**
 * The enterprise of the address, when the reader may: the enterprise itself and officials, to read also the health centre and
 * the liaisons of its open case. @throws Problem `unknown-enterprise`, also for one that exists and is not the reader's business
 */
export async function requireRoster({ pool }: Deps, { by, params }: Ask, to: 'read' | 'file'): Promise<string> {
  const enterprise = params['enterprise'] ?? '';
  const own = by.role === 'official' || (by.role === 'enterprise' && by.enterprise === enterprise);
  const reads = to === 'read' && (by.role === 'health' || (await isItsLiaison(pool, by.account, enterprise)));
  if ((own || reads) && (await findEnterprise(pool, enterprise))) return enterprise;
  throw new Problem('unknown-enterprise');
}

/** A liaison of the open case, by what is claimed and what is recorded. */
async function isItsLiaison(db: Queryable, account: string, enterprise: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT FROM cases c LEFT JOIN reopenings r USING (case_number)
     WHERE c.enterprise = $1 AND NOT COALESCE(r.closed, false)
       AND EXISTS (SELECT FROM liaison_claims l WHERE l.case_number = c.case_number AND l.account = $2) LIMIT 1`,
    [enterprise, account],
  );
  return rows.length > 0;
}

/** Whether a case of the enterprise is in operation. */
export async function runsNow(db: Queryable, enterprise: string): Promise<boolean> {
  return (await runningCaseOf(db, enterprise)) !== undefined;
}
