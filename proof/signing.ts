/** The keys with which the API proves its messages to a case (docs/ARCHITECTURE.md#the-life-of-a-command), and the keyed hash of a body. */
import { createHmac, sign, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical';
import { privateKeyObject } from './ed25519';
import { newSigningKey, publicKeyOf, signedBytes, type Envelope, type Message, type Unsigned } from './envelope';
import { secretsOf } from './secret-file';

export class SigningKeys {
  readonly #key: KeyObject;
  readonly #older: readonly KeyObject[];
  readonly #bodySecret: Buffer;
  readonly publicKey: string;
  /** The present one first, then those that it follows. */
  readonly publicKeys: readonly string[];

  constructor(key: Uint8Array, older: readonly Uint8Array[] = []) {
    this.#key = privateKeyObject(key);
    this.#older = older.map(privateKeyObject);
    this.publicKey = publicKeyOf(key);
    this.publicKeys = [this.publicKey, ...older.map(publicKeyOf)];
    // Of the oldest key, so that a repeat is known as one after a change of keys.
    this.#bodySecret = createHmac('sha256', older.at(-1) ?? key)
      .update('fugong body hash')
      .digest();
  }

  seal<M extends Message>(message: Unsigned<M>): Envelope<M> {
    return sealNatively(message, this.#key);
  }

  /** Signs what is no message to a case: an act outside one. */
  sign(text: string): { readonly signature: string; readonly key: string } {
    return { signature: sign(null, Buffer.from(text), this.#key).toString('hex'), key: this.publicKey };
  }

  /** The announcement of the present key, once under every older one: a case trusts at least one of them. */
  announcements(about: Pick<Unsigned, 'caseNumber' | 'actor' | 'madeAt'>): Envelope[] {
    const command = { type: 'announceKey' as const, key: this.publicKey };
    return this.#older.map((key) =>
      sealNatively(
        { ...about, commandId: `announce-${this.publicKey}-${about.caseNumber}`, bodyHash: this.publicKey, command },
        key,
      ),
    );
  }

  /**
   * Tells a repeat from another body. Keyed and bound to the command: it enters Temporal, where a bare hash of a short opinion
   * could be guessed (docs/ARCHITECTURE.md#four-ideas).
   */
  bodyHash(commandId: string, body: unknown): string {
    return createHmac('sha256', this.#bodySecret)
      .update(commandId)
      .update('\n')
      .update(canonicalJson(body))
      .digest('hex');
  }
}

/** The envelope that `seal` makes, byte for byte (Ed25519 is deterministic), in a thirtieth of the time. */
function sealNatively<M extends Message>(message: Unsigned<M>, key: KeyObject): Envelope<M> {
  return { ...message, signature: sign(null, signedBytes(message), key).toString('hex') };
}

/** The keys of a file, one a line, the present one first. @throws Error with one line for a file that holds something else */
export function loadSigningKeys(file: string): SigningKeys {
  const [key, ...older] = secretsOf(file, 'signing key', newSigningKey).map((secret) => Uint8Array.from(secret));
  return new SigningKeys(key ?? new Uint8Array(), older);
}
