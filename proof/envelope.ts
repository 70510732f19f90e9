/** The proof on every message to a case: an envelope signed by the API, checked by the workflow before anything else. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Command } from '../domain/case/commands';
import type { Account } from '../domain/ledger/entry';
import type { Opening } from '../domain/case/reopening';
import { canonicalJson } from './canonical';
import { verifies } from './signature';

/** The act by which a case goes on in another run than the one `from`, with exactly the state of that `digest`. */
export interface Adopt {
  readonly type: 'adopt';
  readonly from: string;
  readonly digest: string;
}

/** The acts that open and adopt a case and that announce another signing key; every other act is a domain command. */
export type Message =
  Command | ({ readonly type: 'open' } & Opening) | Adopt | { readonly type: 'announceKey'; readonly key: string };

export interface Unsigned<M extends Message = Message> {
  readonly caseNumber: string;
  /** SHA-256 of account, route and Idempotency-Key: the same act of the same sender has the same id. */
  readonly commandId: string;
  /** Hash of the body as it was sent: the same id with another one is a mistake of the sender. */
  readonly bodyHash: string;
  readonly actor: Account;
  /** By the clock of the API that signs it, in milliseconds. */
  readonly madeAt: number;
  readonly command: M;
}

export interface Envelope<M extends Message = Message> extends Unsigned<M> {
  /** Ed25519 over the canonical JSON of the rest, 128 hexadecimal digits. */
  readonly signature: string;
}

export function newSigningKey(): Uint8Array {
  return ed25519.utils.randomSecretKey();
}

/** The public key as 64 hexadecimal digits, as cases carry it. */
export function publicKeyOf(signingKey: Uint8Array): string {
  return bytesToHex(ed25519.getPublicKey(signingKey));
}

export function seal<M extends Message>(message: Unsigned<M>, signingKey: Uint8Array): Envelope<M> {
  return { ...message, signature: bytesToHex(ed25519.sign(signedBytes(message), signingKey)) };
}

/** What is signed of an envelope, as text. */
export function signedText(message: Unsigned): string {
  return canonicalJson(message);
}

export function signedBytes(message: Unsigned): Uint8Array {
  return utf8ToBytes(signedText(message));
}

/** SHA-256 of the canonical JSON, 64 hexadecimal digits: by it a signed act names what is too large to be signed with it. */
export function digestOf(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}

/** Whether one of `keys` signed it. Never throws, whatever shape it is given. */
export function isProven(envelope: Envelope, keys: readonly string[]): boolean {
  try {
    const { signature, ...message } = envelope;
    const bytes = signedBytes(message);
    return keys.some((key) => verifies(hexToBytes(signature), bytes, key));
  } catch {
    return false;
  }
}
