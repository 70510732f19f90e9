/** What a key has signed, as far as PostgreSQL tells: asked of one that was revoked, for somebody else may have had it. */
import { releases, storedBundle } from '../../db/operations/releases';
import { actsUnder } from '../../db/ledger/acts';
import { allSeals } from '../../db/ledger/seals';
import type { Queryable } from '../../db/sql/pool';
import { hasSigned } from '../../proof/ed25519';
import type { RingKey } from '../../proof/ring';
import { sealBytes } from '../../proof/seal';
import { bundleBytes } from '../../workers/stored-bundles';

/** One line of what the key has signed. */
export type Signed = AsyncGenerator<string>;

/** Each sort of what keys sign; the signature decides, not the fingerprint beside it. */
const SORTS: readonly ((db: Queryable, key: RingKey) => Signed)[] = [bundlesOf, sealsOf, actsOf];

export async function* signedBy(db: Queryable, key: RingKey): Signed {
  for (const sort of SORTS) yield* sort(db, key);
}

async function* bundlesOf(db: Queryable, { publicKey }: RingKey): Signed {
  for (const { build, registeredAt } of await releases(db)) {
    const bundle = await storedBundle(db, build);
    const bytes = bundle && bundleBytes(bundle);
    if (!bytes || !bundle.signatures.some(({ signature }) => hasSigned(publicKey, bytes, signature.toString('hex'))))
      continue;
    yield `bundle ${build} 程序包, registered ${registeredAt.toISOString()}`;
  }
}

async function* sealsOf(db: Queryable, { publicKey }: RingKey): Signed {
  for await (const { number, kind, day, hash, signature } of allSeals(db))
    if (hasSigned(publicKey, sealBytes(hash), signature ?? '')) yield `seal ${number} 封存, ${kind}, ${day}, ${hash}`;
}

async function* actsOf(db: Queryable, { publicKey }: RingKey): Signed {
  for await (const { signature, stream, commandId, message, storedAt } of actsUnder(db, publicKey))
    if (hasSigned(publicKey, Buffer.from(message), signature))
      yield `act ${commandId ?? signature} 办理, ${stream}, ${storedAt.toISOString()}`;
}
