/** The rules part of one edition of a town's programme 方案, as a case carries it: plain data, no notice texts. */

/** Milliseconds since 1970-01-01T00:00Z. The domain never reads a clock: every instant is handed in. */
export type Instant = number;
/** A calendar date of the programme's time zone, `YYYY-MM-DD`. */
export type LocalDate = string;
/** A time of day of the programme's time zone, `HH:MM`, 24 hours. */
export type LocalTime = string;

/** How long an owner has. Epidemic deadlines run in natural days, office deadlines in working days (DOMAIN §4). */
export type Term = { readonly days: number } | { readonly workingDays: number };

/** What an open requirement may hold up: the submission of the plan, the start of operation, the closing of the case. */
export const GATES = ['submission', 'operation', 'completion'] as const;
export type Gate = (typeof GATES)[number];

export const ENTERPRISE_KINDS = ['factory', 'supermarket'] as const;
export type EnterpriseKind = (typeof ENTERPRISE_KINDS)[number];

export const TEST_KINDS = ['antigen', 'nucleic-acid'] as const;
export type TestKind = (typeof TEST_KINDS)[number];

export const TEAM_PARTS = ['village', 'enterprise', 'department'] as const;
/** From where a member of the management service team 管理服务团队 comes. */
export type TeamPart = (typeof TEAM_PARTS)[number];

export interface ChecklistItem {
  readonly id: string;
  readonly name: string;
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
  readonly kinds: readonly EnterpriseKind[];
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

export interface Edition {
  /** The programme's id, for example `zhongxing`. */
  readonly programme: string;
  /** The edition's id within the programme. */
  readonly edition: string;
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
  readonly completion: { readonly operatingDays: number };
}
