/** A case as it stands: as it was recorded; of its workflow itself only where its clock counts. */
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ATTENTION_REASONS, ATTENTION_UNEXPLAINED, type AttentionReason } from '../../contracts/case/attention';
import { FAILURES } from '../../contracts/case/failures';
import { reopeningId } from '../../contracts/case/ids';
import type { CaseView, Status } from '../../contracts/case/views';
import { nextWake } from '../../domain/case/jitter';
import type { DiscrepancyKind } from '../../contracts/operations/discrepancies';
import type { Account } from '../../domain/ledger/entry';
import { NEEDS_ATTENTION } from '../../workflows/reopening/search-attributes';
import { findProjection, type KnownCase } from '../../db/case/cases';
import { discrepancyOfCase } from '../../db/operations/discrepancies';
import type { Deps } from '../http/deps';
import { newestRun, statusOfRun } from './whose-run';

/** Who mends it, or sends for somebody, looks at a page that is not held up by this. The server's own record is read in milliseconds. */
const ATTENTION_MS = 500;

/** What a case needs attention for. */
export type NeedsAttention = AttentionReason | DiscrepancyKind | typeof ATTENTION_UNEXPLAINED;

export interface CaseState {
  /** Null as long as nothing is recorded. */
  readonly view: CaseView | null;
  readonly nextWake: number | null;
}

/** What PostgreSQL has; behind an act by the moment that its recording takes, for which `Fugong-After` waits. */
export async function stateOf({ pool }: Deps, { caseNumber }: KnownCase): Promise<CaseState> {
  const recorded = await findProjection(pool, caseNumber);
  return { view: recorded?.view ?? null, nextWake: recorded ? nextWake(recorded.state) : null };
}

/**
 * What only a person can mend. That the ledger refuses the case, and what the reconciler has found of it, stand in PostgreSQL and are
 * told to everybody; the rest cannot stand there, for a recording that fails cannot record that it fails. So officials and operators
 * are told what the case shows in Temporal. Null as well when Temporal does not answer in time: nothing is said of what is not known.
 */
export async function attentionOf(deps: Deps, known: KnownCase, { role }: Account): Promise<NeedsAttention | null> {
  if (known.refusedSince !== null) return FAILURES.ledgerConflict;
  const discrepancy = await discrepancyOfCase(deps.pool, known.caseNumber);
  if (discrepancy !== null) return discrepancy;
  if (known.closed || (role !== 'official' && role !== 'operator')) return null;
  const end = Date.now() + ATTENTION_MS;
  if (!(await showsAttention(deps, known, end))) return null;
  // The attribute says whether, and only the case why: its worker may be away.
  const found = await liveStatus(deps, known, end - Date.now());
  if (found?.needsAttention === null) return null;
  // Whoever answers for the case with Temporal's port does not put words on an official's page.
  return ATTENTION_REASONS.find((reason) => reason === found?.needsAttention) ?? ATTENTION_UNEXPLAINED;
}

async function showsAttention({ temporal }: Deps, known: KnownCase, end: number): Promise<boolean> {
  const handle = temporal.workflow.getHandle(reopeningId(known.enterprise));
  try {
    const { raw, typedSearchAttributes } = await temporal.withDeadline(end, () => handle.describe());
    // Of a case whose first run is not known yet nothing is believed.
    const isOwn = raw.workflowExecutionInfo?.firstRunId === known.firstRun;
    return isOwn && typedSearchAttributes.get(NEEDS_ATTENTION) === true;
  } catch (error) {
    if (error instanceof ServiceError || error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
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
