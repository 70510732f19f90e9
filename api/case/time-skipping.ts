/** The server's own time skipping for one workflow, and the time that it has there (docs/temporal-facts.md#time-skipping). The SDK's client has no words for either yet. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

/** Moves the workflow's clock; timers on the way fire. Resolves when it is asked for, not when it is done. */
export async function skip(temporal: Client, workflowId: string, milliseconds: number): Promise<void> {
  const duration = { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
  const request = {
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId },
    workflowExecutionOptions: {
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id: randomUUID(), duration } },
    },
    updateMask: { paths: ['time_skipping_config'] },
  };
  type Request = Parameters<typeof temporal.workflowService.updateWorkflowExecutionOptions>[0];
  // The generated types take a Long where the encoder takes a number as well.
  await temporal.workflowService.updateWorkflowExecutionOptions(request as unknown as Request);
}

interface TimeSkipping {
  readonly workflowExtendedInfo?: {
    readonly timeSkippingInfo?: {
      readonly currentTime?: { readonly seconds?: unknown; readonly nanos?: number } | null;
    };
  };
}

/** Milliseconds; null for a workflow whose clock was never moved: it has no time of its own. */
export async function ownTime(temporal: Client, workflowId: string): Promise<number | null> {
  const { raw } = await temporal.workflow.getHandle(workflowId).describe();
  const time = (raw as unknown as TimeSkipping).workflowExtendedInfo?.timeSkippingInfo?.currentTime;
  return time ? Number(time.seconds) * 1000 + Math.floor((time.nanos ?? 0) / 1_000_000) : null;
}
