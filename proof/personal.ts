/** Personal data at rest: sealed by AES-256-GCM, found by a keyed hash, shown masked (docs/domain.md#privacy). */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { fingerprint, readSecrets, secretsOf } from './secret-file';

export const PERSONAL_FIELDS = ['document', 'phone', 'medicine'] as const;
export type PersonalField = (typeof PERSONAL_FIELDS)[number];

/** Sizes of AES-256-GCM, in bytes. */
const KEY = 32;
const NONCE = 12;
const TAG = 16;

export class Personal {
  readonly #sealing: Buffer;
  readonly #looking: Buffer;
  /** Tells this key from another one, and nothing more. */
  readonly fingerprint: string;

  constructor(secret: Uint8Array) {
    const derived = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `fugong ${purpose}`, KEY));
    this.#sealing = derived('sealing');
    this.#looking = derived('look-up');
    this.fingerprint = fingerprint('personal key', secret);
  }

  /** Bound to whose it is and which field: a sealed value that is moved to another row does not open. */
  seal(owner: string, field: PersonalField, plain: string): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce).setAAD(Buffer.from(`${owner}/${field}`));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
  }

  /** @throws Error when it was sealed under another key, for another owner or field, or was changed */
  open(owner: string, field: PersonalField, sealed: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, sealed.subarray(0, NONCE))
      .setAAD(Buffer.from(`${owner}/${field}`))
      .setAuthTag(sealed.subarray(-TAG));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
  }

  /** The same for the same value; without the key it tells nothing, however few values are possible. */
  lookup(field: PersonalField, normalised: string): Buffer {
    return createHmac('sha256', this.#looking).update(`${field}\n${normalised}`).digest();
  }
}

/** Makes the file with a new key when there is none. @throws Error with one line for a file that holds something else */
export function loadPersonal(file: string): Personal {
  return personalOf(secretsOf(file, WHAT, () => randomBytes(KEY)));
}

/** As `loadPersonal`, and fails without a file: a key that is made anew opens nothing. */
export function readPersonal(file: string): Personal {
  return personalOf(readSecrets(file, WHAT));
}

const WHAT = 'key';

function personalOf([secret]: readonly Buffer[]): Personal {
  return new Personal(secret ?? new Uint8Array());
}

/** 前3后4 of IDs and phones; of a shorter number, such as a passport's, so little that it cannot be guessed from what is shown. */
export function masked(number: string): string {
  const [head, tail] = number.length >= 11 ? [3, 4] : number.length >= 6 ? [1, 2] : [0, 1];
  return `${number.slice(0, head)}${'*'.repeat(Math.max(0, number.length - head - tail))}${number.slice(number.length - tail)}`;
}
