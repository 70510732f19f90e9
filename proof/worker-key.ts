/** The worker's key: what it has signed comes from a worker of this system, and not from somebody who can write into its database. */
import type { KeyObject } from 'node:crypto';
import { hasSigned, privateKeyObject, signed, type Signer } from './ed25519';
import { newSigningKey, publicKeyOf } from './envelope';
import { keyFingerprint } from './ring';
import { secretsOf } from './secret-file';

export class WorkerKey implements Signer {
  readonly #key: KeyObject;
  readonly publicKey: string;
  /** Tells keys apart without telling them; also what its signatures are found by. */
  readonly fingerprint: string;

  constructor(key: Uint8Array) {
    this.#key = privateKeyObject(key);
    this.publicKey = publicKeyOf(key);
    this.fingerprint = keyFingerprint('worker', this.publicKey);
  }

  sign(message: Uint8Array): Buffer {
    return signed(this.#key, message);
  }

  /** False for anything that this very key has not signed. */
  hasSigned(message: Uint8Array, signature: Uint8Array): boolean {
    return hasSigned(this.publicKey, message, Buffer.from(signature).toString('hex'));
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
