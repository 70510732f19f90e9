/** Every act that a person can do on a case, as plain data. */
import type { LocalDate, TeamPart } from '../programme/edition';
import type { Account, DocumentRef, TextRef } from '../ledger/entry';

/** Versions by material id; version 1 is the first. */
export type Versions = { readonly [material: string]: number };

export const READINESS = ['ready', 'lacking'] as const;
export const RECHECK_MODES = ['on-site', 'video'] as const;
export const EVIDENCE_KINDS = ['photo', 'document', 'none'] as const;
export const PRODUCTION = ['normal', 'reduced', 'stopped'] as const;
/** 疫情状况 of a liaison's daily report; a report that nothing happened is a report. */
export const EPIDEMIC_STATUS = ['nothing-to-report', 'under-observation', 'abnormal'] as const;
/** What a daily report can raise an alarm by. */
export const REPORT_ALARMS = ['epidemic-abnormal', 'production-stopped'] as const;
export type ReportAlarm = (typeof REPORT_ALARMS)[number];
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

/** An item of the checklist that has nothing to do with this enterprise 不适用, and why. */
export interface NotApplicable {
  readonly item: string;
  readonly reason: TextRef;
}

export interface Defect {
  readonly material: string;
  readonly text: TextRef;
}

/** Results of a round as PostgreSQL has them, as counts; all but `owed` add up to it. */
export const RESULT_COUNTS = [
  'negative',
  'positive',
  'pending',
  'invalid',
  'recheck',
  'notTested',
  'untested',
] as const;
/** `recheck`: in a mixed tube that was positive. `notTested`: with a reason. `untested`: nothing is known 未检. */
export type TestCounts = Readonly<Record<'owed' | (typeof RESULT_COUNTS)[number], number>>;

export const SAMPLINGS = ['self', 'mobile'] as const;
export const INCIDENT_CAUSES = ['antigen', 'tube', 'nucleic-acid'] as const;
/** What a sheet brings to light. The people stand in PostgreSQL under the incident's id; a result never enters Temporal. */
export interface Positive {
  readonly incident: string;
  readonly cause: (typeof INCIDENT_CAUSES)[number];
  readonly people: number;
}

export const INCIDENT_STEPS = ['isolate', 'recheck', 'inform', 'suspend', 'transfer', 'disinfect', 'trace'] as const;
export type IncidentStep = (typeof INCIDENT_STEPS)[number];
/** The steps that are reported as done; a recheck has results, a suspension is an act of its own. */
export const REPORTED_STEPS = ['isolate', 'inform', 'transfer', 'disinfect', 'trace'] as const;
export const SUSPENSION_SCOPES = ['site', 'workshop', 'team'] as const;
export const DEVIATION_OUTCOMES = ['explained', 'warned', 'reported'] as const;

export interface Quantity {
  readonly item: string;
  readonly quantity: number;
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
    notApplicable?: readonly NotApplicable[] | undefined;
    opinion?: TextRef | undefined;
  };
  approveWithConditions: {
    department: string;
    round: number;
    versions: Versions;
    checklist: readonly string[];
    notApplicable?: readonly NotApplicable[] | undefined;
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
  /** One sheet of results, stored in PostgreSQL before; `counts` are the round's with it, and know of so many `sheets`. */
  reportTests: {
    round: string;
    sheet: string;
    rows: number;
    counts: TestCounts;
    sheets: number;
    positives: readonly Positive[];
    /** How the samples of a nucleic-acid round were taken: in-house by a certified sampler 自主采样, or by mobile samplers 流动采样. */
    sampling?: (typeof SAMPLINGS)[number] | undefined;
    sampler?: string | undefined;
    document?: DocumentRef | undefined;
  };
  /** Each row of the sheet names the result that it corrects. */
  correctTests: {
    round: string;
    sheet: string;
    rows: number;
    counts: TestCounts;
    sheets: number;
    positives: readonly Positive[];
    reason: TextRef;
  };
  accountForUntested: { round: string; opinion?: TextRef | undefined };
  nameSampler: { person: string };
  certifySampler: { person: string; document?: DocumentRef | undefined };
  requestVisit: { date: LocalDate };
  completeVisit: { visit: string; sampled: number };
  reportRecheck: { incident: string; positive: number; negative: number };
  takeIncidentStep: {
    incident: string;
    step: (typeof REPORTED_STEPS)[number];
    note?: TextRef | undefined;
    documents: readonly DocumentRef[];
    /** Close contacts found, with `trace`. */
    contacts?: number | undefined;
  };
  requestSupplies: { lines: readonly Quantity[] };
  confirmOrder: { order: number };
  cancelOrder: { order: number; reason?: TextRef | undefined };
  /** `consignment`: its number, 1 for the first of the order; without lines all that is allocated. */
  dispatchOrder: {
    order: number;
    consignment: number;
    volunteer: Account;
    lines?: readonly Quantity[] | undefined;
  };
  deliverOrder: { order: number; consignment: number };
  receiveOrder: {
    order: number;
    consignment: number;
    lines: readonly Quantity[];
    note?: TextRef | undefined;
  };
  countSupplies: { counts: readonly Quantity[] };
  /** One list of departures and arrivals, stored in PostgreSQL before. */
  reportMovements: { list: string; moved: number; deviations: readonly string[] };
  followUpDeviation: { deviation: string; outcome: (typeof DEVIATION_OUTCOMES)[number]; note: TextRef };
  formSelfManagement: { members: readonly string[] };
  recordInspection: {
    area: TextRef;
    findings: readonly { readonly text: TextRef; readonly photos: readonly DocumentRef[] }[];
  };
  closeFinding: { finding: string; note?: TextRef | undefined; photos: readonly DocumentRef[] };
  reportDay: {
    date: LocalDate;
    production: (typeof PRODUCTION)[number];
    present: number;
    epidemic: (typeof EPIDEMIC_STATUS)[number];
    remarks?: TextRef | undefined;
  };
  /** Without a scope the whole site; a workshop or team is named by `of`. */
  suspend: {
    reason: (typeof SUSPENSION_REASONS)[number];
    scope?: (typeof SUSPENSION_SCOPES)[number] | undefined;
    of?: TextRef | undefined;
    incident?: string | undefined;
    opinion?: TextRef | undefined;
  };
  /** Without an id the only suspension there is. */
  lift: { suspension?: string | undefined; opinion?: TextRef | undefined };
  complete: { waivers: readonly { readonly item: string; readonly reason: TextRef }[] };
  withdraw: { reason?: TextRef | undefined };
}

export type CommandType = keyof Commands;
export type Command<T extends CommandType = CommandType> = {
  [K in T]: { readonly type: K } & Readonly<Commands[K]>;
}[T];
