/** Verifies the ring: every row is signed by the root key of the file, none is missing, and nobody else is trusted beside it. */
import { keyRows } from '../../db/ledger/ring';
import type { Queryable } from '../../db/sql/pool';
import { GENESIS } from '../../proof/chain';
import { keyFingerprint, keyRowHash, ringOf, stands, type Ring, type SignedKeyRow } from '../../proof/ring';
import { rootFingerprint } from '../../proof/root-key';
import type { Found } from './finding';

/** @returns the ring under this root, of the rows that count. */
export async function verifyKeys(db: Queryable, rootPublicKey: string, found: Found): Promise<Ring> {
  const rows = await keyRows(db);
  for (const row of rows)
    if (!stands(row, rootPublicKey))
      found(`key row ${row.number} (${row.fingerprint}): is not signed by the root key 未由根密钥签名`);
  const ring = ringOf(rows, rootPublicKey);
  if (ring.keys.length === 0)
    found(`no key stands under root key ${rootFingerprint(rootPublicKey)} 没有密钥在根密钥之下`);
  for (const wrong of gapsOf(rows.filter((row) => stands(row, rootPublicKey)))) found(wrong);
  await compareTrusted(db, ring, found);
  return ring;
}

function gapsOf(rows: readonly SignedKeyRow[]): string[] {
  const faults: string[] = [];
  let [number, hash] = [0, GENESIS];
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    const own = keyRowHash(row);
    if (row.number === number && own === hash) continue;
    if (row.number === number) faults.push(`key row ${number}: there is another one of this number 密钥记录分叉`);
    else if (row.number > number + 1) faults.push(`key row ${number + 1}: missing 密钥记录缺失`);
    else if (row.previous !== hash) faults.push(`key row ${row.number}: does not follow row ${number} 与上一条不衔接`);
    [number, hash] = [row.number, own];
  }
  return faults;
}

/** `signing_keys` is what cases that began before the ring are compared with. */
async function compareTrusted(db: Queryable, ring: Ring, found: Found): Promise<void> {
  const { rows } = await db.query<{ key: string }>('SELECT public_key AS key FROM signing_keys ORDER BY created_at, 1');
  for (const { key } of rows) {
    const name = keyFingerprint('api', key);
    if (!ring.byFingerprint(name))
      found(`signing_keys: key ${name} does not stand under the root key 密钥不在根密钥之下`);
  }
}
