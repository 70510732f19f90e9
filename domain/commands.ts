/** Every act that a person can do on a case, as plain data. */
import type { LocalDate, TeamPart } from './edition';
import type { Account, DocumentRef, TextRef } from './ledger';

/** Versions by material id; version 1 is the first. */
export type Versions = { readonly [material: string]: number };

export const READINESS = ['ready', 'lacking'] as const;
export const RECHECK_MODES = ['on-site', 'video'] as const;
export const EVIDENCE_KINDS = ['photo', 'document', 'none'] as const;
export const PRODUCTION = ['normal', 'reduced', 'stopped'] as const;
/** 疫情状况 of a liaison's daily report; a report that nothing happened is a report. */
export const EPIDEMIC_STATUS = ['nothing-to-report', 'under-observation', 'abnormal'] as const;
export const SUSPENSION_REASONS = ['positive', 'deviation', 'safety', 'other'] as const;

export interface WeakLink {
  readonly preparation: string;
  readonly finding: TextRef;
  readonly requirement: TextRef;
  readonly dueOn: LocalDate;
  readonly evidence: (typeof EVIDENCE_KINDS)[number];
  readonly recheck: (typeof RECHECK_MODES)[number];
}

export interface Condition {
  readonly text: TextRef;
  /** Without one, the programme's term for conditions. */
  readonly dueOn?: LocalDate | undefined;
}

export interface Defect {
  readonly material: string;
  readonly text: TextRef;
}

/** `negative + pending + invalid + notTested` is `owed`. */
export interface TestCounts {
  readonly owed: number;
  readonly negative: number;
  readonly pending: number;
  readonly invalid: number;
  readonly notTested: number;
}

export interface Commands {
  recordSurvey: {
    visitors: TextRef;
    visitedOn: LocalDate;
    readiness: { readonly [preparation: string]: (typeof READINESS)[number] };
    opinions?: TextRef | undefined;
    keyMatters?: TextRef | undefined;
    weakLinks: readonly WeakLink[];
  };
  commit: { rulebook: string; document: DocumentRef };
  submitEvidence: { requirement: string; documents: readonly DocumentRef[]; note?: TextRef | undefined };
  recheckRequirement: {
    requirement: string;
    passed: boolean;
    mode: (typeof RECHECK_MODES)[number];
    opinion?: TextRef | undefined;
  };
  addMaterial: { material: string; document: DocumentRef };
  guide: { department: string; material?: string | undefined; text: TextRef };
  submitPlan: { versions: Versions };
  approve: {
    department: string;
    round: number;
    versions: Versions;
    checklist: readonly string[];
    opinion?: TextRef | undefined;
  };
  approveWithConditions: {
    department: string;
    round: number;
    versions: Versions;
    checklist: readonly string[];
    conditions: readonly Condition[];
    opinion?: TextRef | undefined;
  };
  returnPlan: {
    department: string;
    round: number;
    versions: Versions;
    defects: readonly Defect[];
    opinion?: TextRef | undefined;
  };
  veto: { department: string; round: number; opinion?: TextRef | undefined };
  transfer: { department: string; round: number; to: Account };
  /** `of` is `enterprise` or a department's id. */
  consult: { department: string; round: number; of: string; question: TextRef };
  answerConsultation: { consultation: string; answer: TextRef };
  takeBack: { department: string; round: number };
  urge: { duty: string };
  copy: { to: Account };
  issueNotice: { round: number };
  formTeam: { members: readonly { readonly part: TeamPart; readonly person: TextRef }[] };
  assignLiaison: { liaison: Account; from: LocalDate };
  arrive: Record<never, never>;
  nameStandIn: { liaison: Account; from: LocalDate; to: LocalDate };
  handOver: { liaison: Account; from: LocalDate };
  reportTests: { round: string; counts: TestCounts };
  /** `corrects` is the revision that the sender saw. */
  correctTests: { round: string; corrects: number; counts: TestCounts; reason: TextRef };
  reportDay: {
    date: LocalDate;
    production: (typeof PRODUCTION)[number];
    present: number;
    epidemic: (typeof EPIDEMIC_STATUS)[number];
    remarks?: TextRef | undefined;
  };
  suspend: { reason: (typeof SUSPENSION_REASONS)[number]; opinion?: TextRef | undefined };
  lift: { opinion?: TextRef | undefined };
  complete: { waivers: readonly { readonly item: string; readonly reason: TextRef }[] };
  withdraw: { reason?: TextRef | undefined };
}

export type CommandType = keyof Commands;
export type Command<T extends CommandType = CommandType> = {
  [K in T]: { readonly type: K } & Readonly<Commands[K]>;
}[T];
