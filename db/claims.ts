/** A liaison's days: claimed before the command is sent, confirmed or released by the ledger entry, cut when the case ends. */
import { word, type Entry } from '../contracts/ledger';
import type { RecordBatch } from '../contracts/views';
import type { Client, Queryable } from './pool';

/** A claim waits this long for its command's outcome; then nobody will ask for it again. */
const UNSETTLED = '1 day';

/** Days from `from` up to and including `to`, or without end. */
export interface Claim {
  readonly command: string;
  readonly caseNumber: string;
  readonly account: string;
  readonly from: string;
  readonly to: string | null;
}

/** @throws an exclusion violation (`isExclusionViolation`) when the liaison has another enterprise on one of the days */
export async function claimLiaison(db: Queryable, { command, caseNumber, account, from, to }: Claim): Promise<void> {
  await db.query(
    `INSERT INTO liaison_claims (command, case_number, account, during) VALUES ($1, $2, $3, daterange($4, $5, '[]'))
     ON CONFLICT (command) DO NOTHING`,
    [command, caseNumber, account, from, to],
  );
}

/** Gives back what a refused command had claimed. */
export async function releaseClaim(db: Queryable, command: string): Promise<void> {
  await db.query('DELETE FROM liaison_claims WHERE command = $1 AND NOT confirmed', [command]);
}

/** Claims of commands that were never heard of again. */
export async function releaseForgotten(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM liaison_claims AS l WHERE NOT confirmed AND created_at < now() - $1::interval
       AND NOT EXISTS (SELECT FROM commands c WHERE c.id = l.command AND c.status = 'pending')`,
    [UNSETTLED],
  );
  return rowCount ?? 0;
}

export async function settleClaims(
  client: Client,
  { stream, view, closed }: RecordBatch,
  entries: readonly Entry[],
): Promise<void> {
  for (const entry of entries) {
    const { type, command } = entry;
    if (command === undefined) continue;
    if (type === 'handed-over') await cut(client, stream, word(entry, 'from'), word(entry, 'on'));
    if (type === 'liaison-assigned' || type === 'handed-over' || type === 'stand-in-named') {
      await client.query('UPDATE liaison_claims SET confirmed = true WHERE command = $1', [command]);
    }
    if (type === 'command-refused') await releaseClaim(client, command);
  }
  if (!closed) return;
  const today = new Date(view.clock).toISOString().slice(0, 10);
  await client.query(`DELETE FROM liaison_claims WHERE case_number = $1 AND lower(during) > $2::date`, [stream, today]);
  await client.query(
    `UPDATE liaison_claims SET during = daterange(lower(during), $2::date, '[]')
     WHERE case_number = $1 AND (upper_inf(during) OR upper(during) > $2::date + 1)`,
    [stream, today],
  );
}

/** The liaison who handed over is free from that day on. */
async function cut(client: Client, stream: string, account: string, on: string): Promise<void> {
  await client.query(
    `UPDATE liaison_claims SET during = daterange(lower(during), $3::date)
     WHERE case_number = $1 AND account = $2 AND lower(during) < $3::date AND upper_inf(during)`,
    [stream, account, on],
  );
}
