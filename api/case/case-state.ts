/** A case as it stands: as it was recorded; of its workflow itself only where its clock counts. */
import { QueryNotRegisteredError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ATTENTION_REASONS, ATTENTION_UNEXPLAINED, type AttentionReason } from '../../contracts/case/attention';
import { FAILURES } from '../../contracts/case/failures';
import { reopeningId } from '../../contracts/case/ids';
import type { CaseMemo } from '../../contracts/case/start';
import type { CaseView, Status } from '../../contracts/case/views';
import { nextWake } from '../../domain/case/jitter';
import type { Account } from '../../domain/ledger/entry';
import { status } from '../../workflows/reopening/messages';
import { NEEDS_ATTENTION } from '../../workflows/reopening/search-attributes';
import { findProjection, type KnownCase } from '../../db/case/cases';
import type { Deps } from '../http/deps';

/** A worker answers in milliseconds, a cold one that replays a long case in some hundred; nobody waits longer for a page. */
const QUERY_MS = 1500;

/** A look at the server's own record; longer means that it is away or overloaded. */
const DESCRIBE_MS = 5000;

/** Who mends it, or sends for somebody, looks at a page that is not held up by this. The server's own record is read in milliseconds. */
const ATTENTION_MS = 500;

/** What a case needs attention for. */
export type NeedsAttention = AttentionReason | typeof ATTENTION_UNEXPLAINED;

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
 * What only a person can mend. That the ledger refuses the case stands in PostgreSQL and is told to everybody; the rest cannot stand
 * there, for a recording that fails cannot record that it fails. So officials and operators are told what the case shows in Temporal.
 * Null as well when Temporal does not answer in time: nothing is said of what is not known.
 */
export async function attentionOf(deps: Deps, known: KnownCase, { role }: Account): Promise<NeedsAttention | null> {
  if (known.refusedSince !== null) return FAILURES.ledgerConflict;
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
    const { memo, typedSearchAttributes } = await temporal.withDeadline(end, () => handle.describe());
    const isOfCase = (memo as Partial<CaseMemo> | undefined)?.caseNumber === known.caseNumber;
    return isOfCase && typedSearchAttributes.get(NEEDS_ATTENTION) === true;
  } catch (error) {
    if (isSilence(error)) return false;
    throw error;
  }
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
