/** Answers for Ed25519 as Node computes it, outside the sandbox of workflow code: a thirtieth of the time of proof/signature.ts. */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** RFC 8410 §7 and §4: what stands in PKCS #8 before a private key's 32 bytes, and in SPKI before a public key's. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

const PUBLIC_KEY = /^[0-9a-f]{64}$/;
const SIGNATURE = /^[0-9a-f]{128}$/;

/** What signs, by whatever key: a worker's or the root's. */
export interface Signer {
  /** By which its signatures are found. */
  readonly fingerprint: string;
  /** 64 hexadecimal digits. */
  readonly publicKey: string;
  sign(message: Uint8Array): Buffer;
}

/** `key`: its 32 bytes. */
export function privateKeyObject(key: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, key]), format: 'der', type: 'pkcs8' });
}

export function signed(key: KeyObject, message: Uint8Array): Buffer {
  return sign(null, message, key);
}

/** Whether the private half of `publicKey` signed `message`; both in hexadecimal. False, and never an error, for anything else. */
export function hasSigned(publicKey: string, message: Uint8Array, signature: string): boolean {
  if (!PUBLIC_KEY.test(publicKey) || !SIGNATURE.test(signature)) return false;
  try {
    const der = Buffer.concat([SPKI_HEAD, Buffer.from(publicKey, 'hex')]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify(null, message, key, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}
