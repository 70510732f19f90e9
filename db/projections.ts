/** The newest state of each case for lists and the inbox: replaced only by a higher version. */
import type { RecordBatch } from '../contracts/views';
import type { Client } from './pool';

/** Liaisons of the case and accounts to which it was copied: they may see it. */
function accountsOf({ stationing, copies }: RecordBatch['view']): string[] {
  const liaisons = [...stationing.postings, ...stationing.standIns].map((one) => one.liaison);
  return [...new Set([...liaisons, ...copies])];
}

export async function project(client: Client, { stream, view, situation, closed }: RecordBatch): Promise<void> {
  const { enterprise } = view;
  const { rowCount } = await client.query(
    `INSERT INTO reopenings AS r (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, next_due, overdue,
                                  accounts, closed, version, clock, view, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     ON CONFLICT (case_number) DO UPDATE SET
       phase = excluded.phase, waiting_on = excluded.waiting_on, next_due = excluded.next_due, overdue = excluded.overdue,
       accounts = excluded.accounts, closed = excluded.closed, version = excluded.version, clock = excluded.clock,
       view = excluded.view, recorded_at = now()
     WHERE r.version < excluded.version`,
    [
      stream,
      enterprise.id,
      enterprise.name,
      enterprise.village,
      enterprise.kind,
      situation.phase,
      situation.waitingOn,
      situation.nextDue === null ? null : new Date(situation.nextDue),
      situation.overdue,
      accountsOf(view),
      closed,
      view.sequence,
      new Date(view.clock),
      JSON.stringify(view),
      new Date(view.openedAt),
    ],
  );
  if (rowCount === 0) return;
  await client.query(
    `WITH owed AS (
       SELECT d->>'id' AS id, d->>'kind' AS kind, d->>'owner' AS owner, d->>'account' AS account,
              to_timestamp((d->>'since')::double precision / 1000) AS since,
              to_timestamp((d->>'opens')::double precision / 1000) AS opens,
              to_timestamp((d->>'due')::double precision / 1000) AS due,
              (d->>'overdue')::boolean AS overdue, (d->>'reminded')::integer AS reminded,
              to_timestamp((d->>'urgedAt')::double precision / 1000) AS urged_at, (d->>'escalated')::boolean AS escalated
       FROM jsonb_array_elements($2::jsonb) AS d),
     done AS (DELETE FROM duties WHERE case_number = $1 AND id NOT IN (SELECT id FROM owed))
     INSERT INTO duties (case_number, id, kind, owner, account, since, opens, due, overdue, reminded, urged_at, escalated)
     SELECT $1, id, kind, owner, account, since, opens, due, overdue, reminded, urged_at, escalated FROM owed
     ON CONFLICT (case_number, id) DO UPDATE SET
       owner = excluded.owner, account = excluded.account, since = excluded.since, opens = excluded.opens, due = excluded.due,
       overdue = excluded.overdue, reminded = excluded.reminded, urged_at = excluded.urged_at, escalated = excluded.escalated`,
    [stream, JSON.stringify(view.agenda)],
  );
}
