/** Spreads what would happen to many at the same instant: each name gets a share of the time, names in a row as evenly as any. */

/** FNV-1a's own offset and prime. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
const TWO_TO_THE_32 = 0x1_0000_0000;

/** From 0 to just below 1, stable for a name. */
export function shareOf(name: string): number {
  let hash = OFFSET;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), PRIME);
  return mixed(hash) / TWO_TO_THE_32;
}

/** MurmurHash3's last step: without it numbers in a row would differ in the lower bits only, and share the same seconds. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
