/** The Temporal Schedule of the daily summary: there from the first start on, and at the programme's time. */
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { DAILY_SUMMARY, TASK_QUEUE } from '../contracts/case/ids';
import type { Programme } from '../programme/schema';

/** A summary that was missed while the server was away is still of use until the next morning. */
const CATCH_UP = '12 hours';

export async function scheduleSummary(client: Client, { channels, timeZone }: Programme): Promise<void> {
  const [hour = 0, minute = 0] = channels.summaryAt.split(':').map(Number);
  const spec = { calendars: [{ hour, minute }], timezone: timeZone };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP } as const;
  const action = {
    type: 'startWorkflow' as const,
    workflowType: 'dailySummary',
    // The server adds the time at which it was due.
    workflowId: DAILY_SUMMARY,
    taskQueue: TASK_QUEUE,
    args: [],
    staticSummary: '每日简报',
  };
  try {
    await client.schedule.create({ scheduleId: DAILY_SUMMARY, spec, policies, action });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // The programme may have another time by now; whoever has paused it finds it paused.
    await client.schedule
      .getHandle(DAILY_SUMMARY)
      .update(({ state }) => ({ spec, policies, action, state: { ...state } }));
  }
}
