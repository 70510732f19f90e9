/**
 * Adds a key of API or workers: made beside the key file, signed by the root, and put on the file's first line when it counts. A
 * process that ends in between is called again, and goes on with the same key.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { addKey, databaseTime, lockRing, readRing, STANDING_MS } from '../../db/ledger/ring';
import { NotStanding, standIn } from '../../db/ledger/own-keys';
import { transaction } from '../../db/sql/pool';
import { newSigningKey, publicKeyOf } from '../../proof/envelope';
import { keyFingerprint, type Holder, type RingKey } from '../../proof/ring';
import { readSecrets, secretsOf } from '../../proof/secret-file';
import { fileOf, rootKeyOf, timeOf, type Desk } from './desk';

export async function add(desk: Desk, holder: Holder, standsFor = STANDING_MS): Promise<void> {
  const { pool, environment, say } = desk;
  const root = rootKeyOf(desk);
  const { setting, file } = fileOf(desk, holder);
  if (!existsSync(file))
    throw new NotStanding(
      `${setting} ${file} is missing: add a key where the file is, or, when it was lost for good, make an empty one first.`,
    );
  const ring = await readRing(pool, root.publicKey);
  if (ring.keys.every((key) => key.holder !== holder)) {
    const publicKeys = readSecrets(file, 'key').map((key) => publicKeyOf(Uint8Array.from(key)));
    await standIn(pool, { holder, publicKeys, file: `${setting} ${file}` }, environment);
    return say(`The keys of ${file} stand under the root key and count from now on.`);
  }
  const next = `${file}.next`;
  const [made] = secretsOf(next, 'key', newSigningKey);
  const publicKey = publicKeyOf(Uint8Array.from(made ?? []));
  const key = await transaction(pool, async (client) => {
    await lockRing(client);
    const after = await addKey(client, root, { holder, publicKey, standsFor });
    return after.byFingerprint(keyFingerprint(holder, publicKey));
  });
  if (!key || key.revokedAt !== null)
    throw new NotStanding(
      `The key in ${next} was revoked before it was put into ${file}: remove ${next} and call this again.`,
    );
  await untilItCounts(desk, key);
  putFirst(file, next);
  say(`${key.fingerprint} stands on the first line of ${file}.`);
  say(
    `Now copy the file to every machine that has one, and restart ${holder === 'api' ? 'the API' : 'the workers'} there.`,
  );
}

async function untilItCounts({ pool, say }: Desk, { fingerprint, countsFrom }: RingKey): Promise<void> {
  say(
    `${fingerprint} is added, and counts from ${timeOf(countsFrom)}: waiting, so that every process knows it first …`,
  );
  for (;;) {
    const left = countsFrom - (await databaseTime(pool));
    if (left <= 0) return;
    await pause(left);
  }
}

/** The old keys stay below. Whole or not at all; a key that a call before has put there is not put there twice. */
function putFirst(file: string, next: string): void {
  const [made = '', ...old] = [next, file].flatMap((one) => readFileSync(one, 'utf8').split(/\s+/).filter(Boolean));
  if (!old.includes(made)) {
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `${[made, ...old].join('\n')}\n`, { mode: 0o600, flush: true });
    renameSync(unfinished, file);
  }
  rmSync(next);
}
