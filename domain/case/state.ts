/** The state of one case 复工事项: plain JSON, carried by its workflow; each step's part is described where it stands. */
import type {
  Condition,
  Defect,
  IncidentStep,
  Positive,
  TestCounts,
  Versions,
  EVIDENCE_KINDS,
  RECHECK_MODES,
  SUSPENSION_SCOPES,
} from './commands';
import type { Edition, Gate, Instant, LocalDate, TeamPart } from '../programme/edition';
import type { EnterpriseKind } from '../programme/for-whom';
import type { Account, Actor, DocumentRef, Draft, EntryType, TextRef } from '../ledger/entry';
import { refuse } from '../ledger/rejection';

export const PHASES = [
  'survey',
  'plan',
  'sign-offs',
  'stationing',
  'operating',
  'suspended',
  'completed',
  'withdrawn',
  'refused',
] as const;
export type Phase = (typeof PHASES)[number];

/** The allowed edges (docs/domain.md#phases). Withdrawal is open to every phase that is not an end. */
export const EDGES: { readonly [P in Phase]: readonly Phase[] } = {
  survey: ['plan', 'withdrawn'],
  plan: ['sign-offs', 'withdrawn'],
  'sign-offs': ['stationing', 'refused', 'withdrawn'],
  stationing: ['operating', 'withdrawn'],
  operating: ['suspended', 'completed', 'withdrawn'],
  suspended: ['operating', 'withdrawn'],
  completed: [],
  withdrawn: [],
  refused: [],
};

export interface EnterpriseRef {
  id: string;
  name: string;
  kind: EnterpriseKind;
  village: string;
}

export interface Requirement {
  readonly id: string;
  readonly source: { from: 'survey'; preparation: string } | { from: 'condition'; department: string; round: number };
  readonly blocks: Gate;
  readonly text: TextRef;
  readonly dueOn: LocalDate;
  readonly evidence: (typeof EVIDENCE_KINDS)[number];
  readonly recheck: (typeof RECHECK_MODES)[number];
  /** `dropped`: the department that set it is asked again and its signature no longer stands. */
  readonly status: 'open' | 'to-recheck' | 'passed' | 'dropped';
  readonly statusSince: Instant;
  readonly documents: readonly DocumentRef[];
}

export interface Survey {
  visits: number;
  lastVisit: Readonly<{ visitedOn: LocalDate; visitors: TextRef }> | null;
  readiness: { readonly [preparation: string]: 'ready' | 'lacking' };
  committedAt: Instant | null;
  /** When the enterprise was first visited; its commitment is owed from then on. */
  visitedAt: Instant | null;
}

/** Versions of one material, oldest first; version n is `versions[n - 1]`. */
export interface MaterialVersions {
  [material: string]: readonly Readonly<{ document: string; hmac: string; at: Instant }>[];
}

export interface SignOffAct {
  readonly verb: 'approve' | 'approve-with-conditions' | 'return';
  readonly by: string;
  readonly at: Instant;
  readonly versions: Versions;
  readonly conditions: readonly DatedCondition[];
  readonly defects: readonly Defect[];
}

/** A condition with its date, the programme's when the department named none. */
export type DatedCondition = Pick<Condition, 'text'> & { readonly dueOn: LocalDate };

/** A seal that stands: bound to the versions of exactly the materials the department reviewed. */
export interface Signature {
  readonly by: string;
  readonly at: Instant;
  readonly round: number;
  readonly versions: Versions;
}

export interface Consultation {
  readonly id: string;
  readonly department: string;
  readonly of: string;
  readonly askedAt: Instant;
  readonly question: TextRef;
  readonly answeredAt: Instant | null;
}

export interface Review {
  /** The round 会签轮 in course or the last one; 0 before the first submission. */
  round: number;
  status: 'not-submitted' | 'reviewing' | 'rectifying' | 'passed';
  since: Instant;
  /** The versions that the submission froze. */
  frozenVersions: Versions;
  /** The departments that owe an act in this round. */
  departmentsAsked: readonly string[];
  verdicts: { [department: string]: SignOffAct };
  /** To whom within the department it was transferred 转办. */
  assigned: { [department: string]: string };
  /** When a department last took its act of this round back: it owes the act again from then on. */
  takenBack: { [department: string]: Instant };
  signatures: { [department: string]: Signature };
  /** What the last rectification notice named: each of these materials needs a version above `version`. */
  defects: readonly Readonly<{ department: string; material: string; version: number; text: TextRef }>[];
  consultations: readonly Consultation[];
}

