/** The keys with which the API proves its messages to a case (ARCHITECTURE §3), and the keyed hash of a body. */
import { createHmac, createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { canonicalJson } from '../contracts/canonical';
import {
  newSigningKey,
  publicKeyOf,
  signedBytes,
  type Envelope,
  type Message,
  type Unsigned,
} from '../contracts/envelope';

export class SigningKeys {
  readonly #key: KeyObject;
  readonly #older: readonly KeyObject[];
  readonly #bodySecret: Buffer;
  readonly publicKey: string;

  constructor(key: Uint8Array, older: readonly Uint8Array[] = []) {
    this.#key = nativeKey(key);
    this.#older = older.map(nativeKey);
    this.publicKey = publicKeyOf(key);
    // Of the oldest key, so that a repeat is known as one after a change of keys.
    this.#bodySecret = createHmac('sha256', older.at(-1) ?? key)
      .update('fugong body hash')
      .digest();
  }

  seal<M extends Message>(message: Unsigned<M>): Envelope<M> {
    return sealNatively(message, this.#key);
  }

  /** The announcement of the present key, once under every older one: a case trusts at least one of them. */
  announcements(about: Pick<Unsigned, 'caseNumber' | 'actor'>): Envelope[] {
    const command = { type: 'announceKey' as const, key: this.publicKey };
    return this.#older.map((key) =>
      sealNatively({ ...about, commandId: `announce-${this.publicKey}`, bodyHash: this.publicKey, command }, key),
    );
  }

  /**
   * Tells a repeat from another body. Keyed and bound to the command: it enters Temporal, where a bare hash of a short opinion
   * could be guessed (ARCHITECTURE §1.4).
   */
  bodyHash(commandId: string, body: unknown): string {
    return createHmac('sha256', this.#bodySecret)
      .update(commandId)
      .update('\n')
      .update(canonicalJson(body))
      .digest('hex');
  }
}

/** RFC 8410 §7: what stands in PKCS #8 before an Ed25519 key's 32 bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function nativeKey(key: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, key]), format: 'der', type: 'pkcs8' });
}

/** The envelope that `seal` makes, byte for byte (Ed25519 is deterministic), in a thirtieth of the time. */
function sealNatively<M extends Message>(message: Unsigned<M>, key: KeyObject): Envelope<M> {
  return { ...message, signature: sign(null, signedBytes(message), key).toString('hex') };
}

/**
 * The keys of a file, one a line in hexadecimal, the present one first; made on the first start, readable by its owner only.
 * @throws Error with one line for a file that holds something else
 */
export function loadSigningKeys(file: string): SigningKeys {
  if (!existsSync(file)) create(file);
  const lines = readFileSync(file, 'utf8')
    .split(/\s+/)
    .filter((line) => line !== '');
  if (lines.length === 0 || lines.some((line) => !/^[0-9a-f]{64}$/.test(line))) {
    throw new Error(`${file} must hold one signing key a line, each 64 hexadecimal digits.`);
  }
  const [key, ...older] = lines.map((line) => Uint8Array.from(Buffer.from(line, 'hex')));
  return new SigningKeys(key ?? new Uint8Array(), older);
}

/** Written whole under another name and then linked: of several processes one wins, and a crash leaves no half key. */
function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${Buffer.from(newSigningKey()).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
