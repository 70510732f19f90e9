/** What became of commands: those handed over without an answer, and the first answers of commands without a workflow. */
import type { Json } from '../../domain/ledger/entry';
import type { Rejection } from '../../domain/ledger/rejection';
import { transaction, type Client, type Pool, type Queryable } from '../sql/pool';

export interface NewCommand {
  readonly id: string;
  readonly account: string;
  readonly route: string;
  readonly caseNumber: string | null;
  readonly bodyHash: string;
}

export type CommandRow = NewCommand &
  (
    | { readonly status: 'pending' }
    | {
        readonly status: 'done';
        readonly sequence: number | null;
        readonly answer: Json;
        readonly httpStatus: number | null;
      }
    | { readonly status: 'refused'; readonly rejection: Rejection }
  );

const COLUMNS = `id, account, route, case_number AS "caseNumber", body_hash AS "bodyHash", status, sequence, rejection,
  http_status AS "httpStatus", answer`;

export async function findCommand(db: Queryable, id: string): Promise<CommandRow | undefined> {
  const { rows } = await db.query<CommandRow>(`SELECT ${COLUMNS} FROM commands WHERE id = $1`, [id]);
  return rows[0];
}

/** A command that waits for its case. */
export type PendingCommand = NewCommand & { readonly caseNumber: string };

/**
 * Notes down a deferred act, unless `most` wait for its case already.
 * @returns `known` when another request for the same command has made its row
 */
export function insertPending(pool: Pool, one: PendingCommand, most: number): Promise<'noted' | 'known' | 'full'> {
  return transaction(pool, async (client) => {
    // One after the other: many at once would each see the last place free.
    await client.query('SELECT FROM cases WHERE case_number = $1 FOR NO KEY UPDATE', [one.caseNumber]);
    const { rowCount } = await client.query(
      `INSERT INTO commands (id, account, route, case_number, body_hash, status)
       SELECT $1, $2, $3, $4, $5, 'pending'
       WHERE (SELECT count(*) FROM commands WHERE case_number = $4 AND status = 'pending') < $6
       ON CONFLICT (id) DO NOTHING`,
      [one.id, one.account, one.route, one.caseNumber, one.bodyHash, most],
    );
    if (rowCount === 1) return 'noted';
    return (await findCommand(client, one.id)) ? 'known' : 'full';
  });
}

/** The command could not be handed over after all. */
export async function forgetPending(db: Queryable, id: string): Promise<void> {
  await db.query(`DELETE FROM commands WHERE id = $1 AND status = 'pending'`, [id]);
}

/** Keeps the first answer of a command without a workflow, in the command's own transaction. */
export async function keepAnswer(client: Client, one: NewCommand, httpStatus: number, answer: unknown): Promise<void> {
  await client.query(
    `INSERT INTO commands (id, account, route, case_number, body_hash, status, http_status, answer, settled_at)
     VALUES ($1, $2, $3, $4, $5, 'done', $6, $7, now())`,
    [one.id, one.account, one.route, one.caseNumber, one.bodyHash, httpStatus, JSON.stringify(answer)],
  );
}

export interface LedgerOutcome {
  readonly caseNumber: string;
  readonly account: string;
  readonly sequence: number;
  /** The signature of the act; null of what was done before acts were kept. */
  readonly act: string | null;
  readonly rejection: Rejection | null;
}

/** What the ledger says of a command; it knows also those that were answered at once. */
export async function outcomeInLedger(db: Queryable, command: string): Promise<LedgerOutcome | undefined> {
  const { rows } = await db.query<LedgerOutcome>(
    `SELECT stream AS "caseNumber", account, sequence, entry->>'act' AS act,
            CASE WHEN type = 'command-refused' THEN entry->'details' END AS rejection
     FROM ledger WHERE command = $1 ORDER BY sequence DESC LIMIT 1`,
    [command],
  );
  return rows[0];
}
