/** Who may look at named results of a case: the enterprise itself, its liaisons, officials, the health centre, epidemic control. */
import type { KnownCase } from '../../db/case/cases';
import { rulesOfCase } from '../programme/case-rules';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import type { SignedIn } from '../http/route';
import { caseFor } from '../case/visibility';

/** @throws Problem `unknown-case` for whoever may not see the case, `forbidden` for whoever may see it but not its people */
export async function requireRoundReader(deps: Deps, by: SignedIn, caseNumber: string): Promise<KnownCase> {
  const known = await caseFor(deps.pool, by, caseNumber);
  if (await mayReadPeople(deps, by, known)) return known;
  throw new Problem('forbidden', { role: by.role, permitted: ['enterprise', 'liaison', 'official', 'health'] });
}

async function mayReadPeople(deps: Deps, by: SignedIn, known: KnownCase): Promise<boolean> {
  switch (by.role) {
    case 'official':
    case 'health':
      return true;
    case 'enterprise':
      return by.enterprise === known.enterprise;
    case 'liaison':
      return known.accounts.includes(by.account);
    case 'reviewer':
      return by.department === (await rulesOfCase(deps, known.caseNumber)).rules.epidemicControl;
    case 'village':
    case 'storekeeper':
    case 'volunteer':
    case 'operator':
      return false;
  }
}
