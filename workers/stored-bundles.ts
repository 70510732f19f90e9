/** Which bundles of the database run here: those whose hash is their build and that this system's worker key has signed. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { storedBundle, type Registration, type Release, type StoredBundle } from '../db/operations/releases';
import type { Queryable } from '../db/sql/pool';
import type { WorkerKey } from '../proof/worker-key';
import { buildIdOf, SDK_VERSION } from './bundle';

/** Ten times the bundle of this release: what is larger was not made by a release, and would fill the memory. */
const MOST_BYTES = 16_000_000;

/** A bundle that is not run. Its message is one line that names the build. */
export class RefusedBundle extends Error {
  override readonly name: string = 'RefusedBundle';
}

/** It would run in a worker of another SDK. */
export class OtherSdk extends RefusedBundle {
  override readonly name = 'OtherSdk';
}

export interface RunnableBundle extends Release {
  readonly code: string;
}

/** @throws RefusedBundle for one that is unknown, altered or not signed here, OtherSdk for one of another SDK than this process has */
export async function runnableBundle(
  db: Queryable,
  build: string,
  keys: readonly WorkerKey[],
): Promise<RunnableBundle> {
  const stored = await storedBundle(db, build);
  if (!stored) throw new RefusedBundle(`Build ${build} is not run: the database has no bundle of it.`);
  const { code: packed, signatures, ...release } = stored;
  const code = unpacked(packed);
  if (code === undefined || buildIdOf(code, release.sdk) !== build)
    throw new RefusedBundle(`Build ${build} is not run: its bundle in the database was altered.`);
  const message = signedBytes({ ...release, code });
  const own = signatures.some(({ signature }) => keys.some((key) => key.hasSigned(message, signature)));
  if (!own)
    throw new RefusedBundle(
      `Build ${build} is not run: no key of WORKER_KEY_FILE has signed its bundle; start its release once with this key, or bring the key back (docs/operations.md, "The worker's key").`,
    );
  if (release.sdk !== SDK_VERSION)
    throw new OtherSdk(`Build ${build} is of SDK ${release.sdk}, and this worker has ${SDK_VERSION}.`);
  return { ...release, code };
}

/** The row of the bundle that this process itself has made. */
export function registrationOf(bundle: Omit<Signed, 'sdk'> & { readonly sdk?: string }, key: WorkerKey): Registration {
  const { build, schema, code, sdk = SDK_VERSION } = bundle;
  const signature = key.sign(signedBytes({ build, sdk, schema, code }));
  return { build, sdk, schema, code: gzipSync(code), signer: key.fingerprint, signature };
}

interface Signed extends Pick<Release, 'build' | 'sdk' | 'schema'> {
  readonly code: string;
}

/** What a signature of the stored bundle is over; undefined when its code is not that of its build. */
export function bundleBytes({ build, sdk, schema, code: packed }: StoredBundle): Buffer | undefined {
  const code = unpacked(packed);
  if (code === undefined || buildIdOf(code, sdk) !== build) return undefined;
  return signedBytes({ build, sdk, schema, code });
}

/** With the whole hash: another code of the same 12 digits could be found. */
function signedBytes({ build, sdk, schema, code }: Signed): Buffer {
  const hash = createHash('sha256').update(code).digest('hex');
  return Buffer.from(['fugong workflow bundle', build, sdk, schema, hash].join('\n'));
}

function unpacked(packed: Buffer): string | undefined {
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}
