/** One worker: a bundle of workflow code and the activities on the task queue, with the limits under which it runs. */
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { createActivities } from '../activities';
import { DEPLOYMENT, TASK_QUEUE } from '../contracts/case/ids';

export interface WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly bundle: { readonly code: string } | { readonly codePath: string };
  readonly activities: ReturnType<typeof createActivities>;
  /** The build that the bundle is; none: a worker without versions, as tests of one bundle need no other. */
  readonly build?: string;
  /** Runs what is left of a former build beside the worker of the present one. */
  readonly former?: boolean;
}

/**
 * What is left of a build is rarely asked for, and must not take memory and connections from those who are: a hundred cases are kept
 * ready, and the server is asked by the two pollers that the SDK demands.
 */
const FORMER: Partial<WorkerOptions> = {
  maxCachedWorkflows: 100,
  workflowThreadPoolSize: 1,
  maxConcurrentWorkflowTaskExecutions: 10,
  maxConcurrentActivityTaskExecutions: 5,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
};

export function createWorker(parts: WorkerParts): Promise<Worker> {
  const { connection, namespace, bundle, activities, build, former = false } = parts;
  return Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: bundle,
    activities,
    ...(build !== undefined && { workerDeploymentOptions: pinnedTo(build) }),
    // What a killed worker had in hand is given to another one after this: 10 s by default, for which somebody who signs would
    // wait. A worker that lives takes its tasks within a second, also under load.
    stickyQueueScheduleToStartTimeout: '3 s',
    // A recording takes milliseconds and retries by itself; the SDK's default of 0 would cut it off at once (docs/temporal-facts.md#worker-shutdown).
    shutdownGraceTime: '5 s',
    // A process that does not end keeps its supervisor waiting: after this the rest is left to the server's time-outs.
    shutdownForceTime: '10 s',
    // More than the PostgreSQL pool holds would only wait there.
    maxConcurrentActivityTaskExecutions: 20,
    ...(former && FORMER),
  });
}

/** A run stays on the build of its first task until it continues as new on another (workflows/continuing.ts). */
function pinnedTo(buildId: string): NonNullable<WorkerOptions['workerDeploymentOptions']> {
  return {
    version: { deploymentName: DEPLOYMENT, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  };
}
