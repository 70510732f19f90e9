/** Every act on a case, one row each: who may do it, when, what it settles, shows, demands and may cause. Rules, API and console read it. */
import type { Account, EntryType, Role } from '../ledger/entry';
import { refuse } from '../ledger/rejection';
import type { Commands, CommandType } from './commands';
import type { DutyKind } from './duty';
import { departmentOf, type EnterpriseRef, type Phase, type Reopening } from './state';

/** What of the case somebody must have before them to do an act well. */
export type Shown =
  'requirement' | 'materials' | 'notice' | 'question' | 'checklist' | 'finding' | 'deviation' | 'suspension';

export interface ActRow<T extends CommandType = CommandType> {
  readonly by: readonly Role[];
  /** Those of `by` who do it in the enterprise's place; an official's act is marked so in the ledger. */
  readonly forEnterprise?: readonly Role[];
  /** Of which department a reviewer must be: of the one that the act names, or of epidemic control. */
  readonly department?: 'named' | 'epidemic-control';
  readonly in: readonly Phase[];
  /** It can be done once in a case's life: a repeat is told so in any phase. */
  readonly once?: (state: Reopening) => boolean;
  /** Duties that it settles; of two acts that settle the same the first is what one mostly does. */
  readonly settles?: readonly DutyKind[];
  readonly shows?: readonly Shown[];
  /** Words that the rule asks for although the body may leave them out. */
  readonly demands?: readonly (keyof Commands[T])[];
  /** It ends something for good, and is confirmed once more. */
  readonly dangerous?: true;
  readonly causes: readonly EntryType[];
}

const OPEN: readonly Phase[] = ['survey', 'plan', 'sign-offs', 'stationing', 'operating', 'suspended'];
const RUNNING: readonly Phase[] = ['operating', 'suspended'];
const ACCOMPANIED: readonly Phase[] = ['stationing', ...RUNNING];

const VERDICT = { by: ['reviewer'], department: 'named', in: ['sign-offs'], settles: ['sign-off'] } as const;
/** When all have acted the round ends with it: defects go out in one notice, conditions become requirements. */
const NOTIFIES: readonly EntryType[] = ['notice-issued', 'requirement-set'];
/** Without a defect it ends with the step to stationing. */
const ENDS_ROUND: readonly EntryType[] = [...NOTIFIES, 'phase-entered'];
/** A sheet may bring a positive to light, and may be the last that was missing. */
const SHEET: readonly EntryType[] = ['incident-opened', 'untested-accounted'];
/** Whatever makes the last thing ready for operation starts it. */
const STARTS: readonly EntryType[] = ['phase-entered'];

