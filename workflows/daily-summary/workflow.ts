/** The `dailySummary` workflow: sums the town's day up and has it told; started by a Temporal Schedule, or when an official asks. */
import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { makeSummary } from '../reopening/activity-proxies';

/** @returns the day that was told of */
export async function dailySummary(): Promise<string> {
  const day = await makeSummary(workflowInfo().workflowId, Date.now());
  setCurrentDetails(`**每日简报 ${day}** · 已交各渠道发送`);
  return day;
}
