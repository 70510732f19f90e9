/** Runs of the landed release in Temporal: found, waited for, asked, ended with a reason by which a later start knows them again. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  ServiceError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { arrayFromPayloads } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { CaseMemo } from '../../contracts/case/start';
import { LANDED } from '../../db/operations/takeovers';
import type { LandedCarried } from './carried';
import { LANDED_QUEUE } from './landed-bundle';

const { EventType, HistoryEventFilterType } = temporal.api.enums.v1;
type Page = temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryReverseResponse;

/** Why a run was ended, as the Temporal UI shows it. */
export const REASON = `taken over by the release after ${LANDED}`;

/** A run that only a person can mend; the message says why, after the words "case … stays as it was:". */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly isRunning: boolean;
  readonly taskQueue: string;
  readonly memo: Partial<CaseMemo>;
  /** How often the workflow task that waits or runs has been tried; 0 when there is none. */
  readonly taskAttempts: number;
}

/** The newest run under this id. */
export async function newestRun(client: Client, workflowId: string): Promise<Run | undefined> {
  try {
    const { runId, type, status, taskQueue, memo, raw } = await client.workflow.getHandle(workflowId).describe();
    const task = raw.pendingWorkflowTask;
    return {
      ...{ workflowId, runId, type, taskQueue },
      isRunning: status.name === 'RUNNING',
      memo: memo ?? {},
      taskAttempts: task ? Math.max(task.attempt ?? 1, 1) : 0,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Ids of workflows of the landed queue, each once: those that run, and those that were ended. */
export async function landedWorkflows(client: Client, condition: string): Promise<string[]> {
  const ids = new Set<string>();
  const query = `TaskQueue = '${LANDED_QUEUE}' AND ExecutionStatus IN ('Running', 'Terminated') AND ${condition}`;
  for await (const { workflowId } of client.workflow.list({ query })) ids.add(workflowId);
  return [...ids].sort();
}

/** A worker that was killed held its last task for 10 s, and a cold replay of a long case takes some more. */
const IDLE_MS = 60_000;
const LOOK_MS = 50;
/** The server tries again what failed; code that does not fit a history fails every time. */
const FAILING_ATTEMPTS = 4;

/** Waits until the worker has nothing to do for the run: what was handed over is taken in then. @throws Unfit when it never is */
export async function whenIdle(client: Client, run: Run): Promise<Run> {
  const end = Date.now() + IDLE_MS;
  for (let seen: Run | undefined = run; ; seen = await newestRun(client, run.workflowId)) {
    if (!seen || !seen.isRunning || seen.taskAttempts === 0) return seen ?? run;
    if (seen.taskAttempts >= FAILING_ATTEMPTS) throw new Unfit('its workflow task fails');
    if (Date.now() > end) throw new Unfit('its workflow task is never done');
    await pause(LOOK_MS);
  }
}

/** All that the run knows; also of one that was ended. @throws Unfit for one that the landed code cannot replay */
export async function carriedBy(client: Client, { workflowId, runId }: Run): Promise<LandedCarried> {
  try {
    return await client.workflow.getHandle(workflowId, runId).query<LandedCarried>('carried');
  } catch (error) {
    if (!isNoAnswer(error)) throw error;
    throw new Unfit(`it does not say what it carries (${(error as Error).message})`);
  }
}

/** gRPC: DEADLINE_EXCEEDED, of a query that no worker could answer. */
const NOT_IN_TIME = 4;

/** Rather than a server that is away. */
function isNoAnswer(error: unknown): boolean {
  if (error instanceof QueryNotRegisteredError) return true;
  const cause = error instanceof ServiceError ? error.cause : undefined;
  return isGrpcServiceError(cause) && Number(cause.code) === NOT_IN_TIME;
}

/** False: it has ended by itself or gone on in another run meanwhile. */
export async function terminate(client: Client, { workflowId, runId }: Run): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId, runId).terminate(REASON);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Whether the run was ended by a takeover, this one or one that was cut off. */
export async function wasEndedHere(client: Client, { workflowId, runId }: Run): Promise<boolean> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    historyEventFilterType: HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT,
  });
  return history?.events?.at(-1)?.workflowExecutionTerminatedEventAttributes?.reason === REASON;
}

export interface Signal {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What reached the run between its last workflow task and its end, oldest first: nobody has taken it in. */
export async function lateSignals(
  client: Client,
  { workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>,
): Promise<Signal[]> {
  const { workflowService, options } = client;
  const signals: Signal[] = [];
  let nextPageToken: Uint8Array | null = null;
  do {
    const page: Page = await workflowService.getWorkflowExecutionHistoryReverse({
      namespace: options.namespace,
      execution: { workflowId, runId },
      nextPageToken,
    });
    for (const { eventType, workflowExecutionSignaledEventAttributes: signaled } of page.history?.events ?? []) {
      if (eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED) return signals;
      if (!signaled) continue;
      const args = arrayFromPayloads(options.loadedDataConverter.payloadConverter, signaled.input?.payloads);
      signals.unshift({ name: signaled.signalName ?? '', args });
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
  return signals;
}
