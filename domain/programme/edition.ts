/** The rules part of one edition of a town's programme 方案, as a case carries it: plain data, no notice texts. */
import type { EnterpriseKind, For } from './for-whom';

/** Milliseconds since 1970-01-01T00:00Z. The domain never reads a clock: every instant is handed in. */
export type Instant = number;
/** A calendar date of the programme's time zone, `YYYY-MM-DD`. */
export type LocalDate = string;
/** A time of day of the programme's time zone, `HH:MM`, 24 hours. */
export type LocalTime = string;

/**
 * How long an owner has. Epidemic deadlines run in natural days, office deadlines in working days (docs/domain.md#terms-and-working-days); hours run on day
 * and night, for what cannot wait for an office.
 */
export type Term = { readonly days: number } | { readonly workingDays: number } | { readonly hours: number };

/** What an open requirement may hold up: the submission of the plan, the start of operation, the closing of the case. */
export const GATES = ['submission', 'operation', 'completion'] as const;
export type Gate = (typeof GATES)[number];

export const TEST_KINDS = ['antigen', 'nucleic-acid'] as const;
export type TestKind = (typeof TEST_KINDS)[number];

export const TEAM_PARTS = ['village', 'enterprise', 'department'] as const;
/** From where a member of the management service team 管理服务团队 comes. */
export type TeamPart = (typeof TEAM_PARTS)[number];

export interface ChecklistItem {
  readonly id: string;
  readonly name: string;
  readonly for?: For;
}

export interface Department {
  readonly id: string;
  readonly name: string;
  /** Time to sign off once a round has begun. */
  readonly term: Term;
  /** Whether the department has the verb veto 否决; it ends the case at once. */
  readonly absoluteVeto: boolean;
  /** Ids of the materials this department reviews: its signature is bound to their versions and to no others. */
  readonly materials: readonly string[];
  readonly checklist: readonly ChecklistItem[];
}

export interface Material {
  readonly id: string;
  readonly name: string;
}

/** A preparation that the survey looks at; a weak link in it becomes a requirement that blocks `blocks`. */
export interface Preparation {
  readonly id: string;
  readonly name: string;
  readonly for?: For;
  /** As older editions say for whom it is; a preparation has one of the two, or none. */
  readonly kinds?: readonly EnterpriseKind[];
  readonly blocks: Gate;
}

/** One of a day's test rounds, in force from `from` up to and including `until`, every `everyDays` days from `from`. */
export interface TestRule {
  readonly id: string;
  readonly name: string;
  readonly kind: TestKind;
  readonly from: LocalDate;
  readonly until?: LocalDate;
  readonly everyDays: number;
  readonly opens: LocalTime;
  readonly due: LocalTime;
  readonly graceMinutes: number;
}

export interface ReminderPolicy {
  /** Nobody is reminded from `from` to `to`; the span may cross midnight. */
  readonly quiet: { readonly from: LocalTime; readonly to: LocalTime };
  /** One reminder this long before the due time; 0 for none. */
  readonly leadHours: number;
  /** After the due time, again and again at this distance … */
  readonly intervalHours: number;
  /** … until this many were sent, the one before the due time included. */
  readonly maximum: number;
  /** A duty that is this much overdue is escalated once. */
  readonly escalateAfterHours: number;
}

/** The duties whose time to act the programme sets; sign-offs have theirs at the department, rounds at the test rule. */
export interface Terms {
  readonly survey: Term;
  readonly commitment: Term;
  readonly plan: Term;
  readonly rectification: Term;
  readonly consultation: Term;
  readonly recheck: Term;
  readonly condition: Term;
  readonly team: Term;
  readonly liaison: Term;
  readonly arrival: Term;
  readonly suspensionReview: Term;
}

/** How tests are taken and what follows from them. */
export interface TestingRules {
  /** How many samples one mixed tube 混管 may hold, for example 10 and 20. */
  readonly tubeSizes: readonly number[];
  /** Days of quiet 静默期 of a new arrival: in the loop and tested, but apart from the others. */
  readonly quietDays: number;
  /** Results that were pending when their round closed are owed within. */
  readonly results: Term;
  /** Epidemic control looks into those who stayed untested within. */
  readonly untested: Term;
  /** The health centre certifies a sampler 采样员 who was named within. */
  readonly certification: Term;
}

