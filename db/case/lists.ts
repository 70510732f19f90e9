/** The lists that people work from: cases and duties, cut to what the reader may see, in pages. */
import type { DutyKind, Owner } from '../../domain/case/agenda';
import type { EnterpriseKind } from '../../domain/programme/for-whom';
import type { Account } from '../../domain/ledger/entry';
import type { Phase } from '../../domain/case/state';
import { containing } from '../enterprises/enterprises';
import type { Queryable } from '../sql/pool';

/** Collects values and gives their placeholders. */
class Parameters {
  readonly values: unknown[] = [];
  bind(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** `maySee` (domain/case/visibility) as a condition on `reopenings r`; test/api/visibility.test.ts keeps both the same. */
function visible(account: Account, parameters: Parameters): string {
  // Bound only where it is used: PostgreSQL cannot tell the type of a parameter that no condition names.
  const concerned = () => `${parameters.bind(account.account)} = ANY (r.accounts)`;
  switch (account.role) {
    case 'official':
    case 'reviewer':
    case 'operator':
    case 'health':
    case 'storekeeper':
      return 'TRUE';
    case 'enterprise':
      return `(r.enterprise = ${parameters.bind(account.enterprise)} OR ${concerned()})`;
    case 'village':
      return `(r.village = ${parameters.bind(account.village)} OR ${concerned()})`;
    case 'liaison':
    case 'volunteer':
      return concerned();
  }
}

/** Under which rules a line's case runs: their hash, null as long as it is not known, and the id of the edition. */
interface Ruled {
  readonly rules: string | null;
  readonly edition: string;
}

export interface CaseLine extends Ruled {
  readonly caseNumber: string;
  readonly enterprise: {
    readonly id: string;
    readonly name: string;
    readonly kind: EnterpriseKind;
    readonly village: string;
  };
  readonly phase: Phase;
  readonly waitingOn: readonly string[];
  readonly nextDue: Date | null;
  readonly overdue: number;
  readonly closed: boolean;
  readonly openedAt: Date;
  readonly clock: Date;
  readonly recordedAt: Date;
}

export interface CaseFilter {
  readonly by: Account;
  readonly phase?: Phase | undefined;
  readonly village?: string | undefined;
  readonly waitingOn?: string | undefined;
  readonly overdue?: boolean | undefined;
  /** Started by the reader, or copied to the reader. */
  readonly mine?: 'started' | 'copied' | undefined;
  readonly closed?: boolean | undefined;
  readonly q?: string | undefined;
  /** The last line of the page before. */
  readonly after: readonly [openedAt: string, caseNumber: string] | null;
  readonly limit: number;
}

/** Newest first, one more than the limit when there are more. */
export async function listCases(db: Queryable, filter: CaseFilter): Promise<CaseLine[]> {
  const parameters = new Parameters();
  const { phase, village, waitingOn, overdue, mine, closed, q, after } = filter;
  const conditions = [visible(filter.by, parameters)];
  if (phase !== undefined) conditions.push(`r.phase = ${parameters.bind(phase)}`);
  if (village !== undefined) conditions.push(`r.village = ${parameters.bind(village)}`);
  if (waitingOn !== undefined) conditions.push(`${parameters.bind(waitingOn)} = ANY (r.waiting_on)`);
  if (overdue !== undefined) conditions.push(overdue ? 'r.overdue > 0' : 'r.overdue = 0');
  if (mine === 'started') conditions.push(`c.started_by = ${parameters.bind(filter.by.account)}`);
  if (mine === 'copied') conditions.push(`r.state->'copies' ? ${parameters.bind(filter.by.account)}`);
  if (closed !== undefined) conditions.push(`r.closed = ${parameters.bind(closed)}`);
  if (q !== undefined) {
    const pattern = parameters.bind(containing(q));
    conditions.push(
      `(r.enterprise_name ILIKE ${pattern} OR e.uscc ILIKE ${pattern} OR r.case_number ILIKE ${pattern})`,
    );
  }
  if (after) {
    const [openedAt, number] = after.map((value) => parameters.bind(value));
    conditions.push(`(date_trunc('milliseconds', r.opened_at), r.case_number) < (${openedAt}::timestamptz, ${number})`);
  }
  const { rows } = await db.query<CaseLine>(
    `SELECT r.case_number AS "caseNumber",
            jsonb_build_object('id', r.enterprise, 'name', r.enterprise_name, 'kind', r.kind, 'village', r.village) AS enterprise,
            r.phase, r.waiting_on AS "waitingOn", r.next_due AS "nextDue", r.overdue, r.closed, r.opened_at AS "openedAt",
            r.clock, r.recorded_at AS "recordedAt", c.rules, r.state->'edition'->>'id' AS edition
     FROM reopenings r JOIN enterprises e ON e.id = r.enterprise JOIN cases c USING (case_number) WHERE ${conditions.join(' AND ')}
     ORDER BY date_trunc('milliseconds', r.opened_at) DESC, r.case_number DESC LIMIT ${parameters.bind(filter.limit + 1)}`,
    parameters.values,
  );
  return rows;
}

export interface DutyLine extends Ruled {
  readonly caseNumber: string;
  readonly enterpriseName: string;
  readonly id: string;
  readonly kind: DutyKind;
  readonly owner: Owner;
  readonly account: string | null;
  readonly since: Date;
  readonly opens: Date;
  readonly due: Date | null;
  readonly overdue: boolean;
  readonly reminded: number;
  readonly urgedAt: Date | null;
  readonly escalated: boolean;
}

export interface DutyFilter {
  readonly by: Account;
  /** `mine`: what the reader owes; `all`: what anyone owes in the cases that the reader may see. */
  readonly scope: 'mine' | 'all';
  readonly caseNumber?: string | undefined;
  readonly after: readonly [due: string, caseNumber: string, id: string] | null;
  readonly limit: number;
}

/** A standing duty has no due time: it comes last. */
const LAST = 'infinity';
/** A page's end is told in milliseconds: a finer order would show a duty twice. */
const BY_DUE = `date_trunc('milliseconds', COALESCE(d.due, '${LAST}'))`;

/**
 * A duty of a department that was transferred, or of the one liaison, is owed by that account alone; what an enterprise owes is
 * owed by its own people, not by those of another to whom the case was copied.
 */
function owedBy({ account, role, department, enterprise }: Account, parameters: Parameters): string {
  const owners = parameters.bind([role, ...(department === undefined ? [] : [`department/${department}`])]);
  const own = role === 'enterprise' ? ` AND r.enterprise = ${parameters.bind(enterprise)}` : '';
  return `(d.account = ${parameters.bind(account)} OR (d.account IS NULL AND d.owner = ANY (${owners})${own}))`;
}

/**
 * By due time. Open is what has opened by the case's clock; between two entries of its ledger that clock runs as real time does.
 */
export async function listDuties(db: Queryable, filter: DutyFilter): Promise<DutyLine[]> {
  const parameters = new Parameters();
  const conditions = [visible(filter.by, parameters), 'd.opens <= GREATEST(r.clock, now())'];
  if (filter.scope === 'mine') conditions.push(owedBy(filter.by, parameters));
  if (filter.caseNumber !== undefined) conditions.push(`d.case_number = ${parameters.bind(filter.caseNumber)}`);
  if (filter.after) {
    const [due, number, id] = filter.after.map((value) => parameters.bind(value));
    conditions.push(`(${BY_DUE}, d.case_number, d.id) > (${due}::timestamptz, ${number}, ${id})`);
  }
  const { rows } = await db.query<DutyLine>(
    `SELECT d.case_number AS "caseNumber", r.enterprise_name AS "enterpriseName", d.id, d.kind, d.owner, d.account, d.since,
            d.opens, d.due, d.overdue, d.reminded, d.urged_at AS "urgedAt", d.escalated,
            c.rules, r.state->'edition'->>'id' AS edition
     FROM duties d JOIN reopenings r USING (case_number) JOIN cases c USING (case_number) WHERE ${conditions.join(' AND ')}
     ORDER BY ${BY_DUE}, d.case_number, d.id LIMIT ${parameters.bind(filter.limit + 1)}`,
    parameters.values,
  );
  return rows;
}

/** Where a page ends, for the next one. */
export function positionOfDuty({ due, caseNumber, id }: DutyLine): [string, string, string] {
  return [due?.toISOString() ?? LAST, caseNumber, id];
}
