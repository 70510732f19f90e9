/** The newest state of each case, and what lists and the inbox show of it: replaced only by what is later. */
import type { RecordBatch } from '../../contracts/case/views';

/**
 * The row of the case as the batch leaves it. None while more waits than one batch takes, as after a long outage: the last of the
 * batches brings it, and a projection never shows what the ledger does not have.
 */
export function projectionOf({ enterprise, change, closed, clock, openedAt, recording }: RecordBatch) {
  if (change === null) return [];
  const { sequence, parts, situation, accounts, duties } = change;
  const row = {
    enterprise: enterprise.id,
    enterprise_name: enterprise.name,
    village: enterprise.village,
    kind: enterprise.kind,
    phase: situation.phase,
    waiting_on: situation.waitingOn,
    next_due: situation.nextDue,
    overdue: situation.overdue,
    accounts,
    closed,
    version: sequence,
    recording,
    clock,
    parts,
    opened_at: openedAt,
    duties,
  };
  return [row];
}

const time = (milliseconds: string) => `to_timestamp(${milliseconds} / 1000)`;

/**
 * SQL of the CTEs that replace the projection of the case `stream` by `rows` (JSON, one or none) where `condition` holds: `shown`
 * has the row if it was not older, and only then duties that are gone are deleted and the others brought up to date.
 */
export function projectCase(stream: string, rows: string, condition: string): string {
  return `brought AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(${rows}::jsonb)
      AS p (enterprise text, enterprise_name text, village text, kind text, phase text, waiting_on text[],
            next_due double precision, overdue integer, accounts text[], closed boolean, version bigint, recording bigint,
            clock double precision, parts jsonb, opened_at double precision, duties jsonb)),
  shown AS (
    INSERT INTO reopenings AS r (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, next_due, overdue,
                                 accounts, closed, version, recording, clock, state, opened_at)
    SELECT ${stream}, enterprise, enterprise_name, village, kind, phase, waiting_on, ${time('next_due')}, overdue,
           accounts, closed, version, recording, ${time('clock')}, parts->'v', ${time('opened_at')}
    FROM brought WHERE ${condition}
    ON CONFLICT (case_number) DO UPDATE SET
      phase = excluded.phase, waiting_on = excluded.waiting_on, next_due = excluded.next_due, overdue = excluded.overdue,
      accounts = excluded.accounts, closed = excluded.closed, version = excluded.version, recording = excluded.recording,
      clock = excluded.clock, state = laid_over(r.state, (SELECT parts FROM brought)), recorded_at = now()
    WHERE (r.version, r.recording) <= (excluded.version, excluded.recording)
    RETURNING case_number),
  owed AS (
    SELECT case_number, d.* FROM shown, brought, jsonb_to_recordset(duties->'changed')
      AS d (id text, kind text, owner text, account text, since double precision, opens double precision,
            due double precision, overdue boolean, reminded integer, "urgedAt" double precision, escalated boolean)),
  done AS (
    DELETE FROM duties AS d USING shown, brought
    WHERE d.case_number = shown.case_number AND (
      duties->'gone' ? d.id
      OR duties->'gone' = 'null' AND NOT duties->'changed' @> jsonb_build_array(jsonb_build_object('id', d.id)))),
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
