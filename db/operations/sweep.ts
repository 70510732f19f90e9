/** Removes what was stored for commands that came to nothing: texts and files that no ledger entry names (docs/ARCHITECTURE.md#four-ideas); and what is counted no more. */
import { releaseForgotten } from '../case/booked-days';
import { sweepDevices } from '../accounts/devices';
import type { Pool, Queryable } from '../sql/pool';

/** A command that is handed over may wait for a worker this long; its texts are kept until then. */
const KEPT = '30 days';
/** Entries of one command may come in two batches: by then the second has come as well. */
const RECORDED_WHOLE = '1 day';
/** An upload takes two minutes (api/http/body.ts): what is not whole by then belongs to a process that died. */
const ARRIVING = '1 hour';
/** Files are removed a few at a time, at most 1 GB of them, well within the time a statement has. */
const FILES = 50;

export interface Swept {
  readonly texts: number;
  readonly documents: number;
  readonly claims: number;
  /** Commands that waited for an outcome that the ledger had already when they were noted down. */
  readonly commands: number;
  /** Attempts to send that no rate counts any more. */
  readonly attempts: number;
  /** Windows of wrong guesses that are over. */
  readonly guesses: number;
  readonly devices: number;
}

/** All ages are by PostgreSQL's clock, which also set the times that are compared. */
export async function sweep(pool: Pool): Promise<Swept> {
  // First, so that nothing waits that need not.
  const commands = await settleLate(pool);
  return {
    commands,
    texts: await sweepTexts(pool),
    documents: await sweepDocuments(pool),
    claims: await releaseForgotten(pool),
    attempts: await sweepAttempts(pool),
    guesses: await sweepGuesses(pool),
    devices: await sweepDevices(pool),
  };
}

/** A text goes when its command was refused, was recorded without it, or is not heard of for 30 days; never while it waits. */
async function sweepTexts(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM texts AS t WHERE stream IS NULL
       AND NOT EXISTS (SELECT FROM commands c WHERE c.id = t.command AND c.status = 'pending')
       AND (created_at < now() - $1::interval
            OR EXISTS (SELECT FROM commands c WHERE c.id = t.command AND c.status = 'refused')
            OR EXISTS (SELECT FROM ledger l WHERE l.command = t.command AND l.recorded_at < now() - $2::interval))`,
    [KEPT, RECORDED_WHOLE],
  );
  return rowCount ?? 0;
}

/**
 * A file is stored before any command names it: it goes after 30 days, unless its author still has a command that waits; one that
 * never became whole goes at once.
 */
async function sweepDocuments(db: Queryable): Promise<number> {
  for (let swept = 0; ;) {
    const { rowCount } = await db.query(
      `DELETE FROM documents WHERE id IN (
         SELECT id FROM documents AS d WHERE stream IS NULL AND created_at < now() - $1::interval
           AND NOT EXISTS (SELECT FROM commands c WHERE c.account = d.author AND c.status = 'pending')
         UNION ALL
         SELECT id FROM documents WHERE hmac = '' AND created_at < now() - $3::interval
         LIMIT $2)
       AND stream IS NULL`,
      [KEPT, FILES, ARRIVING],
    );
    swept += rowCount ?? 0;
    if (!rowCount) return swept;
  }
}

/** No channel's rate looks further back than minutes. */
const COUNTED = '1 day';

/** The clocks of API and PostgreSQL may differ by so much, and a window still lasts as long as it should. */
const CLOCKS_APART_MS = 60 * 60_000;

async function sweepAttempts(db: Queryable): Promise<number> {
  const { rowCount } = await db.query('DELETE FROM send_attempts WHERE at < now() - $1::interval', [COUNTED]);
  return rowCount ?? 0;
}

/** `expire` is in milliseconds by an API's clock. */
async function sweepGuesses(db: Queryable): Promise<number> {
  const { rowCount } = await db.query('DELETE FROM attempts WHERE expire < extract(epoch FROM now()) * 1000 - $1', [
    CLOCKS_APART_MS,
  ]);
  return rowCount ?? 0;
}

/** A command may be noted down as waiting just after its entries were recorded: then nobody settled it. */
async function settleLate(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE commands AS c SET status = CASE WHEN refused THEN 'refused' ELSE 'done' END, sequence = last.sequence,
            rejection = CASE WHEN refused THEN last.entry->'details' END, settled_at = now()
     FROM (SELECT DISTINCT ON (command) command, sequence, entry, type = 'command-refused' AS refused FROM ledger
           WHERE command IN (SELECT id FROM commands WHERE status = 'pending') ORDER BY command, sequence DESC) AS last
     WHERE c.id = last.command AND c.status = 'pending'`,
  );
  return rowCount ?? 0;
}
