/** The ring: which keys of API and workers count, made of rows that the town's root key has signed, and of nothing else. Pure. */
import { canonicalJson, hashOf } from './canonical';
import { GENESIS } from './chain';
import { hasSigned } from './ed25519';
import { fingerprint } from './secret-file';

export const HOLDERS = ['api', 'worker'] as const;
export type Holder = (typeof HOLDERS)[number];

interface Numbered {
  /** From 1 on, without a gap. */
  readonly number: number;
  /** The hash of the row before, or zeros: a row that was taken away from between others shows. */
  readonly previous: string;
  /** When it was signed, milliseconds by PostgreSQL's clock. */
  readonly at: number;
  readonly fingerprint: string;
}

export interface AddedKey extends Numbered {
  readonly kind: 'added';
  readonly holder: Holder;
  /** Ed25519, 64 hexadecimal digits. */
  readonly publicKey: string;
  /** Nothing is signed with it before, so that every process has read of it by then. Milliseconds, as `at`. */
  readonly countsFrom: number;
}

export interface RevokedKey extends Numbered {
  readonly kind: 'revoked';
  readonly reason: string | null;
}

export type KeyRow = AddedKey | RevokedKey;
/** With the root's signature over `keyRowBytes`, 128 hexadecimal digits. */
export type SignedKeyRow = KeyRow & { readonly signature: string };

export interface RingKey {
  readonly fingerprint: string;
  readonly holder: Holder;
  readonly publicKey: string;
  readonly addedAt: number;
  readonly countsFrom: number;
  readonly revokedAt: number | null;
  readonly reason: string | null;
}

/** The end of the rows: whoever has noted it down sees that none was taken away since. */
export interface RingHead {
  readonly number: number;
  readonly hash: string;
}

export const EMPTY_RING: RingHead = { number: 0, hash: GENESIS };

export interface Ring {
  /** In the order in which they were added. */
  readonly keys: readonly RingKey[];
  readonly head: RingHead;
  byFingerprint(name: string): RingKey | undefined;
  /** Whether one of its rows has this hash. */
  hasRow(hash: string): boolean;
}

const PURPOSES: { readonly [H in Holder]: string } = { api: 'signing key', worker: 'worker key' };

/** 16 hexadecimal digits, as the key's holder calls it elsewhere; of another holder the same key has another one. */
export function keyFingerprint(holder: Holder, publicKey: string): string {
  return fingerprint(PURPOSES[holder], Buffer.from(publicKey, 'hex'));
}

/** What the root signs of a row. The first line keeps it apart from everything else that is signed. */
export function keyRowBytes(row: KeyRow): Uint8Array {
  return Buffer.from(`fugong key row\n${canonicalJson(bare(row))}`);
}

export function keyRowHash(row: KeyRow): string {
  return hashOf(bare(row));
}

/** Whether the row counts: signed under the root, and its fingerprint is its key's. */
export function stands(row: SignedKeyRow, rootPublicKey: string): boolean {
  const named = row.kind === 'revoked' || row.fingerprint === keyFingerprint(row.holder, row.publicKey);
  return named && hasSigned(rootPublicKey, keyRowBytes(row), row.signature);
}

/**
 * The ring of those rows that stand; all others are as if they were not there. In whatever order and however often rows come, the
 * ring is the same, and with more of them it has no fewer keys and no fewer revocations.
 */
export function ringOf(rows: readonly SignedKeyRow[], rootPublicKey: string): Ring {
  const standing = rows.filter((row) => stands(row, rootPublicKey)).sort((a, b) => a.number - b.number || a.at - b.at);
  const hashes = new Set(standing.map(keyRowHash));
  const keys = new Map<string, RingKey>();
  for (const row of standing) {
    if (row.kind !== 'added' || keys.has(row.fingerprint)) continue;
    const { fingerprint: name, holder, publicKey, at: addedAt, countsFrom } = row;
    const revoked = standing.find((one) => one.kind === 'revoked' && one.fingerprint === name);
    const reason = revoked?.kind === 'revoked' ? revoked.reason : null;
    keys.set(name, {
      ...{ fingerprint: name, holder, publicKey, addedAt, countsFrom },
      ...{ revokedAt: revoked?.at ?? null, reason },
    });
  }
  const last = standing.at(-1);
  return {
    keys: [...keys.values()],
    head: last ? { number: last.number, hash: keyRowHash(last) } : EMPTY_RING,
    byFingerprint: (name) => keys.get(name),
    hasRow: (hash) => hashes.has(hash),
  };
}

/** Whether what the key signed at `at` (milliseconds) was signed while it counted. */
export function countedAt({ countsFrom, revokedAt }: RingKey, at: number): boolean {
  return countsFrom <= at && (revokedAt === null || at < revokedAt);
}

function bare(row: KeyRow): KeyRow {
  const { number, previous, at, fingerprint: name } = row;
  const numbered = { number, previous, at, fingerprint: name };
  if (row.kind === 'revoked') return { ...numbered, kind: row.kind, reason: row.reason };
  const { kind, holder, publicKey, countsFrom } = row;
  return { ...numbered, kind, holder, publicKey, countsFrom };
}
