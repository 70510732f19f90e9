/** One worker: the workflow bundle and the activities on the task queue, with the limits under which it runs. */
import type { NativeConnection } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { createActivities } from '../activities';
import { TASK_QUEUE } from '../contracts/case/ids';

export interface WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly bundle: { readonly code: string } | { readonly codePath: string };
  readonly activities: ReturnType<typeof createActivities>;
}

export function createWorker({ connection, namespace, bundle, activities }: WorkerParts): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: bundle,
    activities,
    // What a killed worker had in hand is given to another one after this: 10 s by default, for which somebody who signs would
    // wait. A worker that lives takes its tasks within a second, also under load.
    stickyQueueScheduleToStartTimeout: '3 s',
    // A recording takes milliseconds and retries by itself; the SDK's default of 0 would cut it off at once (docs/temporal-facts.md#worker-shutdown).
    shutdownGraceTime: '5 s',
    // A process that does not end keeps its supervisor waiting: after this the rest is left to the server's time-outs.
    shutdownForceTime: '10 s',
    // More than the PostgreSQL pool holds would only wait there.
    maxConcurrentActivityTaskExecutions: 20,
  });
}
