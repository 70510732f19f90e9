/** Sends one command to its case and says what came of it: done, refused, or handed over for later (docs/ARCHITECTURE.md#the-life-of-a-command). */
import { randomUUID } from 'node:crypto';
import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Envelope } from '../../proof/envelope';
import { FAILURES } from '../../contracts/case/failures';
import { reopeningId } from '../../contracts/case/ids';
import type { Answer } from '../../contracts/case/views';
import type { Command } from '../../domain/case/commands';
import type { Rejection } from '../../domain/ledger/rejection';
import { move } from '../../workflows/continuing';
import { announceKey, commandUpdates, submitLater } from '../../workflows/reopening/messages';
import { keepAct } from '../../db/ledger/acts';
import { trustedKeys } from '../../db/accounts/accounts';
import type { KnownCase } from '../../db/case/cases';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { openRun, whoseRun, type Run } from './whose-run';

/** A worker answers in milliseconds; a person who signs waits this long before hearing that it is on its way. */
const ANSWER_MS = 3000;
/** Handing over is one write of the server's. */
const HAND_OVER_MS = 3000;

export type Sent =
  | { readonly outcome: 'done'; readonly answer: Answer }
  | { readonly outcome: 'refused'; readonly rejection: Rejection }
  /** Nobody answered: it may take effect, now or later, or never. */
  | { readonly outcome: 'unanswered' }
  /** The case does not run; something else may be under the enterprise's id. */
  | { readonly outcome: 'no-case' };

/** A case moves at its next quiet moment: within a second, or after the recording that is under way. */
const MOVING_SECONDS = '2';

/** Of the case that is spoken to: where it runs, and in which chain, if that is known. */
type OfCase = Pick<KnownCase, 'enterprise' | 'firstRun'>;

/** The newest run of the case's own chain: whatever else runs under the id hears nothing. */
function ownHandle({ workflow }: Client, { enterprise, firstRun }: OfCase): WorkflowHandle {
  const workflowId = reopeningId(enterprise);
  return firstRun === null
    ? workflow.getHandle(workflowId)
    : workflow.getHandle(workflowId, undefined, { firstExecutionRunId: firstRun });
}

/** @throws Problem `key-reused`, `key-not-trusted`, `case-moving`, ServiceError when Temporal is away */
export async function send(deps: Deps, envelope: Envelope<Command>, known: OfCase): Promise<Sent> {
  try {
    const first = await update(deps, envelope, known);
    if (first !== 'unproven') return first;
    await announce(deps, envelope, known);
    const second = await update(deps, envelope, known);
    if (second !== 'unproven') return second;
    throw new Problem('key-not-trusted');
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { outcome: 'no-case' };
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isExhausted(error))
      return { outcome: 'unanswered' };
    throw error;
  }
}

async function update({ temporal }: Deps, envelope: Envelope<Command>, known: OfCase): Promise<Sent | 'unproven'> {
  const handle = ownHandle(temporal, known);
  try {
    const answer = await temporal.withDeadline(Date.now() + ANSWER_MS, () =>
      handle.executeUpdate(commandUpdates[envelope.command.type], {
        args: [envelope],
        // Not the command id alone: the server answers a known update id by itself, with the phase of the first time and
        // whatever the body; only the case can tell a repeat from another body. The command id decides there.
        updateId: `${envelope.commandId}/${randomUUID()}`,
      }),
    );
    return { outcome: 'done', answer };
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    if (!isUnknownThere(error)) return refusal(error);
    await handle.signal(move);
    throw new Problem('case-moving', {}, [], { 'Retry-After': MOVING_SECONDS });
  }
}

/** The case is on a build from before there was this act: the SDK refuses the Update, and says so in words alone. */
function isUnknownThere({ cause }: WorkflowUpdateFailedError): boolean {
  return cause instanceof ApplicationFailure && cause.message.startsWith('No registered handler for update');
}

function refusal(error: WorkflowUpdateFailedError): Sent | 'unproven' {
  const failure = error.cause;
  if (!(failure instanceof ApplicationFailure)) throw error;
  switch (failure.type) {
    case FAILURES.rejected:
      return { outcome: 'refused', rejection: failure.details?.[0] as Rejection };
    case FAILURES.keyReused:
      throw new Problem('key-reused');
    case FAILURES.unproven:
      return 'unproven';
    case FAILURES.otherCase:
    case 'AcceptedUpdateCompletedWorkflow':
      return { outcome: 'no-case' };
    case null:
    case undefined:
    default:
      throw error;
  }
}

/** The signing key was changed since the case last heard of it: told under the older ones, of which it trusts one. */
async function announce(
  { temporal, keys, pool }: Deps,
  { caseNumber, actor, madeAt }: Envelope,
  known: OfCase,
): Promise<void> {
  // A case that trusts a key which is not the system's would be refused by the ledger.
  await trustedKeys(pool, keys.publicKey);
  const handle = ownHandle(temporal, known);
  for (const [index, envelope] of keys.announcements({ caseNumber, actor, madeAt }).entries()) {
    try {
      await keepAct(pool, envelope, keys.publicKeys[index + 1] ?? keys.publicKey);
      await temporal.withDeadline(Date.now() + ANSWER_MS, () =>
        handle.executeUpdate(announceKey, { args: [envelope] }),
      );
      return;
    } catch (error) {
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    }
  }
  throw new Problem('key-not-trusted');
}

/** A run takes ten Updates in flight; without a worker they are soon used up. */
function isExhausted(error: unknown): boolean {
  const RESOURCE_EXHAUSTED = 8;
  return error instanceof ServiceError && (error.cause as { code?: unknown } | undefined)?.code === RESOURCE_EXHAUSTED;
}

/** A run continues as new at a quiet moment; twice in a row between two looks it does not. */
const LOOKS = 3;

/** False when the case does not run any more. @throws ServiceError when Temporal is away */
export async function handOver(deps: Deps, envelope: Envelope<Command>, known: OfCase): Promise<boolean> {
  const { temporal } = deps;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    // A signal cannot say which chain is meant, only which run; another chain would ignore it, and nobody would ever hear of it.
    const run = await openRun(temporal, reopeningId(known.enterprise));
    if (!run || !(await isOf(deps, run, envelope.caseNumber, known))) return false;
    try {
      const handle = temporal.workflow.getHandle(run.workflowId, run.runId);
      await temporal.withDeadline(Date.now() + HAND_OVER_MS, () => handle.signal(submitLater, envelope));
      return true;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return false;
}

async function isOf(deps: Deps, run: Run, caseNumber: string, { firstRun }: OfCase): Promise<boolean> {
  if (firstRun !== null) return run.firstRun === firstRun;
  const whose = await whoseRun(deps, run);
  if (whose.is === 'own') return whose.caseNumber === caseNumber;
  // Its start was signed for the case, and nobody works on it who could say more.
  return whose.is === 'unclear' && whose.why === 'silent' && whose.of?.caseNumber === caseNumber;
}
