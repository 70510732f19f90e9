/** What a person is offered on a case: the acts that settle a duty, and those that may be done though nobody owes them. */
import type { Account } from '../ledger/entry';
import type { Edition, LocalDate } from '../programme/edition';
import { ACTS, COMMAND_TYPES, type ActRow } from './acts';
import type { CommandType } from './commands';
import type { Duty, DutyKind } from './duty';
import type { Reopening } from './state';
import { liaisonOn } from './stationing';

/** What of a case decides what is offered; a view that shows only parts of a case has these all the same. */
export type Offering = Pick<
  Reopening,
  'phase' | 'survey' | 'review' | 'stationing' | 'operation' | 'incidents' | 'supply' | 'inspection'
>;

/** The rules of the case, its day, and who asks. */
export interface Asking {
  readonly rules: Pick<Edition, 'departments' | 'epidemicControl'>;
  readonly today: LocalDate;
  readonly by: Account;
}

const row = (type: CommandType): ActRow => ACTS[type] as ActRow;

const always = (): boolean => true;

/** Whether there is anything to do it on when no duty asks for it; an act that is not named is offered with its duty alone. */
const UNOWED: { readonly [T in CommandType]?: (of: Offering, asking: Asking) => boolean } = {
  recordSurvey: always,
  guide: always,
  // Transferred to a colleague who is away: it can be transferred again.
  transfer: ({ review }, { by }) => {
    const { department = '' } = by;
    const assigned = review.assigned[department];
    const owed =
      review.status === 'reviewing' && review.departmentsAsked.includes(department) && !review.verdicts[department];
    return owed && assigned !== undefined && assigned !== by.account;
  },
  takeBack: ({ review }, { by }) =>
    review.status === 'reviewing' && review.verdicts[by.department ?? '']?.by === by.account,
  copy: always,
  issueNotice: ({ review }) =>
    review.status === 'reviewing' && Object.values(review.verdicts).some(({ verb }) => verb === 'return'),
  formTeam: always,
  arrive: ({ stationing }) => stationing.arrivedAt === null,
  nameStandIn: ({ stationing }) => stationing.postings.length > 0,
  handOver: ({ stationing }) => stationing.postings.length > 0,
  reportTests: ({ operation }) => operation.rounds.length > 0,
  correctTests: ({ operation }) => operation.rounds.length > 0,
  nameSampler: always,
  requestVisit: always,
  requestSupplies: always,
  cancelOrder: ({ supply }) =>
    supply.orders.some(({ lines }) => lines.some(({ requested, dispatched }) => dispatched < requested)),
  receiveOrder: ({ supply }) =>
    // Its volunteer has not said yet that it was delivered: no duty asks for the receipt.
    supply.orders.some(({ consignments }) => consignments.some(({ status }) => status === 'on-the-way')),
  countSupplies: always,
  reportMovements: always,
  formSelfManagement: always,
  recordInspection: ({ inspection }) => inspection.team.length > 0,
  reportDay: ({ operation }) => operation.owedReports.length > 0,
  suspend: always,
  lift: ({ operation }) => operation.suspensions.length > 0,
  withdraw: always,
};

/** The acts by which this person settles the duty: as its owner, or in the enterprise's place. */
export function settling(
  duty: Pick<Duty, 'kind' | 'owner' | 'account'>,
  of: Pick<Offering, 'stationing'>,
  asking: Asking,
): CommandType[] {
  const fitting = settlingOwn(duty.kind, asking);
  if (owes(duty, asking.by)) return fitting;
  if (duty.owner !== 'enterprise' || !onDuty(of, asking)) return [];
  return fitting.filter((type) => row(type).forEnterprise?.includes(asking.by.role) ?? false);
}

/** The acts that settle a duty of one's own. */
export function settlingOwn(kind: DutyKind, { rules, by }: Pick<Asking, 'rules' | 'by'>): CommandType[] {
  return COMMAND_TYPES.filter((type) => (row(type).settles?.includes(kind) ?? false) && fits(type, rules, by));
}

/** Whether the duty is this person's own. */
export function owes({ owner, account }: Pick<Duty, 'owner' | 'account'>, by: Account): boolean {
  if (account !== undefined) return account === by.account;
  return owner === by.role || owner === `department/${by.department ?? ''}`;
}

/** What may be done on the case although no duty asks for it. */
export function unowed(of: Offering, asking: Asking): CommandType[] {
  return COMMAND_TYPES.filter(
    (type) =>
      row(type).in.includes(of.phase) &&
      !row(type).once?.(of as Reopening) &&
      fits(type, asking.rules, asking.by) &&
      onDuty(of, asking) &&
      (UNOWED[type]?.(of, asking) ?? false),
  );
}

/** By role, and for a reviewer by department. */
export function fits(type: CommandType, rules: Asking['rules'], by: Account): boolean {
  const { by: roles, department } = row(type);
  if (!roles.includes(by.role)) return false;
  const own = rules.departments.find(({ id }) => id === by.department);
  if (type === 'veto') return own?.absoluteVeto === true;
  if (department === 'named') return own !== undefined;
  return department === undefined || by.department === rules.epidemicControl;
}

/** What a liaison does is done on the days of being on duty. */
function onDuty(of: Pick<Offering, 'stationing'>, { by, today }: Asking): boolean {
  return by.role !== 'liaison' || liaisonOn(of, today) === by.account;
}
