/** A root key for a test, and keys that stand under it. */
import { join } from 'node:path';
import { addKey, lockRing } from '../../db/ledger/ring';
import { transaction, type Pool } from '../../db/sql/pool';
import { newSigningKey } from '../../proof/envelope';
import type { Ring } from '../../proof/ring';
import { RootKey, type RootFiles } from '../../proof/root-key';
import { WorkerKey } from '../../proof/worker-key';

export function rootFilesIn(folder: string): RootFiles {
  return { rootKeyFile: join(folder, 'root-key'), rootPublicKeyFile: join(folder, 'root-key.pub') };
}

export const newRoot = (): RootKey => new RootKey(newSigningKey());
export const newWorkerKey = (): WorkerKey => new WorkerKey(newSigningKey());

/** As `npm run keys -- add worker` does, without the minute. */
export function standing(pool: Pool, root: RootKey, { publicKey }: WorkerKey, standsFor = 0): Promise<Ring> {
  return transaction(pool, async (client) => {
    await lockRing(client);
    return addKey(client, root, { holder: 'worker', publicKey, standsFor });
  });
}
