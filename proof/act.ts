/** Whether an act was signed with a key: asked outside the sandbox, where Node computes it in a tenth of a millisecond. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';

/** RFC 8410 §4: what stands in SubjectPublicKeyInfo before an Ed25519 key's 32 bytes. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

const keys = new Map<string, KeyObject>();

/** A system has a handful of keys: they are made once. */
function keyOf(publicKey: string): KeyObject {
  const known = keys.get(publicKey);
  if (known) return known;
  const der = Buffer.concat([SPKI_HEAD, Buffer.from(publicKey, 'hex')]);
  const made = createPublicKey({ key: der, format: 'der', type: 'spki' });
  keys.set(publicKey, made);
  return made;
}

/** `signature` and `publicKey` in hexadecimal digits; false for what is none. */
export function hasSigned(message: string, signature: string, publicKey: string): boolean {
  try {
    return verify(null, Buffer.from(message), keyOf(publicKey), Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}
