/** The rules that a case's workflow was handed at its start or carried into its newest run: they stand in the first event of the run. */
import { ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { arrayFromPayloads } from '@temporalio/common';
import { reopeningId } from '../../contracts/case/ids';
import type { CaseMemo, ReopeningInput } from '../../contracts/case/start';
import type { Edition } from '../../domain/programme/edition';

/** One event of the server's own record; longer means that it is away or overloaded. */
const LOOK_MS = 1500;

interface Wanted {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly closed: boolean;
}

/** Undefined: Temporal has no run of this case any more. `away`: it cannot be asked now. */
export async function carriedRules(temporal: Client, wanted: Wanted): Promise<Edition | 'away' | undefined> {
  try {
    return await temporal.withDeadline(Date.now() + LOOK_MS, () => find(temporal, wanted));
  } catch (error) {
    if (error instanceof ServiceError || isGrpcError(error)) return 'away';
    throw error;
  }
}

async function find(temporal: Client, { caseNumber, enterprise }: Wanted): Promise<Edition | undefined> {
  const workflowId = reopeningId(enterprise);
  const newest = await inputOf(temporal, { workflowId });
  if (newest && numberOf(newest) === caseNumber) return editionOf(newest);
  // Another case runs under the enterprise's id by now, or this one's runs ended before it.
  for await (const { runId, memo } of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    if ((memo as unknown as Partial<CaseMemo> | undefined)?.caseNumber !== caseNumber) continue;
    const input = await inputOf(temporal, { workflowId, runId });
    if (input && numberOf(input) === caseNumber) return editionOf(input);
  }
  return undefined;
}

async function inputOf(
  { workflowService, options }: Client,
  execution: { readonly workflowId: string; readonly runId?: string },
): Promise<ReopeningInput | undefined> {
  try {
    const { history } = await workflowService.getWorkflowExecutionHistory({
      namespace: options.namespace,
      execution,
      maximumPageSize: 1,
    });
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    const [input] = arrayFromPayloads(options.loadedDataConverter.payloadConverter, started?.input?.payloads);
    return input as ReopeningInput | undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function numberOf(input: ReopeningInput): string {
  return input.kind === 'carried' ? input.state.caseNumber : input.envelope.caseNumber;
}

function editionOf(input: ReopeningInput): Edition {
  if (input.kind === 'open') return input.envelope.command.edition;
  return (input.kind === 'carried' ? input : input.carried).state.edition;
}

function isGrpcError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;
}

function isNotFound(error: unknown): boolean {
  const NOT_FOUND = 5;
  return (
    error instanceof WorkflowNotFoundError || (isGrpcError(error) && (error as { code?: unknown }).code === NOT_FOUND)
  );
}
