/** A seal 封存 of the ledger: the heads of streams at one moment, chained to the seal before and signed by a key under the root. Pure. */
import type { Head } from '../domain/ledger/entry';
import { hashOf } from './canonical';
import { GENESIS } from './chain';
import { hasSigned, type Signer } from './ed25519';
import { countedAt, type Ring, type RingHead } from './ring';
import { rootFingerprint } from './root-key';

/** `all`: as seals were until they were signed. `day`: what changed since the seal before. `crossing`: every head at one moment. */
export const SEAL_KINDS = ['all', 'day', 'crossing'] as const;
export type SealKind = (typeof SEAL_KINDS)[number];

export interface SealedHead extends Head {
  readonly stream: string;
}

/** What is hashed of a seal, `at` and what follows `day` only of one that is signed. */
export interface SealContent {
  readonly kind: SealKind;
  readonly number: number;
  /** The first and the last day that it answers for, `YYYY-MM-DD` of the town: days on which nothing was recorded have no seal of their own. */
  readonly firstDay: string | null;
  readonly day: string;
  /** When the heads were read, milliseconds by PostgreSQL's clock. */
  readonly at: number;
  /** In the order of streams. */
  readonly heads: readonly SealedHead[];
  readonly ring: RingHead | null;
  readonly previous: string;
  /** The fingerprint of the key that signs; null: not signed. */
  readonly key: string | null;
}

export interface Seal extends SealContent {
  readonly hash: string;
  /** Over `sealBytes`, 128 hexadecimal digits. */
  readonly signature: string | null;
}

/** As they are known outside: without the heads, which name cases. */
export type SealLine = Omit<Seal, 'heads'>;

export function sealHash({ kind, number, firstDay, day, at, heads, ring, previous, key }: SealContent): string {
  if (kind === 'all') return hashOf({ number, day, heads, previous });
  return hashOf({ kind, number, firstDay, day, at, heads, ring, previous, key });
}

/** What is signed of a seal: by its hash, so that the signature can be checked by somebody who may not see the heads. */
export function sealBytes(hash: string): Uint8Array {
  return Buffer.from(`fugong seal\n${hash}`);
}

export function signedSeal(content: Omit<SealContent, 'key'>, signer: Signer): Seal {
  const whole: SealContent = { ...content, key: signer.fingerprint };
  const hash = sealHash(whole);
  return { ...whole, hash, signature: signer.sign(sealBytes(hash)).toString('hex') };
}

/** The first day that the seal after this one answers for: of a seal made on its day, the rest of that day. */
export function nextDay({ kind, day }: Pick<SealContent, 'kind' | 'day'>): string {
  if (kind !== 'day') return day;
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;
/** Nowhere does a day begin earlier than 14 hours before it does in UTC (UTC+14). */
const EARLIEST_ZONE_MS = 14 * 3_600_000;

/** What the signature of a seal is checked with. */
export interface Known {
  readonly ring: Ring;
  readonly rootPublicKey: string;
}

/** What is wrong with who signed it; undefined: a worker's key under the root signed it while it counted, or the root itself. */
export function signerFault(seal: SealLine, { ring, rootPublicKey }: Known): string | undefined {
  if (seal.kind === 'all') {
    const first = ring.keys.find(({ holder }) => holder === 'worker')?.addedAt;
    // With SQL every seal could else be made anew as one of those that are not signed.
    const late = first !== undefined && seal.day > new Date(first + EARLIEST_ZONE_MS).toISOString().slice(0, 10);
    return late ? 'is not signed, and a key to sign it stood then 封存未签名' : undefined;
  }
  const byRoot = seal.key === rootFingerprint(rootPublicKey);
  const key = ring.byFingerprint(seal.key ?? '');
  if (!byRoot && key?.holder !== 'worker')
    return `is signed by ${seal.key}, no worker's key under the root 签名密钥不在根密钥之下`;
  const publicKey = byRoot ? rootPublicKey : (key?.publicKey ?? '');
  if (!hasSigned(publicKey, sealBytes(seal.hash), seal.signature ?? ''))
    return `is not what key ${seal.key} signed 签名不符`;
  if (!byRoot && key && !countedAt(key, seal.at))
    return `key ${seal.key} did not count when it was made 签名时密钥无效`;
  return undefined;
}

/** What is wrong with how it follows the seal before. */
export function orderFaults(seal: SealLine, before: SealLine | undefined): string[] {
  const number = before?.number ?? 0;
  if (seal.number > number + 1) return [];
  const follows = seal.previous === (before?.hash ?? GENESIS);
  return [
    ...(follows ? [] : [`does not follow seal ${number} 与上一封存不衔接`]),
    ...(seal.kind !== 'all'
      ? dayFaults(seal, before)
      : before?.key
        ? ['is not signed, after one that is 封存未签名']
        : []),
  ];
}

function dayFaults({ kind, firstDay, day, at }: SealLine, before: SealLine | undefined): string[] {
  const expected = before && nextDay(before);
  const gap = expected !== undefined && firstDay !== expected;
  const early = kind === 'day' && at < Date.parse(`${day}T00:00:00Z`) + DAY_MS - EARLIEST_ZONE_MS;
  return [
    ...(gap ? [`answers for the days from ${firstDay}, and those from ${expected} are due 日期不连续`] : []),
    ...(firstDay !== null && firstDay > day ? [`answers for no day 日期不符`] : []),
    ...(early ? [`was made before ${day} had ended 封存早于当日结束`] : []),
    ...(before !== undefined && at < before.at ? [`is older than seal ${before.number} 早于上一封存`] : []),
  ];
}

/** As it is answered and kept in a file: times are text. */
export function shownSeal<S extends SealLine>({ at, ...seal }: S): Omit<S, 'at'> & { readonly at: string } {
  return { ...seal, at: new Date(at).toISOString() };
}
