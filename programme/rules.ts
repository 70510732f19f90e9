/** Rules by their name: the rules part of an edition as text, and the hash of that text, by which cases and pages refer to it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Edition } from '../domain/programme/edition';
import { canonicalJson } from '../proof/canonical';

export interface NamedRules {
  /** SHA-256 of the canonical JSON, 64 hexadecimal digits. */
  readonly hash: string;
  readonly rules: Edition;
}

/** How a hash of rules looks in an address. */
export const RULES_HASH = /^[0-9a-f]{64}$/;

export function namedRules(rules: Edition): NamedRules {
  return { hash: bytesToHex(sha256(utf8ToBytes(canonicalJson(rules)))), rules };
}

/** Where the rules are read; what is found there never changes. */
export const pathOfRules = (hash: string): string => `/rules/${hash}`;
