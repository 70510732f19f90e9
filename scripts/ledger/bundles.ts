/** Verifies the stored bundles of workflow code: each is its build's, and a worker's key under the root has signed it. */
import { releases, storedBundle } from '../../db/operations/releases';
import type { Queryable } from '../../db/sql/pool';
import { hasSigned } from '../../proof/ed25519';
import type { Ring } from '../../proof/ring';
import { bundleBytes } from '../../workers/stored-bundles';
import type { Found } from './finding';

export async function verifyBundles(db: Queryable, ring: Ring, found: Found): Promise<void> {
  const keys = ring.keys.filter(({ holder }) => holder === 'worker');
  for (const { build } of await releases(db)) {
    const bundle = await storedBundle(db, build);
    const bytes = bundle && bundleBytes(bundle);
    if (!bytes) found(`bundle ${build}: is not what its build says 程序包被改动`);
    else if (
      !bundle.signatures.some(({ signature }) =>
        keys.some(({ publicKey }) => hasSigned(publicKey, bytes, signature.toString('hex'))),
      )
    )
      found(`bundle ${build}: no worker's key under the root has signed it 程序包未签名`);
  }
}
