/** How far readers see a stream: of a case up to the state that they are shown, of any other stream up to its last entry. */
import type { Queryable } from '../sql/pool';

/** Soon enough not to be felt, seldom enough not to load PostgreSQL with waiting readers; LISTEN would hold a connection each. */
const POLL_MS = 25;

/**
 * Of a case not the ledger's number: behind an outage its entries come in several batches, and the last of them brings the state
 * (workflows/reopening/recordings.ts). What is shown of a case is never ahead of its ledger.
 */
async function shownUpTo(db: Queryable, stream: string): Promise<number> {
  const { rows } = await db.query<{ sequence: number }>({
    name: 'shown-up-to',
    text: `SELECT COALESCE(CASE WHEN EXISTS (SELECT FROM cases WHERE case_number = $1)
             THEN (SELECT version FROM reopenings WHERE case_number = $1)
             ELSE (SELECT sequence FROM ledger_streams WHERE stream = $1) END, 0) AS sequence`,
    values: [stream],
  });
  return rows[0]?.sequence ?? 0;
}

/** Waits until readers see the stream up to `sequence`, at most `timeoutMs`; gives whether they do. */
export async function waitUntilShown(
  db: Queryable,
  stream: string,
  sequence: number,
  timeoutMs: number,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if ((await shownUpTo(db, stream)) >= sequence) return true;
    if (Date.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
