/** The activities that a case calls, with their time-outs and retries. */
import { proxyActivities } from '@temporalio/workflow';
import type { createActivities } from '../../activities';
import type { Questions } from '../../contracts/case/facts';
import type { OrderAllocation } from '../../contracts/supplies/supply-order';
import type { RecordBatch } from '../../contracts/case/views';
import type { Facts } from '../../domain/case/reopening';

/**
 * Recording waits for PostgreSQL as long as it takes: it is retried without limit. One try is a transaction of a few
 * milliseconds; 20 s covers a PostgreSQL that is busy recovering. Retries begin at once, for a dropped connection, and come
 * at least every 5 s, so that the ledger is complete within seconds of PostgreSQL's return.
 */
const RECORDING = {
  startToCloseTimeout: '20 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '5 s' },
} as const;

const {
  record,
  readFacts: read,
  allocateOrder: allocate,
} = proxyActivities<ReturnType<typeof createActivities>>(RECORDING);

/** Records one batch; the summary is what the Temporal UI shows beside the activity. */
export function recordBatch(batch: RecordBatch, summary: string): Promise<void> {
  return record.executeWithOptions({ ...RECORDING, summary }, [batch]);
}

/** Asks PostgreSQL for counts and allocations; waits for it as a recording does. */
export function readFacts(questions: Questions): Promise<Facts> {
  const { rounds, orders } = questions;
  const asked = [...rounds.map(({ round }) => round), ...orders.map((order) => `申领单${order}`)];
  // The server's limit is 200 bytes; more than three stand for themselves.
  const summary = `核对${asked.slice(0, 3).join('、')}`.slice(0, 66);
  return read.executeWithOptions({ ...RECORDING, summary }, [questions]);
}

/** Has what is free promised to the order; waits for PostgreSQL, and for the order to be recorded there, as a recording does. */
export function allocateOrder(order: string): Promise<OrderAllocation> {
  return allocate.executeWithOptions({ ...RECORDING, summary: `分配库存:申领单${order}` }, [order]);
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
  return deliver.executeWithOptions({ ...DELIVERING, summary: `发送通知:${channel}` }, [channel]);
}

type Channel = Parameters<typeof deliver>[0];

const {
  publishBulletin: publish,
  bulletinProgress: progress,
  makeSummary: make,
} = proxyActivities<ReturnType<typeof createActivities>>(RECORDING);

/** Freezes the audience and makes the deliveries, once; gives the state in which the bulletin is then. */
export function publishBulletin(bulletin: string, at: number): ReturnType<typeof publish> {
  return publish.executeWithOptions({ ...RECORDING, summary: `发布简报:${bulletin}` }, [bulletin, at]);
}

export function bulletinProgress(bulletin: string): ReturnType<typeof progress> {
  return progress.executeWithOptions({ ...RECORDING, summary: `核对发送情况:${bulletin}` }, [bulletin]);
}

/** Sums the town's day up and makes its deliveries, once for each id; gives the day. */
export function makeSummary(id: string, at: number): ReturnType<typeof make> {
  return make.executeWithOptions({ ...RECORDING, summary: '汇总当日情况' }, [id, at]);
}
