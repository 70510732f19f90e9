/** Lists the keys of the ring, and names rows that do not count. */
import { databaseTime, keyRows } from '../../db/ledger/ring';
import { ringOf, stands, type RingKey } from '../../proof/ring';
import { rootFingerprint } from '../../proof/root-key';
import { rootPublicKeyOf, timeOf, type Desk } from './desk';

export async function list(desk: Desk): Promise<void> {
  const { pool, say } = desk;
  const publicKey = rootPublicKeyOf(desk);
  const rows = await keyRows(pool);
  const now = await databaseTime(pool);
  const { keys, head } = ringOf(rows, publicKey);
  say(`Root key 根密钥指纹: ${rootFingerprint(publicKey)}`);
  for (const key of keys)
    say(`${key.fingerprint}  ${key.holder.padEnd(6)}  added ${timeOf(key.addedAt)}  ${stateOf(key, now)}`);
  for (const row of rows)
    if (!stands(row, publicKey))
      say(`✗ row ${row.number} (${row.fingerprint}): not signed by the root key, does not count`);
  say(`Last row 末条: ${head.number}, ${head.hash}`);
}

function stateOf({ countsFrom, revokedAt, reason }: RingKey, now: number): string {
  if (revokedAt !== null) return `revoked ${timeOf(revokedAt)}${reason === null ? '' : ` (${reason})`}`;
  return now < countsFrom ? `counts from ${timeOf(countsFrom)}` : 'counts';
}
