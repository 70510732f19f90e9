/** The one statement that records new entries of a case with all that follows from them, at one round trip to PostgreSQL. */
import type { Entry } from '../../domain/ledger/entry';
import type { RecordBatch } from '../../contracts/case/views';
import { commandsIn, insertRecordedActs } from '../ledger/acts';
import { insertEntries } from '../ledger/ledger';
import { putNotices } from '../telling/outbox';
import type { Queryable } from '../sql/pool';
import { projectCase, projectionOf } from './projections';
import { forgetRefusal } from '../ledger/refusals';
import { attachReferences, outcomesIn, referencesIn, settleCommands } from './attachments';

/** Clocks of two machines that are kept right differ by seconds; what is dated later than this has not happened yet. */
const AHEAD_MS = 5 * 60_000;

/**
 * `moved` is the lock and the gate: it takes the stream's row and moves its end from where the entries begin to where they end,
 * or not at all, and without it nothing else happens. By itself the statement is a transaction.
 */
const own = (firstRun: string, latest: string) => `own AS MATERIALIZED (
  SELECT EXISTS (SELECT FROM cases WHERE case_number = $1) AS registered,
         NOT EXISTS (SELECT FROM case_runs WHERE case_number = $1 AND first_run <> ${firstRun}) AS "ofItsChain",
         ${latest} <= extract(epoch FROM now()) * 1000 + ${AHEAD_MS} AS "ofItsTime",
         (SELECT count(*) FROM signing_keys WHERE public_key = ANY ($2::text[])) = cardinality($2::text[])
           AND cardinality($2::text[]) > 0 AS trusted)`;

const MAY = 'registered AND trusted AND "ofItsChain" AND "ofItsTime"';

const ALL = `
WITH ${own('$13::text', '$14::bigint')},
  moved AS (
    INSERT INTO ledger_streams AS s (stream, sequence, hash)
    SELECT $1, $5::bigint, $6 FROM own
    WHERE ${MAY} AND ($3::bigint = 0 OR EXISTS (SELECT FROM ledger_streams WHERE stream = $1))
    ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash
    WHERE s.sequence = $3::bigint AND s.hash = $4
    RETURNING true),
  added AS (${insertEntries('$7')} WHERE EXISTS (SELECT FROM moved)),
  texts_attached AS (${attachReferences('texts', '$1', '$8')} AND EXISTS (SELECT FROM moved)),
  documents_attached AS (${attachReferences('documents', '$1', '$9')} AND EXISTS (SELECT FROM moved)),
  settled AS (${settleCommands('$10')} AND EXISTS (SELECT FROM moved)),
  taken AS (${insertRecordedActs('$1', '$15')} WHERE EXISTS (SELECT FROM moved)),
  accepted_again AS (${forgetRefusal('$1')} AND EXISTS (SELECT FROM moved)),
  told AS (${putNotices('$1', '$11', 'EXISTS (SELECT FROM moved)')}),
  ${projectCase('$1', '$12', 'EXISTS (SELECT FROM moved)')}
SELECT registered, trusted, "ofItsChain", "ofItsTime", EXISTS (SELECT FROM moved) AS moved
FROM own`;

const IS_OWN = `EXISTS (SELECT FROM own WHERE ${MAY})`;

/** Without entries: what is shown of the case is another, or a duty is told that no entry has made. */
const CHANGE = `
WITH ${own('$5::text', '$6::bigint')},
  accepted_again AS (${forgetRefusal('$1')} AND ${IS_OWN}),
  told AS (${putNotices('$1', '$3', IS_OWN)}),
  ${projectCase('$1', '$4', IS_OWN)}
SELECT registered, trusted, "ofItsChain", "ofItsTime", true AS moved
FROM own`;

export interface Recording {
  /** Whether the case is one that the API registered. */
  readonly registered: boolean;
  /** Whether all keys that it trusts are the system's. */
  readonly trusted: boolean;
  /** Whether the batch comes from the case's own chain of runs; also when that is not known yet, or the batch does not say its own. */
  readonly ofItsChain: boolean;
  /** Whether no entry is dated later than PostgreSQL's clock allows. */
  readonly ofItsTime: boolean;
  /** Whether the entries were recorded; else the stream did not end where they begin, and nothing changed. */
  readonly moved: boolean;
}

export interface Clock {
  /** In trial mode the case's time may run ahead of every clock. */
  readonly mayRunAhead: boolean;
}

/** The latest moment that the entries say; 0 when nobody asks. */
function latestOf(entries: readonly Entry[], { mayRunAhead }: Clock): number {
  return mayRunAhead ? 0 : entries.reduce((latest, { at }) => Math.max(latest, at), 0);
}

/** Records `entries`, a chain, as they are in `batch` or the last of them; its notices that are there already stay as they are. */
export async function recordEntries(
  db: Queryable,
  batch: RecordBatch,
  entries: readonly Entry[],
  clock: Clock,
): Promise<Recording> {
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) throw new Error('a batch has an entry at least');
  const { rows } = await db.query<Recording>({
    // Parsed and planned once for each connection.
    name: 'record',
    text: ALL,
    values: [
      batch.stream,
      [...new Set(batch.keys)],
      first.sequence - 1,
      first.previous,
      last.sequence,
      last.hash,
      JSON.stringify(entries),
      JSON.stringify(referencesIn(entries, 'text')),
      JSON.stringify(referencesIn(entries, 'document')),
      JSON.stringify(outcomesIn(entries)),
      JSON.stringify(batch.notices),
      JSON.stringify(projectionOf(batch)),
      batch.firstRun ?? null,
      latestOf(entries, clock),
      JSON.stringify(commandsIn(entries)),
    ],
  });
  const [recording] = rows;
  if (!recording) throw new Error('PostgreSQL answered nothing');
  return recording;
}

/** Records what has changed in what is shown of the case, and notices; entries of the batch that are there already stay as they are. */
export async function recordChange(db: Queryable, batch: RecordBatch, clock: Clock): Promise<Recording> {
  const { rows } = await db.query<Recording>({
    name: 'record-change',
    text: CHANGE,
    values: [
      batch.stream,
      [...new Set(batch.keys)],
      JSON.stringify(batch.notices),
      JSON.stringify(projectionOf(batch)),
      batch.firstRun ?? null,
      latestOf(batch.entries, clock),
    ],
  });
  const [recording] = rows;
  if (!recording) throw new Error('PostgreSQL answered nothing');
  return recording;
}
