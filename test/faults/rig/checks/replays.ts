/** Replays every history of the run on the workflow's code: one that does not replay is a case that is stuck at the next restart. */
import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker, type ReplayHistoriesIterable } from '@temporalio/worker';
import { workflowBundle } from '../../../../workers/bundle';
import type { Check } from './check';

export async function historiesReplay(client: Client): Promise<Check> {
  // What fails is said as a finding; the SDK would say it many times.
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const findings: string[] = [];
  let count = 0;
  const results = Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, historiesOf(client));
  for await (const { workflowId, runId, error } of results) {
    count += 1;
    if (error) findings.push(`${workflowId} ${runId}: does not replay: ${error.message.split('\n')[0]?.slice(0, 300)}`);
  }
  return { holds: `${count} histories replay on this code`, findings };
}

async function* historiesOf(client: Client): ReplayHistoriesIterable {
  for await (const { workflowId, runId } of client.workflow.list({
    query: `WorkflowType IN ('reopening', 'supplyOrder')`,
  })) {
    yield { workflowId, history: await client.workflow.getHandle(workflowId, runId).fetchHistory() };
  }
}
