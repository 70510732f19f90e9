/** Builds the one bundle of workflow code that workers run, and says which build it is: once per release or start, shared by all. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';

export const SOURCES = resolve(__dirname, '..');

/** The SDK that this process has. A bundle talks to its worker by an interface that is private to one version of it. */
export const SDK_VERSION = (
  JSON.parse(readFileSync(require.resolve('@temporalio/worker/package.json'), 'utf8')) as { version: string }
).version;

/**
 * Pure modules without any state of their own: loaded once per worker instead of once per case. The signature library alone
 * computes tables for some 20 ms when it is first used.
 */
const PURE = ['proof/envelope.ts', 'proof/chain.ts', 'domain/case/views.ts', 'domain/case/reopening.ts'];

/** The SDK demands a source map. The real one is twice as long as the code and names folders of the machine; this one is empty. */
const NO_MAP = Buffer.from('{"version":3,"file":"workflow-bundle.js","sources":[],"names":[],"mappings":""}');
const MAP_MARK = '//# sourceMappingURL=data:application/json;base64,';

type Webpack = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

/** The same code from the same sources, whatever folder they are in, wherever their packages are linked from. */
const anywhere =
  (sources: string) =>
  (webpack: Webpack): Webpack => ({
    ...webpack,
    context: sources,
    devtool: false,
    output: { ...webpack.output, pathinfo: false },
    resolve: { ...webpack.resolve, symlinks: false },
    // Modules stand in the order of their names, of which loaders are a part: as the SDK does, but found in the folder itself.
    resolveLoader: { modules: [resolve(sources, 'node_modules')], symlinks: false },
    module: { rules: [TYPESCRIPT] },
  });

/** As the SDK compiles workflow code, without maps. */
const TYPESCRIPT = {
  test: /\.ts$/,
  exclude: /node_modules/,
  use: {
    loader: 'swc-loader',
    options: { sourceMaps: false, jsc: { target: 'es2017', parser: { syntax: 'typescript', decorators: true } } },
  },
};

/** The code as text, with interceptors where a test listens in. Warnings and errors of the build are thrown, progress is not of interest. */
export async function workflowBundle(
  interceptors: readonly string[] = [],
  sources: string = SOURCES,
): Promise<{ code: string }> {
  const silent = () => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve(sources, 'workflows/index.ts'),
    preloadModules: PURE.map((module) => resolve(sources, module)),
    workflowInterceptorModules: [...interceptors],
    webpackConfigHook: anywhere(sources),
    logger: { trace: silent, debug: silent, info: silent, warn: console.warn, error: console.error, log: silent },
  });
  return { code: `${code.trimEnd()}\n${MAP_MARK}${NO_MAP.toString('base64')}\n` };
}

/** 48 bits tell the builds of a town apart; whether a bundle may run is asked of its whole hash (workers/stored-bundles.ts). */
const BUILD_DIGITS = 12;

/** Names a bundle by what it is: 12 hexadecimal digits of the SHA-256 of the SDK's version and the code. */
export function buildIdOf(code: string, sdk: string = SDK_VERSION): string {
  return createHash('sha256').update(`${sdk}\n`).update(code).digest('hex').slice(0, BUILD_DIGITS);
}

export async function buildWorkflowBundle(outFile: string): Promise<void> {
  const { code } = await workflowBundle();
  await mkdir(dirname(outFile), { recursive: true });
  await writeFile(outFile, code);
}
