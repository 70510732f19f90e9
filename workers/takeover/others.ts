/** Landed workflows that are no cases: orders, channels, bulletins and a summary in course. They hold nothing that PostgreSQL has not. */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { TASK_QUEUE } from '../../contracts/case/ids';
import { LANDED_QUEUE } from './landed-bundle';
import { landedWorkflows, newestRun, terminate, wasEndedHere } from './runs';

/**
 * Ends them. Cases start their orders anew, the worker its channels; bulletins to come are started when all are ended, and a summary in
 * course begins again here under its id, by which its day is told of once.
 */
export async function endOthers(client: Client): Promise<void> {
  for (const workflowId of await landedWorkflows(client, `WorkflowType != 'reopening'`)) {
    const run = await newestRun(client, workflowId);
    if (run?.taskQueue !== LANDED_QUEUE) continue;
    const ended = run.isRunning ? await terminate(client, run) : await wasEndedHere(client, run);
    if (ended && run.type === 'dailySummary') await beginSummary(client, workflowId);
  }
}

async function beginSummary(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflow.start('dailySummary', {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [],
      staticSummary: '每日简报',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
