/** Answers for when a case has nothing under way: what one act causes is in the history before the next act, as it is with people. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** A case gathers what follows its last batch within a second: what is quiet for longer has gathered, and recorded. */
const QUIET_MS = 1500;
const LOOK_MS = 100;
/** A recording takes some tenths of a second; 60 s: it does not succeed. */
const LATE_MS = 60_000;

/** Resolves when nothing is under way and nothing has been added for a while. @throws Error when that does not come */
export async function untilQuiet(client: Client, workflowId: string): Promise<void> {
  const late = performance.now() + LATE_MS;
  for (let seen = '', since = 0; ;) {
    const now = performance.now();
    const found = await lookAt(client, workflowId);
    if (found.isBusy || found.length !== seen) [seen, since] = [found.length, now];
    else if (now - since >= QUIET_MS) return;
    if (now > late) throw new Error(`${workflowId} is still busy after ${LATE_MS / 1000} s`);
    await pause(LOOK_MS);
  }
}

async function lookAt(client: Client, workflowId: string): Promise<{ length: string; isBusy: boolean }> {
  const { runId, historyLength, raw } = await client.workflow.getHandle(workflowId).describe();
  const isBusy = (raw.pendingActivities ?? []).length > 0 || Boolean(raw.pendingWorkflowTask);
  return { length: `${runId}/${historyLength}`, isBusy };
}
