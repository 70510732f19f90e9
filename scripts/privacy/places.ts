/** The places in which no personal value may be: Temporal with everything it keeps of a workflow, logs, the ledger, the outbox, messages. */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Queryable } from '../../db/sql/pool';

export interface Place {
  readonly where: string;
  readonly text: string;
}

/** Everything of every run of every workflow that the server still keeps: history with its payloads, memo, search attributes. */
export async function* temporalPlaces(
  client: Client,
  wanted: (workflowId: string) => boolean = () => true,
): AsyncGenerator<Place> {
  for await (const run of client.workflow.list()) {
    const { workflowId, runId, memo, searchAttributes } = run;
    if (!wanted(workflowId)) continue;
    const where = `workflow ${workflowId} (${runId})`;
    yield { where: `${where}, memo`, text: JSON.stringify(memo) };
    yield { where: `${where}, search attributes`, text: JSON.stringify([searchAttributes, workflowId]) };
    const history = await client.workflow
      .getHandle(workflowId, runId)
      .fetchHistory()
      .catch((error: unknown) => {
        // Deleted since it was listed: there is nothing left to look into.
        if (error instanceof WorkflowNotFoundError) return [];
        throw error;
      });
    yield { where: `${where}, history`, text: textsOf(history).join('\n') };
  }
}

/** All texts of a history as they were written, payloads too: written as JSON once more, what they quote would look otherwise. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Logs, also the older one that is kept of each part. */
export function logPlaces(folder: string): Generator<Place> {
  return filePlaces(folder, /\.log(\.\d+)?$/);
}

/** What the embedded Temporal keeps on disk, as it lies there: also what no query shows any more. */
export function temporalFiles(folder: string): Generator<Place> {
  return filePlaces(folder, /\.db(-wal)?$/);
}

/** 16 MB at a time, for a file may be larger than a string may be long. */
const PIECE = 16 * 1024 * 1024;
/** Pieces overlap by more bytes than a text has that somebody wrote. */
const OVERLAP = 64 * 1024;

function* filePlaces(folder: string, names: RegExp): Generator<Place> {
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => names.test(name)) : [];
  for (const name of found) {
    const file = openSync(join(folder, name), 'r');
    try {
      const piece = Buffer.alloc(PIECE);
      for (let from = 0; ; from += PIECE - OVERLAP) {
        const length = readSync(file, piece, 0, PIECE, from);
        yield { where: `file ${name}`, text: piece.toString('utf8', 0, length) };
        if (length < PIECE) break;
      }
    } finally {
      closeSync(file);
    }
  }
}

/** Entries and notices leave PostgreSQL: they are exported, sent, shown. */
export async function* databasePlaces(db: Queryable): AsyncGenerator<Place> {
  yield* rowsOf(db, 'ledger', `SELECT stream || '#' || sequence AS at, entry::text AS text FROM ledger`);
  yield* rowsOf(db, 'notice', 'SELECT key AS at, concat(key, recipient, reason, details) AS text FROM outbox');
  yield* rowsOf(db, 'message', 'SELECT id AS at, concat(reason, receipt, subject, body) AS text FROM messages');
  yield* rowsOf(db, 'projection of', 'SELECT case_number AS at, concat(view, state) AS text FROM reopenings');
}

async function* rowsOf(db: Queryable, what: string, sql: string): AsyncGenerator<Place> {
  const { rows } = await db.query<{ at: string; text: string }>(sql);
  for (const { at, text } of rows) yield { where: `${what} ${at}`, text };
}
