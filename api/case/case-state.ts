/** A case as it stands: as it was recorded; of its workflow itself only where its clock counts. */
import { ServiceError } from '@temporalio/client';
import { FAILURES } from '../../contracts/case/failures';
import { reopeningId } from '../../contracts/case/ids';
import type { CaseView, Status } from '../../contracts/case/views';
import { nextWake } from '../../domain/case/jitter';
import { findProjection, type KnownCase } from '../../db/case/cases';
import { discrepancyOfCase } from '../../db/operations/discrepancies';
import type { Deps } from '../http/deps';
import { newestRun, statusOfRun } from './whose-run';

export interface CaseState {
  /** Null as long as nothing is recorded. */
  readonly view: CaseView | null;
  readonly nextWake: number | null;
  readonly needsAttention: string | null;
}

/** What PostgreSQL has; behind an act by the moment that its recording takes, for which `Fugong-After` waits. */
export async function stateOf({ pool }: Deps, { caseNumber, refusedSince }: KnownCase): Promise<CaseState> {
  const [recorded, discrepancy] = await Promise.all([
    findProjection(pool, caseNumber),
    discrepancyOfCase(pool, caseNumber),
  ]);
  return {
    view: recorded?.view ?? null,
    nextWake: recorded ? nextWake(recorded.state) : null,
    needsAttention: refusedSince === null ? discrepancy : FAILURES.ledgerConflict,
  };
}

/** Undefined when no worker answers in time, or when another case, or a run that is no case's, is under the enterprise's id by now. */
export async function liveStatus(
  { temporal }: Deps,
  { caseNumber, enterprise, firstRun }: KnownCase,
  withinMs?: number,
): Promise<Status | undefined> {
  try {
    // Not by the id alone: a query cannot say which chain is meant.
    const run = await newestRun(temporal, reopeningId(enterprise));
    if (!run || (firstRun !== null && run.firstRun !== firstRun)) return undefined;
    const found = await statusOfRun(temporal, run, withinMs);
    return found?.view.caseNumber === caseNumber ? found : undefined;
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