export interface Posting {
  readonly liaison: string;
  readonly from: LocalDate;
  readonly until: LocalDate | null;
}

export interface Stationing {
  team: Readonly<{ members: readonly { readonly part: TeamPart; readonly person: TextRef }[]; at: Instant }> | null;
  /** One after another without overlap; the last one is in force. */
  postings: readonly Posting[];
  assignedAt: Instant | null;
  arrivedAt: Instant | null;
  standIns: readonly Readonly<{ liaison: string; from: LocalDate; to: LocalDate }>[];
}

/** A round goes open → due (the untested list goes out, sheets are still taken) → closed at the end of grace. */
export const ROUND_STAGES = ['open', 'due', 'closed'] as const;
export type RoundStage = (typeof ROUND_STAGES)[number];

export interface TestRound {
  /** `<date>/<test id>`. */
  readonly id: string;
  readonly test: string;
  readonly opensAt: Instant;
  readonly dueAt: Instant;
  readonly closesAt: Instant;
  readonly stage: RoundStage;
  /** The stage of which PostgreSQL has told the counts; as long as it is another one, the case asks. */
  readonly countedStage: RoundStage | null;
  readonly counts: TestCounts | null;
  /** How many sheets, corrections included, the counts know of: whatever knows of fewer is older. */
  readonly sheetsCounted: number;
  /** The last sheets taken: a repeat under another key is recognised by its id. */
  readonly sheets: readonly string[];
}

export interface Suspension {
  readonly id: string;
  readonly scope: (typeof SUSPENSION_SCOPES)[number];
  readonly of: TextRef | null;
  readonly since: Instant;
  readonly reason: string;
  readonly incident: string | null;
}

export interface Operation {
  /** The first operating day; null before operation. */
  startsOn: LocalDate | null;
  /** Rounds that opened, the closed ones of the last days included: corrections may still come. */
  rounds: readonly TestRound[];
  /** All rounds that open up to this instant have been opened. */
  openedTo: Instant;
  /** All daily reports up to this date have become owed; null before operation. */
  reportedTo: LocalDate | null;
  owedReports: readonly LocalDate[];
  /** Rounds that closed with somebody untested, until epidemic control has accounted for it. */
  untested: readonly Readonly<{ round: string; untested: number; since: Instant }>[];
  /** Closed rounds in which everyone who owed a test has a result or a reason. */
  roundsComplete: number;
  daysReported: number;
  /** The case is in phase `suspended` as long as one of them is of the whole site. */
  suspensions: readonly Suspension[];
  suspended: number;
  /** How many people owed a test in the last round: the loop's headcount. */
  headcount: number;
}

/** In-house samplers 采样员 by person, and visits of mobile samplers 流动采样. */
export interface Sampling {
  samplers: readonly Readonly<{ person: string; namedAt: Instant; certifiedAt: Instant | null }>[];
  visits: readonly Readonly<{ id: string; date: LocalDate; requestedAt: Instant; completedAt: Instant | null }>[];
}

/** What follows a positive result 异常处置; who it is about stands in PostgreSQL under its id. */
export interface Incident extends Readonly<Omit<Positive, 'incident'>> {
  readonly id: string;
  readonly round: string;
  readonly openedAt: Instant;
  readonly status: 'suspected' | 'confirmed' | 'released' | 'closed';
  readonly done: readonly IncidentStep[];
  /** When the next step became owed. */
  readonly stepSince: Instant;
}

/** One order 申领单 of an enterprise; its stock side is the child workflow's and PostgreSQL's. */
export interface Order {
  readonly id: number;
  readonly status: 'proposed' | 'placed';
  readonly since: Instant;
  readonly lines: readonly Readonly<{
    item: string;
    requested: number;
    allocated: number;
    dispatched: number;
  }>[];
  /** When something was allocated that is not dispatched yet. */
  readonly allocatedAt: Instant | null;
  readonly consignments: readonly Readonly<{
    id: number;
    volunteer: string;
    lines: readonly Readonly<{ item: string; quantity: number }>[];
    status: 'on-the-way' | 'delivered' | 'received';
    since: Instant;
  }>[];
  /** The workflow that waits for goods which the stock lacks: not needed as far as PostgreSQL has told, needed, or started. */
  readonly child: 'none' | 'needed' | 'started';
  /** Whether PostgreSQL has something new to tell of its allocation. */
  readonly hasNews: boolean;
}

