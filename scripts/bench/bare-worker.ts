/** Contender (b)'s worker process: the bare workflow on a task queue of its own, with the SDK's own settings. */
import { join } from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readEnvironment } from '../../config/env';
import { BARE_QUEUE } from './bare';

async function main(): Promise<void> {
  const { temporalAddress = '', temporalNamespace: namespace } = readEnvironment();
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: BARE_QUEUE,
    workflowsPath: join(__dirname, 'bare-workflow.ts'),
  });
  process.once('disconnect', () => worker.shutdown());
  process.send?.('ready');
  await worker.run();
  await connection.close();
  // The channel to the bench would keep this process.
  if (process.connected) process.disconnect();
}

main().catch((error: unknown) => {
  console.error(`bare worker: ${String(error)}`);
  process.exit(1);
});