export const ACTS: { readonly [T in CommandType]: ActRow<T> } = {
  recordSurvey: {
    by: ['official'],
    in: ['survey'],
    settles: ['survey'],
    causes: ['surveyed', 'requirement-set'],
  },
  commit: {
    by: ['enterprise', 'official'],
    forEnterprise: ['official'],
    in: ['survey'],
    once: ({ survey }) => survey.committedAt !== null,
    settles: ['commitment'],
    causes: ['committed', 'phase-entered'],
  },
  submitEvidence: {
    by: ['enterprise', 'official'],
    forEnterprise: ['official'],
    in: OPEN,
    settles: ['evidence'],
    shows: ['requirement'],
    causes: ['evidence-submitted'],
  },
  recheckRequirement: {
    by: ['official', 'reviewer'],
    in: OPEN,
    settles: ['recheck'],
    shows: ['requirement'],
    causes: ['requirement-passed', 'requirement-failed', ...STARTS],
  },
  addMaterial: {
    by: ['enterprise', 'official'],
    forEnterprise: ['official'],
    in: ['plan', 'sign-offs'],
    settles: ['plan', 'rectification'],
    shows: ['notice'],
    causes: ['material-added'],
  },
  guide: { by: ['reviewer'], department: 'named', in: OPEN, causes: ['guidance-given'] },
  submitPlan: {
    by: ['enterprise', 'official'],
    forEnterprise: ['official'],
    in: ['plan', 'sign-offs'],
    settles: ['plan', 'rectification'],
    shows: ['notice'],
    causes: ['plan-submitted', 'phase-entered'],
  },
  approve: { ...VERDICT, shows: ['materials', 'checklist'], causes: ['approved', ...ENDS_ROUND] },
  approveWithConditions: {
    ...VERDICT,
    shows: ['materials', 'checklist'],
    causes: ['approved-with-conditions', ...ENDS_ROUND],
  },
  returnPlan: { ...VERDICT, shows: ['materials'], demands: ['opinion'], causes: ['returned', ...NOTIFIES] },
  consult: { ...VERDICT, shows: ['materials'], causes: ['consulted'] },
  transfer: { ...VERDICT, causes: ['transferred'] },
  veto: {
    ...VERDICT,
    shows: ['materials'],
    demands: ['opinion'],
    dangerous: true,
    causes: ['vetoed', 'phase-entered'],
  },
  answerConsultation: {
    by: ['reviewer', 'enterprise'],
    in: OPEN,
    settles: ['consultation'],
    shows: ['question'],
    causes: ['consultation-answered'],
  },
  takeBack: { by: ['reviewer'], department: 'named', in: ['sign-offs'], causes: ['taken-back'] },
  urge: { by: ['official', 'enterprise'], in: OPEN, causes: ['urged'] },
  copy: { by: ['official', 'reviewer'], in: OPEN, causes: ['copied'] },
  issueNotice: { by: ['official'], in: ['sign-offs'], causes: NOTIFIES },
  formTeam: { by: ['official'], in: ACCOMPANIED, settles: ['team'], causes: ['team-formed', ...STARTS] },
  assignLiaison: { by: ['official'], in: ['stationing'], settles: ['liaison'], causes: ['liaison-assigned'] },
  arrive: {
    by: ['liaison'],
    in: ['stationing'],
    once: ({ stationing }) => stationing.arrivedAt !== null,
    settles: ['arrival'],
    causes: ['liaison-arrived', ...STARTS],
  },
  nameStandIn: { by: ['official'], in: OPEN, causes: ['stand-in-named'] },
  handOver: { by: ['official'], in: OPEN, causes: ['handed-over'] },
  reportTests: {
    by: ['enterprise', 'liaison', 'health', 'official'],
    forEnterprise: ['liaison', 'health', 'official'],
    in: RUNNING,
    settles: ['test', 'results'],
    demands: ['sampling'],
    causes: ['tests-reported', ...SHEET],
  },
  correctTests: {
    by: ['enterprise', 'liaison', 'health', 'official'],
    forEnterprise: ['liaison', 'health', 'official'],
    in: RUNNING,
    causes: ['tests-corrected', ...SHEET],
  },
  accountForUntested: {
    by: ['reviewer'],
    department: 'epidemic-control',
    in: OPEN,
    settles: ['untested'],
    demands: ['opinion'],
    causes: ['untested-accounted'],
  },
  nameSampler: {
    by: ['enterprise', 'official'],
    forEnterprise: ['official'],
    in: OPEN,
    causes: ['sampler-named'],
  },
  certifySampler: { by: ['health'], in: OPEN, settles: ['certification'], causes: ['sampler-certified'] },
  requestVisit: {
    by: ['enterprise', 'liaison', 'official'],
    forEnterprise: ['liaison', 'official'],
    in: RUNNING,
    causes: ['visit-requested'],
  },
  completeVisit: { by: ['health'], in: OPEN, settles: ['visit'], causes: ['visit-completed'] },
  reportRecheck: {
    by: ['health'],
    in: OPEN,
    settles: ['incident-recheck'],
    causes: ['incident-confirmed', 'incident-released'],
  },
  takeIncidentStep: {
    by: ['enterprise', 'liaison', 'health', 'reviewer'],
    forEnterprise: ['liaison'],
    in: OPEN,
    settles: ['incident-isolate', 'incident-inform', 'incident-transfer', 'incident-disinfect', 'incident-trace'],
    causes: ['incident-step'],
  },
  requestSupplies: {
    by: ['enterprise', 'liaison', 'official'],
    forEnterprise: ['liaison', 'official'],
    in: ACCOMPANIED,
    causes: ['order-placed'],
  },
  confirmOrder: {
    by: ['enterprise', 'official'],
    forEnterprise: ['official'],
    in: OPEN,
    settles: ['order-confirmation'],
    causes: ['order-placed'],
  },
  cancelOrder: {
    by: ['enterprise', 'storekeeper', 'official'],
    in: OPEN,
    settles: ['order-confirmation'],
    demands: ['reason'],
    dangerous: true,
    causes: ['order-cancelled'],
  },
  dispatchOrder: { by: ['storekeeper'], in: OPEN, settles: ['order-dispatch'], causes: ['order-dispatched'] },
  deliverOrder: { by: ['volunteer'], in: OPEN, settles: ['order-delivery'], causes: ['order-delivered'] },
  receiveOrder: {
    by: ['enterprise', 'liaison'],
    forEnterprise: ['liaison'],
    in: OPEN,
    settles: ['order-receipt'],
    causes: ['order-received'],
  },
  countSupplies: {
    by: ['enterprise', 'liaison'],
    forEnterprise: ['liaison'],
    in: ACCOMPANIED,
    causes: ['supplies-counted'],
  },
  reportMovements: {
    by: ['enterprise', 'liaison'],
    forEnterprise: ['liaison'],
    in: RUNNING,
    causes: ['movements-reported', 'deviation-found'],
  },
  followUpDeviation: {
    by: ['liaison'],
    in: OPEN,
    settles: ['deviation'],
    shows: ['deviation'],
    causes: ['deviation-followed'],
  },
  formSelfManagement: {
    by: ['enterprise', 'official'],
    forEnterprise: ['official'],
    in: OPEN,
    causes: ['self-management-formed'],
  },
  recordInspection: { by: ['enterprise'], in: RUNNING, causes: ['inspected', 'finding-set'] },
  closeFinding: {
    by: ['enterprise', 'liaison'],
    forEnterprise: ['liaison'],
    in: OPEN,
    settles: ['finding'],
    shows: ['finding'],
    causes: ['finding-closed'],
  },
  reportDay: { by: ['liaison'], in: RUNNING, settles: ['report'], causes: ['day-reported', 'alarm-raised'] },
  suspend: {
    by: ['reviewer'],
    department: 'epidemic-control',
    in: RUNNING,
    settles: ['incident-suspend'],
    demands: ['opinion'],
    dangerous: true,
    causes: ['suspended', 'phase-entered'],
  },
  lift: {
    by: ['reviewer'],
    department: 'epidemic-control',
    in: RUNNING,
    settles: ['suspension-review'],
    shows: ['suspension'],
    demands: ['opinion'],
    causes: ['lifted', 'incident-closed', 'phase-entered'],
  },
  complete: {
    by: ['official'],
    in: ['operating'],
    settles: ['closing'],
    dangerous: true,
    causes: ['completed', 'order-cancelled', 'phase-entered'],
  },
  withdraw: {
    by: ['enterprise', 'official'],
    in: OPEN,
    demands: ['reason'],
    dangerous: true,
    causes: ['withdrawn', 'order-cancelled', 'phase-entered'],
  },
};

