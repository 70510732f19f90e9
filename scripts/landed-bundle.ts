/** Makes the bundle of the landed workflows again from a work tree of their commit: `npx tsx scripts/landed-bundle.ts FOLDER` (workers/takeover/landed-bundle.ts). */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { workflowBundle } from '../workers/bundle';
import { LANDED_BUNDLE } from '../workers/takeover/landed-bundle';

async function make(): Promise<void> {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('npx tsx scripts/landed-bundle.ts FOLDER');
  const { code } = await workflowBundle([], resolve(folder));
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(LANDED_BUNDLE, brotliCompressSync(code, { params }));
}

make().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