/** Time for each step after a positive 异常处置, in their order, and who is told besides. */
export interface IncidentRules {
  readonly isolate: Term;
  readonly recheck: Term;
  readonly inform: Term;
  readonly suspend: Term;
  readonly transfer: Term;
  readonly disinfect: Term;
  readonly trace: Term;
  /** The emergency plan's list: owners of the agenda who are told at once, in this order, epidemic control first. */
  readonly tell: readonly string[];
}

/** What the statistics of a town count an item as (docs/domain.md#figures). */
export const SUPPLY_FIGURES = ['masks', 'protectiveSuits', 'glovePairs', 'disinfectantBottles', 'antigenKits'] as const;
export type SupplyFigure = (typeof SUPPLY_FIGURES)[number];

/** An item of the town's stock 物资. */
export interface SupplyItem {
  readonly id: string;
  readonly name: string;
  /** What one of it is: 只、件、副、瓶、人份. */
  readonly unit: string;
  /** What one person in the loop uses a day; may be a fraction; 0 for what is not used up day by day. */
  readonly perHeadPerDay: number;
  readonly figure?: SupplyFigure;
}

export interface SupplyRules {
  readonly items: readonly SupplyItem[];
  /** When the days of cover are looked at, once a day. */
  readonly checkAt: LocalTime;
  /** Below so many days of cover a top-up is proposed … */
  readonly thresholdDays: number;
  /** … that would bring the cover up to so many days. */
  readonly targetDays: number;
  /** Whether the case places a top-up by itself or proposes it to the enterprise. */
  readonly topUp: 'propose' | 'place';
  /** The enterprise confirms a proposal, the storekeeper dispatches or finds more, the volunteer delivers, the enterprise receives. */
  readonly confirm: Term;
  readonly dispatch: Term;
  readonly backOrder: Term;
  readonly deliver: Term;
  readonly receive: Term;
}

export interface LodgingRules {
  /** When people move between work and lodging 两点一线; any other movement is a deviation. */
  readonly windows: readonly { readonly from: LocalTime; readonly to: LocalTime }[];
  /** The liaison follows a deviation 违规外出 up within. */
  readonly followUp: Term;
}

export interface Edition {
  /** The programme's id, for example `zhongxing`. */
  readonly programme: string;
  /** The edition's id within the programme. */
  readonly id: string;
  readonly town: string;
  /** The time zone as a fixed offset east of UTC; zones with daylight saving are refused by the programme's check. */
  readonly utcOffsetMinutes: number;
  readonly officeHours: { readonly from: LocalTime; readonly to: LocalTime };
  /** Statutory holidays that fall on a weekday, and weekend days that are made up. */
  readonly holidays: readonly LocalDate[];
  readonly makeUpDays: readonly LocalDate[];
  readonly departments: readonly Department[];
  readonly materials: readonly Material[];
  readonly preparations: readonly Preparation[];
  /** Name of the rulebook to which the enterprise commits in writing. */
  readonly rulebook: string;
  readonly terms: Terms;
  /** What a department's condition 附条件 holds up. */
  readonly conditionsBlock: Gate;
  /** The same duty may be urged 催办 again only after this time. */
  readonly urgeIntervalMinutes: number;
  /** From which parts a service team must have at least one member. */
  readonly teamParts: readonly TeamPart[];
  readonly tests: readonly TestRule[];
  readonly report: { readonly opens: LocalTime; readonly due: LocalTime };
  /** The department that suspends and lifts, and to which missed rounds are escalated. */
  readonly epidemicControl: string;
  readonly reminders: ReminderPolicy;
  readonly testing: TestingRules;
  readonly incident: IncidentRules;
  readonly supplies: SupplyRules;
  readonly lodging: LodgingRules;
  readonly inspection: {
    /** A finding of the self-management team 自我管理队伍 is closed within. */ readonly finding: Term;
  };
  readonly completion: { readonly operatingDays: number };
}