export interface Supply {
  /** What the enterprise holds by its last count, receipts and estimated use, at `at`; items nobody counted or received are absent. */
  holdings: { readonly [item: string]: Readonly<{ quantity: number; at: Instant }> };
  /** The last day on which the days of cover were looked at; null before operation. */
  checkedOn: LocalDate | null;
  /** Orders that are not closed yet. */
  orders: readonly Order[];
  ordersMade: number;
}

export interface Movements {
  /** The last lists taken, by id. */
  lists: readonly string[];
  /** Open ones. Beyond a bound those of a whole list are one, under the list's id, with how many they are. */
  deviations: readonly Readonly<{ id: string; since: Instant; count?: number }>[];
}

/** The team of party-member employees 自我管理队伍 and what it found. */
export interface Inspection {
  team: readonly string[];
  inspections: number;
  lastArea: string | null;
  findings: readonly Readonly<{ id: string; text: TextRef; since: Instant }>[];
  findingsMade: number;
}

/** How often a duty's owner was told, by duty id; dropped as soon as the duty is gone. */
export interface Reminders {
  [duty: string]: Readonly<{
    reminded: number;
    lastAt: Instant | null;
    overdue: boolean;
    escalated: boolean;
    urgedAt: Instant | null;
  }>;
}

/** Of the state's shape. Another shape is another number and a step in the chain of upgrades (domain/case/upgrade.ts). */
export const SCHEMA = 3;

export interface Reopening {
  schema: typeof SCHEMA;
  caseNumber: string;
  enterprise: Readonly<EnterpriseRef>;
  edition: Edition;
  phase: Phase;
  phaseSince: Instant;
  openedAt: Instant;
  /** Time has passed up to here. */
  clock: Instant;
  survey: Survey;
  requirements: readonly Requirement[];
  materials: MaterialVersions;
  review: Review;
  stationing: Stationing;
  operation: Operation;
  sampling: Sampling;
  /** In the order in which they were opened; those that are over stay, so that none is opened twice. */
  incidents: readonly Incident[];
  supply: Supply;
  movements: Movements;
  inspection: Inspection;
  copies: readonly string[];
  reminders: Reminders;
}

/** One act under way: who, when (case time), and where its ledger entries go. */
export interface Act<By extends Actor = Actor> {
  readonly by: By;
  readonly at: Instant;
  record(type: EntryType, details?: Draft['details']): void;
}

/** A rule works on its own copy of the state and stops by `refuse`, which throws the copy away. */
export type Rule<C> = (state: Reopening, command: C, act: Act<Account>) => void;

export function isClosed(phase: Phase): boolean {
  return EDGES[phase].length === 0;
}

export function isRunning(state: Reopening): boolean {
  return state.phase === 'operating' || state.phase === 'suspended';
}

/** Moves the case along an allowed edge and records it. A wrong edge is a defect of the rules, never of the caller. */
export function enterPhase(state: Reopening, phase: Phase, act: Act): void {
  if (!EDGES[state.phase].includes(phase)) throw new Error(`no edge from ${state.phase} to ${phase}`);
  act.record('phase-entered', { from: state.phase, to: phase });
  state.phase = phase;
  state.phaseSince = act.at;
}

export function openRequirements(state: Reopening, gate: Gate): Requirement[] {
  return state.requirements.filter(
    (requirement) =>
      requirement.blocks === gate && (requirement.status === 'open' || requirement.status === 'to-recheck'),
  );
}

/** @throws Refused `unknown-department` */
export function departmentOf(state: Reopening, id: string): Edition['departments'][number] {
  const department = state.edition.departments.find((one) => one.id === id);
  return (
    department ?? refuse('unknown-department', { department: id, known: state.edition.departments.map((d) => d.id) })
  );
}
