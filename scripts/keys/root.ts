/** Makes the town's root key where there is none, and says its fingerprint; asked again it makes nothing. */
import { establishRoot } from '../../db/ledger/own-keys';
import { rootFingerprint } from '../../proof/root-key';
import type { Desk } from './desk';

export async function root({ pool, environment, say }: Desk): Promise<void> {
  const { publicKey, made } = await establishRoot(pool, environment);
  if (made) {
    say(`Made. Copy ${environment.rootPublicKeyFile} to every machine.`);
    say(`When API and worker have started once, keep ${environment.rootKeyFile} apart: it only adds and revokes keys.`);
  }
  say(`Root key 根密钥指纹: ${rootFingerprint(publicKey)}`);
}
