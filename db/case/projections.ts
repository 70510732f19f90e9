/** The newest state of each case for lists and the inbox: replaced only by a higher version. */
import type { RecordBatch } from '../../contracts/case/views';

/**
 * The row of the case as the batch leaves it. None when the view is ahead of the batch, as after a long outage, when what waits
 * fills several: the last of them brings it, and a projection never shows what the ledger does not have.
 */
export function projectionOf({ entries, view, situation, closed }: RecordBatch) {
  if (view.sequence !== entries.at(-1)?.sequence) return [];
  const { enterprise } = view;
  const row = {
    enterprise: enterprise.id,
    enterprise_name: enterprise.name,
    village: enterprise.village,
    kind: enterprise.kind,
    phase: situation.phase,
    waiting_on: situation.waitingOn,
    next_due: situation.nextDue,
    overdue: situation.overdue,
    accounts: accountsOf(view),
    closed,
    version: view.sequence,
    clock: view.clock,
    view,
    opened_at: view.openedAt,
  };
  return [row];
}

/** Liaisons of the case, accounts to which it was copied, and volunteers as long as they deliver: they may see it. */
function accountsOf({ stationing, copies, supply }: RecordBatch['view']): string[] {
  const liaisons = [...stationing.postings, ...stationing.standIns].map((one) => one.liaison);
  const volunteers = supply.orders.flatMap((order) => order.consignments.map((one) => one.volunteer));
  return [...new Set([...liaisons, ...copies, ...volunteers])];
}

const time = (milliseconds: string) => `to_timestamp(${milliseconds} / 1000)`;

/**
 * SQL of the CTEs that replace the projection of the case `stream` by `rows` (JSON, one or none) where `condition` holds: `shown`
 * has the row if it was newer, and only then duties that are gone are deleted and the others brought up to date.
 */
export function projectCase(stream: string, rows: string, condition: string): string {
  return `shown AS (
    INSERT INTO reopenings AS r (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, next_due, overdue,
                                 accounts, closed, version, clock, view, opened_at)
    SELECT ${stream}, enterprise, enterprise_name, village, kind, phase, waiting_on, ${time('next_due')}, overdue,
           accounts, closed, version, ${time('clock')}, view, ${time('opened_at')}
    FROM jsonb_to_recordset(${rows}::jsonb)
      AS p (enterprise text, enterprise_name text, village text, kind text, phase text, waiting_on text[],
            next_due double precision, overdue integer, accounts text[], closed boolean, version bigint,
            clock double precision, view jsonb, opened_at double precision)
    WHERE ${condition}
    ON CONFLICT (case_number) DO UPDATE SET
      phase = excluded.phase, waiting_on = excluded.waiting_on, next_due = excluded.next_due, overdue = excluded.overdue,
      accounts = excluded.accounts, closed = excluded.closed, version = excluded.version, clock = excluded.clock,
      view = excluded.view, recorded_at = now()
    WHERE r.version < excluded.version
    RETURNING case_number, view),
  owed AS (
    SELECT case_number, d.* FROM shown, jsonb_to_recordset(view->'agenda')
      AS d (id text, kind text, owner text, account text, since double precision, opens double precision,
            due double precision, overdue boolean, reminded integer, "urgedAt" double precision, escalated boolean)),
  done AS (
    DELETE FROM duties AS d USING shown
    WHERE d.case_number = shown.case_number AND NOT EXISTS (SELECT FROM owed WHERE owed.id = d.id)),
  due AS (
    INSERT INTO duties AS d (case_number, id, kind, owner, account, since, opens, due, overdue, reminded, urged_at, escalated)
    SELECT case_number, id, kind, owner, account, ${time('since')}, ${time('opens')}, ${time('due')}, overdue, reminded,
           ${time('"urgedAt"')}, escalated
    FROM owed
    ON CONFLICT (case_number, id) DO UPDATE SET
      owner = excluded.owner, account = excluded.account, since = excluded.since, opens = excluded.opens, due = excluded.due,
      overdue = excluded.overdue, reminded = excluded.reminded, urged_at = excluded.urged_at, escalated = excluded.escalated
    WHERE d.* IS DISTINCT FROM excluded.*)`;
}
