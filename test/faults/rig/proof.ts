/** Proves from outside that nothing was lost and nothing done twice: reads PostgreSQL and Temporal past the API and compares. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { transaction, type Pool, type Queryable } from '../../../db/sql/pool';
import { compareOpenCases } from '../../../scripts/ledger/compare';
import { verifyWithin } from '../../../scripts/ledger/verify';
import type { ActLog } from './act-log';
import { acknowledgedOnce, nobodyElse, refusedWithoutEffect, unansweredAtMostOnce } from './checks/acts';
import { oneCasePerStart, oneOpenCase } from './checks/cases';
import type { Check, Comparison } from './checks/check';
import { claimsFollow, noticesFollow, outcomesFollow, referencesFollow } from './checks/followers';
import { acceptedOnce, nothingElseAccepted } from './checks/histories';
import { historiesReplay } from './checks/replays';
import { roundsCountAlike, sheetsStandOnce } from './checks/sheets';
import { ordersFollow, stockAddsUp, stockFollows } from './checks/stock';
import { closedCasesEnd, openCasesAgree, somebodyOwes } from './checks/standing';
import type { Evidence, Tables } from './evidence';
import { readTables } from './tables';
import { askOpenCases, readWorkflows } from './workflows';

/** All that compare what was read; together they take milliseconds. */
export const COMPARISONS: readonly Comparison[] = [
  acknowledgedOnce,
  refusedWithoutEffect,
  unansweredAtMostOnce,
  nobodyElse,
  acceptedOnce,
  nothingElseAccepted,
  oneCasePerStart,
  oneOpenCase,
  openCasesAgree,
  closedCasesEnd,
  somebodyOwes,
  noticesFollow,
  referencesFollow,
  claimsFollow,
  outcomesFollow,
  sheetsStandOnce,
  roundsCountAlike,
  stockAddsUp,
  stockFollows,
  ordersFollow,
];

/** A ledger is complete within a second or two; a whole system that has just come back needs some more. */
const COMPLETE_MS = 30_000;
/** Four looks a second: each asks every open case. */
const LOOK_MS = 250;

export interface Sources {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly log: ActLog;
}

/** Until every open case has recorded all it has, and every closed one is known as closed. What does not come the proof names. */
export async function untilComplete({ pool, temporal }: Sources): Promise<void> {
  const late = performance.now() + COMPLETE_MS;
  while (!(await isComplete(pool, temporal)) && performance.now() < late) await pause(LOOK_MS);
}

async function isComplete(pool: Pool, temporal: Client): Promise<boolean> {
  const open = await askOpenCases(temporal);
  const { rows } = await pool.query<{ number: string; end: number; closed: boolean }>(
    `SELECT c.case_number AS number, COALESCE(r.version, 0) AS "end", COALESCE(r.closed, false) AS closed
     FROM cases c LEFT JOIN reopenings r USING (case_number)`,
  );
  const shown = new Map(rows.map((row) => [row.number, row]));
  const recorded = [...open].every(
    ([number, held]) => held?.unrecorded === 0 && held.head.sequence === shown.get(number)?.end,
  );
  return recorded && rows.every(({ number, closed, end }) => end === 0 || closed !== open.has(number));
}

/** @returns one for each comparison, the answers' own findings first and the chain last */
export async function prove({ pool, temporal, log }: Sources): Promise<Check[]> {
  const workflows = await readWorkflows(temporal);
  const { tables, chain } = await snapshot(pool);
  const evidence: Evidence = { acts: log.acts, workflows, tables };
  const compared = COMPARISONS.map((compare) => compare(evidence));
  const replayed = await historiesReplay(temporal);
  return [answersOf(log), ...compared, replayed, chain, await openCasesKnown(pool, temporal)];
}

/** Tables and chain of the same moment. */
function snapshot(pool: Pool): Promise<{ tables: Tables; chain: Check }> {
  return transaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return { tables: await readTables(client), chain: await chainHolds(client) };
  });
}

function answersOf(log: ActLog): Check {
  const { repeats, refused } = log.counts;
  return {
    holds: `${repeats} acts sent again under their key were answered as the first time; ${refused} refusals were foreseen`,
    findings: log.findings,
  };
}

/** As `npm run ledger:verify` does. */
export async function chainHolds(client: Queryable): Promise<Check> {
  const findings: string[] = [];
  const { streams, entries, seals } = await verifyWithin(client, (finding) => void findings.push(finding));
  return { holds: `the chain holds 台账完整: ${streams} streams, ${entries} entries, ${seals} seals`, findings };
}

async function openCasesKnown(pool: Pool, temporal: Client): Promise<Check> {
  const findings: string[] = [];
  const { compared, silent } = await compareOpenCases(pool, temporal, (finding) => void findings.push(finding));
  if (silent > 0) findings.push(`${silent} open cases could not be compared: no worker answered`);
  return { holds: `${compared} open cases compared with Temporal agree 已与运行中的事项比对`, findings };
}
