/** Whether the process lives, and whether what it needs is there, `/healthz` and `/readyz`. */
import { temporal } from '@temporalio/proto';
import { z } from 'zod';
import { TASK_QUEUE } from '../../contracts/case/ids';
import type { Deps } from '../http/deps';
import { route, type Route } from '../http/route';

/** Who asks repeats the question every second or so; a part that takes longer is as good as away. */
const LOOK_MS = 1000;

/** A worker's poll lasts up to 60 s and is then made anew; the server remembers one that was killed for five minutes. */
const POLL_MS = 70_000;

const state = z.enum(['ready', 'away']);
const readiness = z.object({
  status: z.enum(['ready', 'not-ready']),
  postgres: state,
  temporal: state,
  worker: state.meta({ description: 'A worker polls the task queue, or has within some 70 seconds' }),
});

export function healthRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/healthz',
      tag: 'Health 运行状况',
      summary: '进程存活 The process lives',
      access: 'public',
      answers: { 200: { description: 'It does', schema: z.object({ status: z.literal('alive') }) } },
      async handle() {
        return { status: 200, body: { status: 'alive' } };
      },
    }),
    route({
      method: 'get',
      path: '/readyz',
      tag: 'Health 运行状况',
      summary: '各部分就绪 Everything it needs is there',
      access: 'public',
      answers: {
        200: { description: 'Ready', schema: readiness },
        503: { description: 'Something is away', schema: readiness },
      },
      async handle() {
        const [postgres, server, worker] = await Promise.all([
          looked(() => deps.pool.query('SELECT FROM migrations LIMIT 1')),
          looked(() => deps.temporal.withDeadline(Date.now() + LOOK_MS, () => serverAnswers(deps))),
          looked(() => deps.temporal.withDeadline(Date.now() + LOOK_MS, () => workerPolls(deps))),
        ]);
        const ready = [postgres, server, worker].every((part) => part === 'ready');
        const body = { status: ready ? 'ready' : 'not-ready', postgres, temporal: server, worker };
        return { status: ready ? 200 : 503, body };
      },
    }),
  ];
}

async function looked(look: () => Promise<unknown>): Promise<z.output<typeof state>> {
  const late = new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('late')), LOOK_MS).unref());
  return Promise.race([look(), late]).then(
    () => 'ready' as const,
    () => 'away' as const,
  );
}

async function serverAnswers({ temporal: { workflowService, options } }: Deps): Promise<void> {
  await workflowService.describeNamespace({ namespace: options.namespace });
}

async function workerPolls({ temporal: { workflowService, options } }: Deps): Promise<void> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace: options.namespace,
    taskQueue: { name: TASK_QUEUE },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const since = Date.now() - POLL_MS;
  if (!pollers?.some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= since)) {
    throw new Error('no worker');
  }
}
