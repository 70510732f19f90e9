/** Answers for what is killed when: balanced kinds in random order, at random moments, all decided by one seed. */
import { Dice } from '../../support/dice';

/** `all`: every process with the supervisor among them, as when the machine loses its power. */
export const KINDS = ['worker', 'api', 'postgres', 'temporal', 'all'] as const;
export type Kind = (typeof KINDS)[number];

/** From that many kills on every kind comes at least once: two whole rounds of the kinds. */
export const BALANCED_FROM = 2 * KINDS.length;
/** A moment within an act's life, or a few acts later: an answer takes some 20 ms, a recording comes within a second. */
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2500;
/** One in three: PostgreSQL's own recovery from a lost backend is another thing than its restart, and happens more seldom. */
const WITH_BACKEND_PERCENT = 33;

export interface Kill {
  /** 1 for the first. */
  readonly number: number;
  readonly kind: Kind;
  /** How long after the recovery from the one before. */
  readonly pauseMs: number;
  /** Of PostgreSQL: a process that serves a connection is killed first. */
  readonly backend: boolean;
}

/** The same seed gives the same schedule. */
export function schedule(seed: number, kills: number): Kill[] {
  const dice = new Dice(seed);
  const kinds: Kind[] = [];
  while (kinds.length < kills) kinds.push(...shuffled(KINDS, dice));
  return kinds.slice(0, kills).map((kind, index) => ({
    number: index + 1,
    kind,
    pauseMs: SHORTEST_PAUSE_MS + dice.below(LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS),
    backend: kind === 'postgres' && dice.chance(WITH_BACKEND_PERCENT),
  }));
}

/** Every kind once before any comes again: so they are balanced whatever the seed. */
function shuffled<T>(list: readonly T[], dice: Dice): T[] {
  const left = [...list];
  return list.map(() => left.splice(dice.below(left.length), 1)[0] as T);
}
