/** Spreads the wake-ups of cases: thousands have the same deadlines (09:00), and each wakes at its own moment of the minute after. */
import { shareOf } from '../calendar/share';
import type { Instant } from '../programme/edition';
import type { Reopening } from './state';
import { nextChange } from './time';

const JITTER_MS = 60_000;

/** Milliseconds, stable for a case, spread evenly over the minute. */
export function jitterOf(caseNumber: string): number {
  return Math.floor(shareOf(caseNumber) * JITTER_MS);
}

/** When the case wakes by itself; null for a closed one. */
export function nextWake(state: Reopening): Instant | null {
  const next = nextChange(state);
  return next === null ? null : next + jitterOf(state.caseNumber);
}
