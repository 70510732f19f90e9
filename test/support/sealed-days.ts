/** A ledger of some days, sealed by a worker's key that stood under the root long before. */
import { addKey, lockRing, readRing } from '../../db/ledger/ring';
import { sealEndedDays } from '../../db/ledger/seals';
import { transaction, type Pool } from '../../db/sql/pool';
import type { RootKey } from '../../proof/root-key';
import type { Seal } from '../../proof/seal';
import type { WorkerKey } from '../../proof/worker-key';
import { rewriting } from './rewriting';
import { atTime } from './database-clock';

const DAY_MS = 86_400_000;

/** So many days ago, at this time of day, as PostgreSQL reads it. */
export const ago = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

/** The key was added that many days ago, and counted at once. */
export async function standingSince(pool: Pool, root: RootKey, { publicKey }: WorkerKey, days: number): Promise<void> {
  await atTime(pool, ago(days), async (client) => {
    await lockRing(client);
    await addKey(client, root, { holder: 'worker', publicKey, standsFor: 0 });
  });
}

/** What was recorded within the last hours was so that many days ago, and the day is sealed on the next one. */
export async function sealed(
  pool: Pool,
  { root, key }: { readonly root: RootKey; readonly key: WorkerKey },
  days: number,
): Promise<Seal | undefined> {
  await transaction(pool, (client) =>
    rewriting(client, () =>
      client.query('UPDATE ledger SET recorded_at = $1 WHERE recorded_at > $2', [ago(days), ago(0.5)]),
    ),
  );
  const ring = await readRing(pool, root.publicKey);
  return atTime(pool, ago(days - 1), (client) => sealEndedDays(client, { signer: key, ring, utcOffsetMinutes: 0 }));
}
