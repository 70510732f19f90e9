/** The activities that workflows call, with their time-outs and retries. */
import { proxyActivities, sleep } from '@temporalio/workflow';
import type { createActivities } from '../activities';
import type { OrderAllocation } from '../contracts/supplies/supply-order';
import type { RecordBatch, Recorded } from '../contracts/case/views';

/**
 * Recording waits for PostgreSQL as long as it takes: it is retried without limit. One try is a transaction of a few
 * milliseconds; 20 s covers a PostgreSQL that is busy recovering. A worker that was killed in it is noticed by its silence. Retries
 * begin at once, for a dropped connection, and come at least every 5 s: the ledger is complete within seconds of PostgreSQL's
 * return, or of the kill.
 */
const RECORDING = {
  startToCloseTimeout: '20 s',
  heartbeatTimeout: '4 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '5 s' },
} as const;

const activities = proxyActivities<ReturnType<typeof createActivities>>(RECORDING);

/** An activity that fails for good was not as it should be on that worker, or was answered from outside: it is asked again after this … */
const FIRST_AGAIN_MS = 1000;
/** … and then after twice as long, at most this: no workflow ends by the failure of an activity. */
const LAST_AGAIN_MS = 60_000;

async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let pause = FIRST_AGAIN_MS; ; pause = Math.min(LAST_AGAIN_MS, pause * 2)) {
    try {
      return await ask();
    } catch {
      await sleep(pause, { summary: '未成功,稍后再试' });
    }
  }
}

/** Records one batch and asks what it asks, once: the case decides when again. The summary is what the Temporal UI shows beside the activity. */
export function record(batch: RecordBatch, summary: string): Promise<Recorded> {
  return activities.record.executeWithOptions({ ...RECORDING, summary }, [batch]);
}

/** Writes down that somebody asked a workflow which belongs to no case to end. */
export function noteCancelRequest(workflow: string, run: string, at: number): Promise<void> {
  return untilAnswered(() =>
    activities.noteCancelRequest.executeWithOptions({ ...RECORDING, summary: '记录取消请求' }, [workflow, run, at]),
  );
}

/** Has what is free promised to the order; waits for PostgreSQL, and for the order to be recorded there, as a recording does. */
export function allocateOrder(order: string): Promise<OrderAllocation> {
  return untilAnswered(() =>
    activities.allocateOrder.executeWithOptions({ ...RECORDING, summary: `分配库存:申领单${order}` }, [order]),
  );
}

/**
 * A round ends after 15 s or an attempt later (activities/delivering.ts); a worker that was killed in it is noticed by its silence.
 * While PostgreSQL is away it is tried every 10 s at last: nobody hears of a notice later than that for it.
 */
const DELIVERING = {
  startToCloseTimeout: '60 s',
  heartbeatTimeout: '10 s',
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '10 s' },
} as const;

const { deliverNotices: deliver } = proxyActivities<ReturnType<typeof createActivities>>(DELIVERING);

/** Sends what is due on a channel; gives counts only. */
export function deliverNotices(channel: Channel): ReturnType<typeof deliver> {
  return untilAnswered(() => deliver.executeWithOptions({ ...DELIVERING, summary: `发送通知:${channel}` }, [channel]));
}

type Channel = Parameters<typeof deliver>[0];

/** Freezes the audience and makes the deliveries, once; gives the state in which the bulletin is then. */
export function publishBulletin(bulletin: string, at: number): Promise<string> {
  return untilAnswered(() =>
    activities.publishBulletin.executeWithOptions({ ...RECORDING, summary: `发布简报:${bulletin}` }, [bulletin, at]),
  );
}

export function bulletinProgress(bulletin: string): ReturnType<typeof activities.bulletinProgress> {
  return untilAnswered(() =>
    activities.bulletinProgress.executeWithOptions({ ...RECORDING, summary: `核对发送情况:${bulletin}` }, [bulletin]),
  );
}

/** Sums the town's day up and makes its deliveries, once for each id; gives the day. */
export function makeSummary(id: string, at: number): Promise<string> {
  return untilAnswered(() =>
    activities.makeSummary.executeWithOptions({ ...RECORDING, summary: '汇总当日情况' }, [id, at]),
  );
}
