/** What one act is, from the person's hand to its final answer, and which ledger entry is the act itself. */
import { routeOf } from '../../../contracts/case/routes';
import type { CommandType } from '../../../domain/case/commands';
import type { EntryType } from '../../../domain/ledger/entry';
import type { OutsideAct } from '../../../domain/ledger/outside-acts';

/** Whoever acts: the account, by which the act's id is known beforehand, and the token with which it is sent. */
export interface Person {
  readonly account: string;
  readonly token: string;
}

/** The acts on the run's cases with the entry that each is in the ledger; one execution makes exactly one of them. */
const MAIN_ENTRIES = {
  open: ['opened'],
  recordSurvey: ['surveyed'],
  commit: ['committed'],
  submitEvidence: ['evidence-submitted'],
  recheckRequirement: ['requirement-passed', 'requirement-failed'],
  addMaterial: ['material-added'],
  guide: ['guidance-given'],
  submitPlan: ['plan-submitted'],
  approve: ['approved'],
  approveWithConditions: ['approved-with-conditions'],
  returnPlan: ['returned'],
  veto: ['vetoed'],
  consult: ['consulted'],
  answerConsultation: ['consultation-answered'],
  takeBack: ['taken-back'],
  urge: ['urged'],
  copy: ['copied'],
  formTeam: ['team-formed'],
  assignLiaison: ['liaison-assigned'],
  arrive: ['liaison-arrived'],
  suspend: ['suspended'],
  lift: ['lifted'],
  withdraw: ['withdrawn'],
  reportTests: ['tests-reported'],
  requestSupplies: ['order-placed'],
  cancelOrder: ['order-cancelled'],
  dispatchOrder: ['order-dispatched'],
  deliverOrder: ['order-delivered'],
  receiveOrder: ['order-received'],
} as const satisfies { readonly [T in CommandType | 'open']?: readonly EntryType[] };

/** Acts outside a case: transactions of PostgreSQL alone, in ledger streams of their own. */
const OUTSIDE_ENTRIES = {
  importRoster: ['roster-imported'],
  receiveStock: ['stock-received'],
} as const satisfies { readonly [act: string]: readonly OutsideAct[] };

export type CaseActType = keyof typeof MAIN_ENTRIES;
export type OutsideActType = keyof typeof OUTSIDE_ENTRIES;
export type ActType = CaseActType | OutsideActType;

function isOutside(type: ActType): type is OutsideActType {
  return Object.hasOwn(OUTSIDE_ENTRIES, type);
}

/** Whether a case's workflow has to know of it. */
export function isOfCase({ type }: Pick<Act, 'type'>): boolean {
  return !isOutside(type);
}

export function mainEntriesOf(type: ActType): readonly string[] {
  return isOutside(type) ? OUTSIDE_ENTRIES[type] : MAIN_ENTRIES[type];
}

/** One act under one Idempotency-Key: sent as often as it takes, it must take effect once. */
export interface Act {
  readonly type: ActType;
  /** The command id: SHA-256 of account, address and key, reckoned here and not taken from an answer. */
  readonly id: string;
  readonly key: string;
  /** The case, or the ledger's stream of an act outside one. Null for a start: the case has no number before its answer. */
  readonly caseNumber: string | null;
  readonly by: Person;
  readonly path: string;
  readonly body: unknown;
}

export function pathOf(type: ActType, caseNumber: string | null): string {
  if (type === 'receiveStock') return '/stock/receipts';
  // The stream is `roster/<enterprise>`.
  if (type === 'importRoster') return `/enterprises/${caseNumber?.slice('roster/'.length)}/roster/import`;
  return type === 'open' ? '/reopenings' : `/reopenings/${caseNumber}/${routeOf(type)}`;
}

export interface Done {
  readonly outcome: 'done';
  readonly caseNumber: string;
  /** The ledger's last sequence of the act as it was answered; a start is answered without one. */
  readonly sequence: number | null;
  /** 202: it was handed over, and `/commands/{id}` said later that it was done. */
  readonly status: 200 | 201 | 202;
  readonly replayed: boolean;
}

export interface Refused {
  readonly outcome: 'refused';
  readonly status: number;
  readonly code: string;
}

/** A final answer: nobody sends the act again to hear another one. */
export type Answer = Done | Refused;
