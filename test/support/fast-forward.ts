/** Moves one case's clock on a real server, from one due moment to the next, never further in one step. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { DrivenCase } from './temporal';
import { eventually } from './temporal';

/** Skips to the case's next wake-up and waits until the case has passed it. Gives the case's clock then. */
export async function toNextChange(client: Client, one: DrivenCase): Promise<number> {
  const { nextWake, view } = await one.status();
  if (nextWake === null) throw new Error('a closed case has no next moment');
  const seconds = Math.max(1, Math.ceil((nextWake - (await virtualNow(client, one))) / 1000) + 1);
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: one.handle.workflowId },
    workflowExecutionOptions: {
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id: randomUUID(), duration: { seconds } } },
    },
    updateMask: { paths: ['time_skipping_config'] },
  } as never);
  const seen = await eventually(
    () => one.status().catch(() => undefined),
    (status) => status !== undefined && (status.nextWake !== nextWake || status.view.clock > view.clock),
  );
  return seen?.view.clock ?? nextWake;
}

/** The case's own time now, as the server says it. */
export async function virtualNow(client: Client, one: DrivenCase): Promise<number> {
  const { raw } = await client.workflow.getHandle(one.handle.workflowId).describe();
  const info = (raw as { workflowExtendedInfo?: { timeSkippingInfo?: { currentTime?: { seconds?: unknown } } } })
    .workflowExtendedInfo;
  const seconds = Number(info?.timeSkippingInfo?.currentTime?.seconds ?? NaN);
  return Number.isNaN(seconds) ? Date.now() : seconds * 1000;
}
