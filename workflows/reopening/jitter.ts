/** Spreads the wake-ups of cases: thousands have the same deadlines (09:00), and each wakes at its own moment of the minute after. */
import { shareOf } from '../../domain/calendar/share';

const JITTER_MS = 60_000;

/** Milliseconds, stable for a case, spread evenly over the minute. */
export function jitterOf(caseNumber: string): number {
  return Math.floor(shareOf(caseNumber) * JITTER_MS);
}

/** As a run of the first release has it: numbers in a row share a few seconds of the minute. It goes when no such run is open. */
export function firstJitterOf(caseNumber: string): number {
  let hash = 0;
  for (const character of caseNumber) hash = (hash * 31 + character.charCodeAt(0)) % JITTER_MS;
  return hash;
}
