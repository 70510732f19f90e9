/** Revokes a key: a row of its own under the root's signature. What the key has signed stays its own; nothing more counts. */
import { lockRing, readRing, revokeKey } from '../../db/ledger/ring';
import { NotStanding } from '../../db/ledger/own-keys';
import { transaction } from '../../db/sql/pool';
import { rootKeyOf, timeOf, type Desk } from './desk';

/** @throws NotStanding for a key that the ring does not know */
export async function revoke(desk: Desk, fingerprint: string, reason: string | null): Promise<void> {
  const { pool, say } = desk;
  const root = rootKeyOf(desk);
  const ring = await transaction(pool, async (client) => {
    await lockRing(client);
    if (!(await readRing(client, root.publicKey)).byFingerprint(fingerprint))
      throw new NotStanding(`No key ${fingerprint} stands under the root key: npm run keys -- list.`);
    return revokeKey(client, root, { fingerprint, reason });
  });
  const key = ring.byFingerprint(fingerprint);
  if (!key || key.revokedAt === null) throw new Error('the revocation was not recorded');
  say(`${fingerprint} (${key.holder}) is revoked since ${timeOf(key.revokedAt)}.`);
  say(`Note down 请记下: row 末条 ${ring.head.number}, ${ring.head.hash}. The next day's seal holds it.`);
  const left = ring.keys.filter(({ holder, revokedAt }) => holder === key.holder && revokedAt === null);
  if (left.length === 0)
    say(`No key of ${key.holder} counts any more: npm run keys -- add ${key.holder}, then restart.`);
  say(`What it has signed: npm run ledger:verify -- --key ${fingerprint}`);
}
