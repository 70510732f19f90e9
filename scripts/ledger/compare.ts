/** Compares the ledger with the cases that run in Temporal: each knows its own end, and what of it is still on its way. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { reopeningId } from '../../contracts/case/ids';
import type { Head } from '../../domain/ledger/entry';
import { headDifference } from '../../domain/ledger/heads';
import type { Status } from '../../contracts/case/views';
import { streamHead } from '../../db/ledger/ledger';
import type { Pool } from '../../db/sql/pool';
import { status } from '../../workflows/reopening/messages';
import type { Found } from './finding';

/** A worker that is busy answers a query within this, or the case is not compared. */
const QUERY_MS = 5_000;
/** After so many cases in a row without an answer no worker runs, and waiting for the others is of no use. */
const SILENT = 2;
/** Open cases read at a time. */
const PAGE = 500;

export interface Compared {
  readonly compared: number;
  /** Open cases of which nobody could say where they stand. */
  readonly silent: number;
}

export async function compareOpenCases(
  pool: Pool,
  client: Client,
  found: Found,
  queryMs = QUERY_MS,
): Promise<Compared> {
  let [compared, silent, inARow] = [0, 0, 0];
  for await (const { caseNumber, enterprise } of openCases(pool)) {
    if (inARow < SILENT && (await compare(pool, client, { caseNumber, enterprise, queryMs }, found)))
      [compared, inARow] = [compared + 1, 0];
    else [silent, inARow] = [silent + 1, inARow + 1];
  }
  return { compared, silent };
}

async function* openCases(pool: Pool): AsyncGenerator<{ readonly caseNumber: string; readonly enterprise: string }> {
  for (let after = ''; ;) {
    const { rows } = await pool.query<{ caseNumber: string; enterprise: string }>(
      `SELECT case_number AS "caseNumber", enterprise FROM reopenings
       WHERE NOT closed AND case_number > $1 ORDER BY case_number LIMIT $2`,
      [after, PAGE],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.caseNumber;
  }
}

/** Both go on meanwhile: the ledger is read before and after the case is asked. @returns false when nobody answered */
async function compare(
  pool: Pool,
  client: Client,
  { caseNumber, enterprise, queryMs }: { caseNumber: string; enterprise: string; queryMs: number },
  found: Found,
): Promise<boolean> {
  const before = await streamHead(pool, caseNumber);
  let held: Status;
  try {
    held = await client.withDeadline(Date.now() + queryMs, () =>
      client.workflow.getHandle(reopeningId(enterprise)).query(status),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) return false;
    if (await isOpen(pool, caseNumber))
      found(`${caseNumber}: open here, and Temporal does not know it 事项在流程引擎中不存在`);
    return true;
  }
  // Closed since it was listed, and another case of the enterprise runs.
  if (held.view.caseNumber !== caseNumber) {
    if (await isOpen(pool, caseNumber))
      found(`${caseNumber}: open here, but ${held.view.caseNumber} runs in its place 流程引擎中是另一事项`);
    return true;
  }
  const wrong = difference(held, before, await streamHead(pool, caseNumber));
  if (wrong) found(`${caseNumber}#${wrong}`);
  return true;
}

function difference(held: Status, before: Head, after: Head): string | undefined {
  const { head, unrecorded } = held;
  switch (headDifference(held, before, after)) {
    case 'ledger-behind':
      return `${after.sequence + 1}: the case has recorded up to #${head.sequence - unrecorded}, the ledger ends before 台账被截断`;
    case 'case-behind':
      return `${head.sequence + 1}: in the ledger, but the case ends before 台账多于事项`;
    case 'other-hash':
      return `${head.sequence}: the case has another hash 与事项不符`;
    case undefined:
      return undefined;
  }
}

async function isOpen(pool: Pool, caseNumber: string): Promise<boolean> {
  const { rowCount } = await pool.query('SELECT FROM reopenings WHERE case_number = $1 AND NOT closed', [caseNumber]);
  return rowCount === 1;
}
