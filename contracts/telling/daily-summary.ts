/** The shape of a town's daily summary 每日简报: counts, dates, ids and names of enterprises and villages; never a person. */
import type { LocalDate } from '../../domain/programme/edition';
import type { Phase } from '../../domain/case/state';

/**
 * Tests of a day, one for each person and round that is due or closed: `owed` is always the sum of the three others. Who has a
 * result of any kind is tested, also while it is pending, invalid or to be rechecked; who was not tested for a reason is apart.
 */
export interface TestsOfDay {
  readonly owed: number;
  readonly tested: number;
  readonly notTested: number;
  readonly untested: number;
}

/** One case: those that are open, those that ended that day, and those that had tests or positives that day. */
export interface EnterpriseLine extends TestsOfDay {
  readonly caseNumber: string;
  readonly name: string;
  /** Its id in the programme. */
  readonly village: string;
  /** Now, as are `waitingOn` and `overdue`. */
  readonly phase: Phase;
  /** Owners of open duties: `enterprise`, `department/<id>`, … */
  readonly waitingOn: readonly string[];
  /** Overdue duties. */
  readonly overdue: number;
  /** Incidents that were opened that day. */
  readonly positives: number;
}

export interface OverdueLine {
  readonly owner: string;
  readonly count: number;
  /** `YYYY-MM-DD HH:mm` of the town; null when none of them has a due time. */
  readonly oldestDue: string | null;
}

/** An item of which an enterprise had too little when its days of cover were last looked at. */
export interface ShortItem {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly item: string;
  /** For how many days it would last, counted from `checkedOn`. */
  readonly days: number;
  readonly thresholdDays: number;
  readonly checkedOn: LocalDate;
}

/** An item of the town's stock of which nothing is free: all that is there is promised. */
export interface UsedUpItem {
  readonly item: string;
  readonly onHand: number;
  readonly promised: number;
}

export interface DailySummary {
  /** The day that is told about; of a case it is the day of the case's own clock. */
  readonly date: LocalDate;
  /** When it was computed, `YYYY-MM-DD HH:mm` of the town: phases, overdue duties and stock are of then. */
  readonly asOf: string;
  /** Cases that were opened that day. */
  readonly started: number;
  /** Approvals of departments of that day, with conditions or without, that were not taken back the same day. */
  readonly signed: number;
  /** Cases that were completed 办结 that day. */
  readonly completed: number;
  /** Cases in each phase now, of all that there ever were. */
  readonly phases: { readonly [P in Phase]: number };
  readonly operating: number;
  /** Cases of which the whole site is suspended. */
  readonly suspended: number;
  /** The sums of `enterprises`. */
  readonly tests: TestsOfDay;
  /** Of those owed, with one decimal, rounded down: 100 only when everybody is. Null when none was owed. */
  readonly testedPercent: number | null;
  /** The sum of `enterprises`. */
  readonly positives: number;
  /** The most overdue first; the counts add up to those of `enterprises`. */
  readonly overdue: readonly OverdueLine[];
  readonly stock: {
    /** The shortest cover first. */
    readonly enterprises: readonly ShortItem[];
    readonly town: readonly UsedUpItem[];
  };
  /** In the order of case numbers. */
  readonly enterprises: readonly EnterpriseLine[];
  /** The last seal of the ledger, which leaves the house with the summary; none in summaries of before, and before the first seal. */
  readonly seal?: SealTold | null;
}

export interface SealTold {
  readonly number: number;
  /** The last day that it answers for. */
  readonly day: LocalDate;
  readonly hash: string;
  /** Fingerprint of the key that signed it; null for seals of before. */
  readonly key: string | null;
}
