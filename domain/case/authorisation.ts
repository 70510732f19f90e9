/** Who may do what: role × command, the scope of an account, and what an account may see. The one rule file of its kind. */
import type { CommandType } from './commands';
import type { Account, Draft, Role } from '../ledger/entry';
import { refuse } from '../ledger/rejection';
import type { EnterpriseRef, Review } from './state';

/** The roles that may send a command. An official who sends one of an enterprise's own files on its behalf, marked so. */
export const PERMITTED: { readonly [T in CommandType]: readonly Role[] } = {
  recordSurvey: ['official'],
  commit: ['enterprise', 'official'],
  submitEvidence: ['enterprise', 'official'],
  recheckRequirement: ['official', 'reviewer'],
  addMaterial: ['enterprise', 'official'],
  guide: ['reviewer'],
  submitPlan: ['enterprise', 'official'],
  approve: ['reviewer'],
  approveWithConditions: ['reviewer'],
  returnPlan: ['reviewer'],
  veto: ['reviewer'],
  transfer: ['reviewer'],
  consult: ['reviewer'],
  answerConsultation: ['reviewer', 'enterprise'],
  takeBack: ['reviewer'],
  urge: ['official', 'enterprise'],
  copy: ['official', 'reviewer'],
  issueNotice: ['official'],
  formTeam: ['official'],
  assignLiaison: ['official'],
  arrive: ['liaison'],
  nameStandIn: ['official'],
  handOver: ['official'],
  reportTests: ['enterprise', 'liaison', 'health', 'official'],
  correctTests: ['enterprise', 'liaison', 'health', 'official'],
  accountForUntested: ['reviewer'],
  nameSampler: ['enterprise', 'official'],
  certifySampler: ['health'],
  requestVisit: ['enterprise', 'liaison', 'official'],
  completeVisit: ['health'],
  reportRecheck: ['health'],
  takeIncidentStep: ['enterprise', 'liaison', 'health', 'reviewer'],
  requestSupplies: ['enterprise', 'liaison', 'official'],
  confirmOrder: ['enterprise', 'official'],
  cancelOrder: ['enterprise', 'storekeeper', 'official'],
  dispatchOrder: ['storekeeper'],
  deliverOrder: ['volunteer'],
  receiveOrder: ['enterprise', 'liaison'],
  countSupplies: ['enterprise', 'liaison'],
  reportMovements: ['enterprise', 'liaison'],
  followUpDeviation: ['liaison'],
  formSelfManagement: ['enterprise', 'official'],
  recordInspection: ['enterprise'],
  closeFinding: ['enterprise', 'liaison'],
  reportDay: ['liaison'],
  suspend: ['reviewer'],
  lift: ['reviewer'],
  complete: ['official'],
  withdraw: ['enterprise', 'official'],
};

/** The enterprise's own acts: an official who does one does it for the enterprise. */
const OF_THE_ENTERPRISE: ReadonlySet<CommandType> = new Set<CommandType>([
  'commit',
  'submitEvidence',
  'addMaterial',
  'submitPlan',
  'reportTests',
  'correctTests',
  'nameSampler',
  'requestVisit',
  'requestSupplies',
  'confirmOrder',
  'formSelfManagement',
]);

export function filesOnBehalf(type: CommandType, role: Role): boolean {
  return role === 'official' && OF_THE_ENTERPRISE.has(type);
}

/** @throws Refused `forbidden` when the role may not, or the account belongs to another enterprise */
export function authorise(type: CommandType, by: Account, enterprise: Pick<EnterpriseRef, 'id'>): void {
  if (!PERMITTED[type].includes(by.role)) refuse('forbidden', { role: by.role, permitted: PERMITTED[type] });
  if (by.role === 'enterprise' && by.enterprise !== enterprise.id)
    refuse('forbidden', { reason: 'another-enterprise' });
}

/** @throws Refused `wrong-department` when a reviewer acts for a department that is not its own */
export function authoriseDepartment(by: Account, department: string): void {
  if (by.role !== 'reviewer' || by.department !== department) {
    refuse('wrong-department', { department, yours: by.department ?? null });
  }
}

/** Who may look at the town as a whole: its figures, and where cases queue. */
export const TOWN_READERS: readonly Role[] = ['official', 'reviewer', 'operator', 'health', 'storekeeper'];

export const START_ROLES: readonly Role[] = ['official'];

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
