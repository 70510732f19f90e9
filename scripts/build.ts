/** `npm run build [-- FILE]`: bundles the workflows into one file, which workers then share; without FILE the console as well. */
import path from 'node:path';
import { PROJECT_ROOT } from '../config/env';
import { buildWorkflowBundle } from '../workers/bundle';
import { buildConsole } from './build-console';

async function main(file: string | undefined): Promise<void> {
  await buildWorkflowBundle(file ?? 'build/workflow-bundle.js');
  if (file === undefined) await buildConsole(path.join(PROJECT_ROOT, 'build/console'));
}

main(process.argv[2]).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
