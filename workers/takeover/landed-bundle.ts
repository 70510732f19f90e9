/**
 * The workflow code of the landed release 04502b3, kept in this folder as the bundle that its worker ran, and a query besides.
 *
 * `landed-workflows.patch` is the only change to that commit: a query, which gives Temporal no command and so changes no replay. The
 * bundle is made again, to the byte, by
 *
 *     git worktree add ../landed 04502b3 && git -C ../landed apply "$PWD/workers/takeover/landed-workflows.patch"
 *     npx tsx scripts/landed-bundle.ts ../landed
 *
 * It also replays what 5860e77 began, for 04502b3 guards what it does otherwise by `patched`.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** Where its workers looked for work. */
export const LANDED_QUEUE = 'fugong';

export const LANDED_BUNDLE = join(__dirname, 'landed-workflows.js.br');
/** SHA-256 of the code. */
export const LANDED_BUNDLE_HASH = 'd0d60d8bbbab95094827692569f1abd1aa293a9473d97b5d28cf47d550fb95eb';

/** @throws Error when the file is not the one that was written down */
export function landedBundle(): { readonly code: string } {
  const code = brotliDecompressSync(readFileSync(LANDED_BUNDLE)).toString('utf8');
  const hash = createHash('sha256').update(code).digest('hex');
  if (hash !== LANDED_BUNDLE_HASH) throw new Error(`${LANDED_BUNDLE} is another bundle: ${hash}`);
  return { code };
}
