/** The town's root key 根密钥: a key of API or worker counts only with its signature. Its public half is a file on every machine. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { privateKeyObject, signed, type Signer } from './ed25519';
import { newSigningKey, publicKeyOf } from './envelope';
import { readSecrets, secretsOf } from './secret-file';

export interface RootFiles {
  /** The private half, needed only to add and revoke keys: it may lie on one machine, or in a safe. */
  readonly rootKeyFile: string;
  readonly rootPublicKeyFile: string;
}

export class RootKey implements Signer {
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly #key: ReturnType<typeof privateKeyObject>;

  constructor(key: Uint8Array) {
    this.#key = privateKeyObject(key);
    this.publicKey = publicKeyOf(key);
    this.fingerprint = rootFingerprint(this.publicKey);
  }

  sign(message: Uint8Array): Buffer {
    return signed(this.#key, message);
  }
}

/** Five groups of five digits: 83 bits, of which nobody makes a second key, and which two people compare by reading them out. */
const GROUPS = 5;
const DIGITS = 5;

/** `48213 90417 55620 11873 90211`. */
export function rootFingerprint(publicKey: string): string {
  const hash = createHash('sha256').update('fugong fingerprint of a root key\n').update(Buffer.from(publicKey, 'hex'));
  const number = BigInt(`0x${hash.digest('hex')}`) % 10n ** BigInt(GROUPS * DIGITS);
  const digits = number.toString().padStart(GROUPS * DIGITS, '0');
  return Array.from({ length: GROUPS }, (_, group) => digits.slice(group * DIGITS, (group + 1) * DIGITS)).join(' ');
}

/**
 * Makes both files where there are none, and a public one that a crash has left out. @throws Error with one line for a file that
 * holds something else, or when the public half is there and is another key's
 */
export function establishRootKey({ rootKeyFile, rootPublicKeyFile }: RootFiles): RootKey {
  const [key] = secretsOf(rootKeyFile, 'root key', newSigningKey);
  const root = new RootKey(Uint8Array.from(key ?? []));
  const [held] = secretsOf(rootPublicKeyFile, 'public root key', () => Buffer.from(root.publicKey, 'hex'));
  if (held?.toString('hex') !== root.publicKey) throw new Error(otherHalf(rootPublicKeyFile, rootKeyFile));
  return root;
}

/** The private half; undefined where it is not kept. @throws Error with one line when it is not that of the public file */
export function readRootKey({ rootKeyFile, rootPublicKeyFile }: RootFiles): RootKey | undefined {
  if (!existsSync(rootKeyFile)) return undefined;
  const [key] = readSecrets(rootKeyFile, 'root key');
  const root = new RootKey(Uint8Array.from(key ?? []));
  if (readRootPublicKey(rootPublicKeyFile) !== root.publicKey)
    throw new Error(otherHalf(rootPublicKeyFile, rootKeyFile));
  return root;
}

/** 64 hexadecimal digits; undefined: there is no file. @throws Error with one line for a file that holds something else */
export function readRootPublicKey(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  return readSecrets(file, 'public root key')[0]?.toString('hex');
}

function otherHalf(rootPublicKeyFile: string, rootKeyFile: string): string {
  return `ROOT_PUBLIC_KEY_FILE ${rootPublicKeyFile} is not the public half of ROOT_KEY_FILE ${rootKeyFile}.`;
}
