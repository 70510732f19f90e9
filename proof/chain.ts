/** The hash chain of the ledger 台账: one per stream, computed where an entry is made. */
import type { Draft, Entry, Head } from '../domain/ledger/entry';
import { hashOf } from './canonical';

export const GENESIS = '0'.repeat(64);
export const EMPTY_STREAM: Head = { sequence: 0, hash: GENESIS };

/** Numbers the drafts after `head` and chains them. */
export function chain(stream: string, head: Head, drafts: readonly Draft[]): { entries: Entry[]; head: Head } {
  const entries: Entry[] = [];
  let last = head;
  for (const draft of drafts) {
    const unhashed = { ...draft, stream, sequence: last.sequence + 1, previous: last.hash };
    const entry: Entry = { ...unhashed, hash: hashOf(unhashed) };
    entries.push(entry);
    last = { sequence: entry.sequence, hash: entry.hash };
  }
  return { entries, head: last };
}

/** The hash that `entry` must carry; anything of it that was changed changes this. */
export function entryHash(entry: Entry): string {
  const { hash: _hash, ...unhashed } = entry;
  return hashOf(unhashed);
}

/** A detail of the entry that is a word: an id, a date, an enumeration. @throws Error when it is none, a defect of the rules */
export function word({ type, details }: Pick<Draft, 'type' | 'details'>, key: string): string {
  const value = details[key];
  if (typeof value !== 'string') throw new Error(`${type} has no ${key}`);
  return value;
}
