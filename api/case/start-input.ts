/** With what a workflow was started, as the first event of its history has it, and whether the API signed that for a case. */
import { isGrpcServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { arrayFromPayloads, type PayloadConverter } from '@temporalio/common';
import { reopeningId } from '../../contracts/case/ids';
import type { Adopted, ReopeningInput, Start } from '../../contracts/case/start';
import { digestOf, isProven } from '../../proof/envelope';

interface Execution {
  readonly workflowId: string;
  /** Without: the newest run. */
  readonly runId?: string;
}

/** Undefined: Temporal has no such run any more. */
export async function startInput(
  { workflowService, options }: Client,
  execution: Execution,
): Promise<{ readonly input: unknown } | undefined> {
  try {
    const { history } = await workflowService.getWorkflowExecutionHistory({
      namespace: options.namespace,
      execution,
      maximumPageSize: 1,
    });
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    if (!started) return undefined;
    return { input: decoded(options.loadedDataConverter.payloadConverter, started.input?.payloads) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** What nobody can read is nothing: a stranger may have written it. */
function decoded(converter: PayloadConverter, payloads: Parameters<typeof arrayFromPayloads>[1]): unknown {
  try {
    return arrayFromPayloads(converter, payloads)[0];
  } catch {
    return undefined;
  }
}

/** The number of the case for which one of `keys` signed this start under this workflow id; undefined for anything else, whatever shape it has. */
export function signedFor(workflowId: string, input: unknown, keys: readonly string[]): string | undefined {
  try {
    const start = input as ReopeningInput;
    if (start.kind === 'open') return signedOpening(workflowId, start, keys);
    if (start.kind === 'adopted') return signedAdoption(workflowId, start, keys);
  } catch {
    // Not of a shape that the API ever made.
  }
  return undefined;
}

function signedOpening(workflowId: string, { envelope }: Start, keys: readonly string[]): string | undefined {
  const { caseNumber, command } = envelope;
  const isOpening = command.type === 'open' && command.caseNumber === caseNumber;
  return isOpening && reopeningId(command.enterprise.id) === workflowId && isProven(envelope, keys)
    ? caseNumber
    : undefined;
}

function signedAdoption(workflowId: string, input: Adopted, keys: readonly string[]): string | undefined {
  const { envelope, carried } = input;
  const { caseNumber, command } = envelope;
  const isOfThis = command.type === 'adopt' && carried.state.caseNumber === caseNumber;
  return isOfThis &&
    reopeningId(carried.state.enterprise.id) === workflowId &&
    isProven(envelope, keys) &&
    command.digest === digestOf(carried)
    ? caseNumber
    : undefined;
}

function isNotFound(error: unknown): boolean {
  const NOT_FOUND = 5;
  return error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND);
}
