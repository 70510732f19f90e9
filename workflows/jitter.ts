/** Spreads the wake-ups of cases: thousands have the same deadlines (09:00), and each wakes at its own moment of the minute after. */

const JITTER_MS = 60_000;

/** Milliseconds, stable for a case, spread evenly over the minute. */
export function jitterOf(caseNumber: string): number {
  let hash = 0;
  for (const character of caseNumber) hash = (hash * 31 + character.charCodeAt(0)) % JITTER_MS;
  return hash;
}
