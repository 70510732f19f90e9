/** The `dailySummary` workflow: sums the town's day up and has it told; started by a Temporal Schedule, or when an official asks. */
import { CancellationScope, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { makeSummary } from '../activity-proxies';
import { noteCancelRequests } from '../cancel-requests';

/** @returns the day that was told of */
export async function dailySummary(): Promise<string> {
  const cancelRequests = noteCancelRequests();
  return CancellationScope.nonCancellable(async () => {
    const day = await makeSummary(workflowInfo().workflowId, Date.now());
    setCurrentDetails(`**每日简报 ${day}** · 已交各渠道发送`);
    await cancelRequests.noted();
    return day;
  });
}
