/** The state of one case 复工事项: plain JSON, carried by its workflow; each step's part is described where it stands. */
import type { Condition, Defect, TestCounts, Versions, EVIDENCE_KINDS, RECHECK_MODES } from './commands';
import type { Edition, EnterpriseKind, Gate, Instant, LocalDate, TeamPart } from './edition';
import type { Account, Actor, DocumentRef, Draft, EntryType, TextRef } from './ledger';
import { refuse } from './rejection';

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

/** The allowed edges (DOMAIN §2). Withdrawal is open to every phase that is not an end. */
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
  frozen: Versions;
  /** The departments that owe an act in this round. */
  asked: readonly string[];
  acts: { [department: string]: SignOffAct };
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

export interface TestRound {
  /** `<date>/<test id>`. */
  readonly id: string;
  readonly test: string;
  readonly opensAt: Instant;
  readonly dueAt: Instant;
  readonly closesAt: Instant;
  readonly closed: boolean;
  readonly report: Readonly<{ revision: number; counts: TestCounts; at: Instant; late: boolean }> | null;
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
  /** Rounds that closed without a report; they stand until the case is closed with a reason. */
  missed: readonly string[];
  roundsReported: number;
  daysReported: number;
  suspension: Readonly<{ since: Instant; reason: string }> | null;
}

/** How often a duty's owner was told, by duty id; dropped as soon as the duty is gone. */
export interface Nagging {
  [duty: string]: Readonly<{
    reminded: number;
    lastAt: Instant | null;
    overdue: boolean;
    escalated: boolean;
    urgedAt: Instant | null;
  }>;
}

export interface Reopening {
  schema: 1;
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
  copies: readonly string[];
  nagging: Nagging;
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

/** Moves the case along an allowed edge and records it. A wrong edge is a defect of the rules, never of the caller. */
export function enterPhase(state: Reopening, phase: Phase, act: Act): void {
  if (!EDGES[state.phase].includes(phase)) throw new Error(`no edge from ${state.phase} to ${phase}`);
  act.record('phase-entered', { from: state.phase, to: phase });
  state.phase = phase;
  state.phaseSince = act.at;
}

/** @throws Refused `wrong-phase` with the phases in which the act is possible */
export function requirePhase(state: Reopening, ...phases: Phase[]): void {
  if (!phases.includes(state.phase)) refuse('wrong-phase', { phase: state.phase, possibleIn: phases });
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
