/** Builds the one bundle of workflow code that workers run: once per release or start, shared by all. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

const ENTRY = resolve(__dirname, '../workflows/index.ts');

/**
 * Pure modules without any state of their own: loaded once per worker instead of once per case. The signature library alone
 * computes tables for some 20 ms when it is first used.
 */
const PURE = [
  '../proof/envelope.ts',
  '../proof/chain.ts',
  '../domain/case/views.ts',
  '../domain/case/reopening.ts',
].map((module) => resolve(__dirname, module));

/** The code as text, with interceptors where a test listens in. Warnings and errors of the build are thrown, progress is not of interest. */
export async function workflowBundle(interceptors: readonly string[] = []): Promise<{ code: string }> {
  const silent = () => undefined;
  return bundleWorkflowCode({
    workflowsPath: ENTRY,
    preloadModules: PURE,
    workflowInterceptorModules: [...interceptors],
    logger: { trace: silent, debug: silent, info: silent, warn: console.warn, error: console.error, log: silent },
  });
}

export async function buildWorkflowBundle(outFile: string): Promise<void> {
  const { code } = await workflowBundle();
  await mkdir(dirname(outFile), { recursive: true });
  await writeFile(outFile, code);
}