/** The start of a case: the one act on a case that no case decides. */
export const START: Pick<ActRow, 'by' | 'causes'> = { by: ['official'], causes: ['opened'] };

export const COMMAND_TYPES = Object.keys(ACTS) as readonly CommandType[];

/** An official does it in the enterprise's place: the entry says so. */
export function filesOnBehalf(type: CommandType, role: Role): boolean {
  return role === 'official' && (ACTS[type].forEnterprise?.includes(role) ?? false);
}

/** @throws Refused `forbidden` when the role may not, or the account belongs to another enterprise */
export function authorise(type: CommandType, by: Account, enterprise: Pick<EnterpriseRef, 'id'>): void {
  const permitted = ACTS[type].by;
  if (!permitted.includes(by.role)) refuse('forbidden', { role: by.role, permitted });
  if (by.role === 'enterprise' && by.enterprise !== enterprise.id)
    refuse('forbidden', { reason: 'another-enterprise' });
}

/** @throws Refused `wrong-department` when a reviewer acts for a department that is not its own */
export function authoriseDepartment(by: Account, department: string): void {
  if (by.role !== 'reviewer' || by.department !== department) {
    refuse('wrong-department', { department, yours: by.department ?? null });
  }
}

type Sent = { readonly type: CommandType; readonly department?: string };

/** @throws Refused `unknown-department`, `wrong-department`, `already-done`, or `wrong-phase` with the phases in which it is possible */
export function requirePossible(state: Reopening, command: Sent, by: Account): void {
  const { department, once, in: phases } = ACTS[command.type];
  if (department === 'named') authoriseDepartment(by, departmentOf(state, command.department ?? '').id);
  if (department === 'epidemic-control') authoriseDepartment(by, state.edition.epidemicControl);
  if (once?.(state)) refuse('already-done');
  if (!phases.includes(state.phase)) refuse('wrong-phase', { phase: state.phase, possibleIn: phases });
}
