/** A case as it stands: as it was recorded; of its workflow itself only where its clock counts. */
import { QueryNotRegisteredError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { FAILURES } from '../../contracts/case/failures';
import { reopeningId } from '../../contracts/case/ids';
import type { CaseMemo } from '../../contracts/case/start';
import type { CaseView, Status } from '../../contracts/case/views';
import { nextWake } from '../../domain/case/jitter';
import { status } from '../../workflows/reopening/messages';
import { findProjection, type KnownCase } from '../../db/case/cases';
import type { Deps } from '../http/deps';

/** A worker answers in milliseconds, a cold one that replays a long case in some hundred; nobody waits longer for a page. */
const QUERY_MS = 1500;

/** A look at the server's own record; longer means that it is away or overloaded. */
const DESCRIBE_MS = 5000;

export interface CaseState {
  /** Null as long as nothing is recorded. */
  readonly view: CaseView | null;
  readonly nextWake: number | null;
  readonly needsAttention: string | null;
}

/** What PostgreSQL has; behind an act by the moment that its recording takes, for which `Fugong-After` waits. */
export async function stateOf({ pool }: Deps, { caseNumber, refusedSince }: KnownCase): Promise<CaseState> {
  const recorded = await findProjection(pool, caseNumber);
  return {
    view: recorded?.view ?? null,
    nextWake: recorded ? nextWake(recorded.state) : null,
    needsAttention: refusedSince === null ? null : FAILURES.ledgerConflict,
  };
}

/** Undefined when no worker answers in time, or when another case runs under the enterprise's id by now. */
export async function liveStatus(
  { temporal }: Deps,
  known: KnownCase,
  withinMs = QUERY_MS,
): Promise<Status | undefined> {
  const handle = temporal.workflow.getHandle(reopeningId(known.enterprise));
  try {
    const found = await temporal.withDeadline(Date.now() + withinMs, () => handle.query(status));
    return found.view.caseNumber === known.caseNumber ? found : undefined;
  } catch (error) {
    if (isSilence(error)) return undefined;
    throw error;
  }
}

function isSilence(error: unknown): boolean {
  return (
    error instanceof ServiceError || error instanceof WorkflowNotFoundError || error instanceof QueryNotRegisteredError
  );
}

/** The memo of the enterprise's open case; it needs no worker to be read. */
export async function runningCase({ temporal }: Deps, enterprise: string): Promise<CaseMemo | undefined> {
  try {
    const handle = temporal.workflow.getHandle(reopeningId(enterprise));
    const found = await temporal.withDeadline(Date.now() + DESCRIBE_MS, () => handle.describe());
    return found.status.name === 'RUNNING' ? (found.memo as unknown as CaseMemo) : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
