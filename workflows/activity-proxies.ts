/** The activities that a case calls, with their time-outs and retries. */
import { proxyActivities } from '@temporalio/workflow';
import type { createActivities } from '../activities';
import type { RecordBatch } from '../contracts/views';

/**
 * Recording waits for PostgreSQL as long as it takes: it is retried without limit. One try is a transaction of a few
 * milliseconds; 20 s covers a PostgreSQL that is busy recovering. Retries begin at once, for a dropped connection, and come
 * at least every 5 s, so that the ledger is complete within seconds of PostgreSQL's return.
 */
const RECORDING = {
  startToCloseTimeout: '20 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '5 s' },
} as const;

const { record } = proxyActivities<ReturnType<typeof createActivities>>(RECORDING);

/** Records one batch; the summary is what the Temporal UI shows beside the activity. */
export function recordBatch(batch: RecordBatch, summary: string): Promise<void> {
  return record.executeWithOptions({ ...RECORDING, summary }, [batch]);
}
