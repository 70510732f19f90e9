/** How much of each thing that grows a case takes: more is no case's work, and its state stays well under what one message may carry. */
import { refuse } from '../ledger/rejection';

export const BOUNDS = {
  /** Weak links and conditions; a survey of the largest factory found 20. */
  requirements: 200,
  /** Of one material; after so many submissions a case is withdrawn and begun anew. */
  versions: 100,
  consultations: 200,
  /** Liaisons one after another: a year of weekly changes. */
  postings: 100,
  standIns: 200,
  copies: 200,
} as const;

/** @throws Refused `too-many` when the thing would grow beyond its bound */
export function requireRoom(thing: keyof typeof BOUNDS, present: number, more = 1): void {
  if (present + more > BOUNDS[thing]) refuse('too-many', { most: BOUNDS[thing] });
}
