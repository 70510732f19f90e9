/** Sends one command to its case and says what came of it: done, refused, or handed over for later (docs/ARCHITECTURE.md#the-life-of-a-command). */
import { randomUUID } from 'node:crypto';
import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
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
import { runningCase } from './case-state';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';

/** A worker answers in milliseconds; a person who signs waits this long before hearing that it is on its way. */
const ANSWER_MS = 3000;
/** Handing over is one write of the server's. */
const HAND_OVER_MS = 3000;

export type Sent =
  | { readonly outcome: 'done'; readonly answer: Answer }
  | { readonly outcome: 'refused'; readonly rejection: Rejection }
  /** Nobody answered: it may take effect, now or later, or never. */
  | { readonly outcome: 'unanswered' }
  /** No open case runs under the enterprise's id, or another one. */
  | { readonly outcome: 'no-case' };

/** A case moves at its next quiet moment: within a second, or after the recording that is under way. */
const MOVING_SECONDS = '2';

/** @throws Problem `key-reused`, `key-not-trusted`, `case-moving`, ServiceError when Temporal is away */
export async function send(deps: Deps, envelope: Envelope<Command>, enterprise: string): Promise<Sent> {
  try {
    const first = await update(deps, envelope, enterprise);
    if (first !== 'unproven') return first;
    await announce(deps, envelope, enterprise);
    const second = await update(deps, envelope, enterprise);
    if (second !== 'unproven') return second;
    throw new Problem('key-not-trusted');
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { outcome: 'no-case' };
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isExhausted(error))
      return { outcome: 'unanswered' };
    throw error;
  }
}

async function update({ temporal }: Deps, envelope: Envelope<Command>, enterprise: string): Promise<Sent | 'unproven'> {
  const handle = temporal.workflow.getHandle(reopeningId(enterprise));
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
  enterprise: string,
): Promise<void> {
  // A case that trusts a key which is not the system's would be refused by the ledger.
  await trustedKeys(pool, keys.publicKey);
  const handle = temporal.workflow.getHandle(reopeningId(enterprise));
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

/** False when the case does not run any more. @throws ServiceError when Temporal is away */
export async function handOver(deps: Deps, envelope: Envelope<Command>, enterprise: string): Promise<boolean> {
  // A signal goes to whatever case of the enterprise runs; another one would ignore it, and nobody would ever hear of it.
  const running = await runningCase(deps, enterprise);
  if (running?.caseNumber !== envelope.caseNumber) return false;
  const { temporal } = deps;
  const handle = temporal.workflow.getHandle(reopeningId(enterprise));
  try {
    await temporal.withDeadline(Date.now() + HAND_OVER_MS, () => handle.signal(submitLater, envelope));
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
