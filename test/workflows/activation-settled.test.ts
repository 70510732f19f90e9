/** What a workflow does that waits for the end of an activation comes behind all answers of it. That cases depend on it is seen in life.long.test.ts. */
import { randomUUID } from 'node:crypto';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { eventually, Temporal } from '../support/temporal';
import { settling, taken } from './settling/workflow';

let temporal: Temporal;
let code: string;
const taskQueue = 'settling';

beforeAll(async () => {
  temporal = await Temporal.start();
  const silent = () => undefined;
  const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: console.error, log: silent };
  ({ code } = await bundleWorkflowCode({ workflowsPath: require.resolve('./settling/workflow'), logger }));
});
afterAll(() => temporal.stop());

/** What three Updates that came in one activation left in the history, in its order. */
async function commands(): Promise<string[]> {
  const { client, env } = temporal;
  const handle = await client.workflow.start(settling, { taskQueue, workflowId: randomUUID() });
  const answers = [1, 2, 3].map(() => handle.executeUpdate(taken));
  // All three are on the server before anybody works.
  await eventually(
    () => handle.describe(),
    ({ raw }) => Boolean(raw.pendingWorkflowTask),
  );
  const worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: client.options.namespace,
    taskQueue,
    workflowBundle: { code },
  });
  await worker.runUntil(Promise.all(answers));
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    if (event.timerStartedEventAttributes) return ['timer'];
    return event.workflowExecutionUpdateCompletedEventAttributes ? ['answer'] : [];
  });
}

test('what it does comes behind the answers', async () => {
  expect((await commands()).at(-1)).toBe('timer');
});
