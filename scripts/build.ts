/** `npm run build [-- FILE]`: bundles the workflows into one file, which workers then share. */
import { buildWorkflowBundle } from '../workers/bundle';

buildWorkflowBundle(process.argv[2] ?? 'build/workflow-bundle.js').catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
