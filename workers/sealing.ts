/** Seals the days that have ended, by PostgreSQL's clock: at the worker's start, and every minute whether a midnight has passed. */
import type { Logger } from 'pino';
import { databaseTime, type KeptRing } from '../db/ledger/ring';
import { sealEndedDays, type Zone } from '../db/ledger/seals';
import { isUnavailable, transaction, type Pool } from '../db/sql/pool';
import { countedAt } from '../proof/ring';
import type { Seal } from '../proof/seal';
import type { WorkerKey } from '../proof/worker-key';

/** A day that ended a minute ago may be sealed now; the question costs a read of one row. */
const LOOK_MS = 60_000;

export interface Sealer extends Zone {
  readonly pool: Pool;
  readonly key: WorkerKey;
  readonly ring: KeptRing;
}

/** @returns the seal, undefined when none is due. @throws Error when the key does not count, so that nothing is signed with it */
export async function sealOnce({ pool, key, ring, utcOffsetMinutes }: Sealer): Promise<Seal | undefined> {
  const read = await ring.read();
  const own = read.byFingerprint(key.fingerprint);
  if (!own || !countedAt(own, await databaseTime(pool)))
    throw new Error(`the worker's key ${key.fingerprint} does not count: no day is sealed with it`);
  return transaction(pool, (client) => sealEndedDays(client, { signer: key, ring: read, utcOffsetMinutes }));
}

/** Runs until the returned function is called, which waits for a seal under way. What fails is tried again a minute later. */
export function startSealing(sealer: Sealer, log: Pick<Logger, 'info' | 'error'>): () => Promise<void> {
  let underWay: Promise<void> = Promise.resolve();
  const look = () => {
    underWay = underWay
      .then(() => sealOnce(sealer))
      .then((seal) => seal && log.info({ seal: seal.number, day: seal.day, hash: seal.hash }, 'sealed'))
      .catch((error: unknown) => {
        if (!isUnavailable(error)) log.error({ err: error }, 'the days that have ended could not be sealed');
      });
  };
  look();
  const looking = setInterval(look, LOOK_MS);
  return async () => {
    clearInterval(looking);
    await underWay;
  };
}
