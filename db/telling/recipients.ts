/** Who an owner of the agenda is: the accounts that a notice of a case reaches, with what each of them wants. */
import { localDate } from '../../domain/calendar/calendar';
import type { Instant } from '../../domain/programme/edition';
import type { Reopening } from '../../domain/case/state';
import { liaisonOn } from '../../domain/case/stationing';
import type { Queryable } from '../sql/pool';

/** A case as far as it says who somebody is. */
export interface CaseOfNotice {
  readonly enterprise: string;
  readonly village: string;
  readonly startedBy: string;
  readonly stationing: Reopening['stationing'];
}

export interface Addressed {
  /** `account/<id>` or an owner of the agenda. */
  readonly recipient: string;
  readonly at: Instant;
  /** Then every official is told, not only the one who has the case. */
  readonly toAll: boolean;
  readonly case: CaseOfNotice;
}

export interface Recipient {
  readonly account: string;
  readonly role: string;
  readonly department: string | null;
  readonly enterprise: string | null;
  readonly village: string | null;
  readonly hasEmail: boolean;
  /** What the account has chosen; null: nothing yet. */
  readonly channels: readonly string[] | null;
  readonly digest: boolean;
}

/** Reads whoever may be meant by these, so that `accountsFor` finds them. */
export async function readRecipients(db: Queryable, addressed: readonly Addressed[], zone: Zone): Promise<Recipient[]> {
  const enterprises = new Set(addressed.map((one) => one.case.enterprise));
  const villages = new Set(addressed.map((one) => one.case.village));
  const named = new Set(addressed.flatMap((one) => [one.case.startedBy, ...(accountOf(one, zone) ?? [])]));
  const { rows } = await db.query<Recipient>(
    `SELECT a.id AS account, a.role, a.department, a.enterprise, a.village, a.email IS NOT NULL AS "hasEmail", p.channels,
            COALESCE(p.digest, false) AS digest
     FROM accounts a LEFT JOIN notice_preferences p ON p.account = a.id
     WHERE a.disabled_at IS NULL
       AND (a.enterprise = ANY ($1) OR a.village = ANY ($2) OR a.id = ANY ($3)
            OR a.role IN ('official', 'reviewer', 'storekeeper', 'health', 'volunteer', 'operator'))
     ORDER BY a.id`,
    [[...enterprises], [...villages], [...named]],
  );
  return rows;
}

type Zone = Parameters<typeof localDate>[1];

/** The accounts of one notice; none when nobody has that part at the time. */
export function accountsFor(one: Addressed, known: readonly Recipient[], zone: Zone): readonly Recipient[] {
  const named = accountOf(one, zone);
  if (named) return known.filter(({ account }) => named.includes(account));
  const { recipient } = one;
  if (recipient === 'official') {
    const starter = known.filter(({ account, role }) => account === one.case.startedBy && role === 'official');
    return one.toAll || starter.length === 0 ? known.filter(({ role }) => role === 'official') : starter;
  }
  return known.filter(
    ({ role, department, enterprise, village }) =>
      (role === recipient &&
        (role !== 'enterprise' || enterprise === one.case.enterprise) &&
        (role !== 'village' || village === one.case.village)) ||
      (role === 'reviewer' && recipient === `department/${department ?? ''}`),
  );
}

/** Where the notice means certain accounts: a named one, or the liaison who is on duty that day, or will be. */
function accountOf({ recipient, at, case: { stationing } }: Addressed, zone: Zone): readonly string[] | undefined {
  if (recipient.startsWith('account/')) return [recipient.slice('account/'.length)];
  if (recipient !== 'liaison') return undefined;
  const liaison = liaisonOn({ stationing }, localDate(at, zone)) ?? stationing.postings.at(-1)?.liaison;
  return liaison === undefined ? [] : [liaison];
}
