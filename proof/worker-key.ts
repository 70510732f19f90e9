/** The worker's key: what it has signed comes from a worker of this system, and not from somebody who can write into its database. */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { newSigningKey, publicKeyOf } from './envelope';
import { fingerprint, secretsOf } from './secret-file';

/** RFC 8410 §7: what stands in PKCS #8 before an Ed25519 key's 32 bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

export class WorkerKey {
  readonly #key: KeyObject;
  /** Tells keys apart without telling them; also what its signatures are found by. */
  readonly fingerprint: string;

  constructor(key: Uint8Array) {
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, key]), format: 'der', type: 'pkcs8' });
    this.fingerprint = fingerprint('worker key', Buffer.from(publicKeyOf(key), 'hex'));
  }

  sign(message: Uint8Array): Buffer {
    return sign(null, message, this.#key);
  }

  /** False for anything that this very key has not signed. */
  hasSigned(message: Uint8Array, signature: Uint8Array): boolean {
    return verify(null, message, createPublicKey(this.#key), signature);
  }
}

/** The keys of a file, one a line, made when there is none: it signs with the first. @throws Error with one line for a file that holds something else */
export function loadWorkerKeys(file: string): [WorkerKey, ...WorkerKey[]] {
  const [first, ...older] = secretsOf(file, 'worker key', newSigningKey).map(
    (key) => new WorkerKey(Uint8Array.from(key)),
  );
  if (first === undefined) throw new Error(`${file} holds no worker key.`);
  return [first, ...older];
}
