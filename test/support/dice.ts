/** Repeatable choices from one number, so that fast-check generates and shrinks plain numbers and the choice can depend on the case. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to but not including `below`: the mulberry32 generator, which passes for random in 32 bits. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % below;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** @throws Error for an empty list */
  of<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error('nothing to choose from');
    return one;
  }

  /** Like `of`, but `other` when there is nothing to choose from. */
  ofOr<T, U>(list: readonly T[], other: U): T | U {
    return list.length > 0 ? this.of(list) : other;
  }

  /** A part of the list, perhaps all of it or nothing. */
  some<T>(list: readonly T[]): T[] {
    return list.filter(() => this.chance(50));
  }

  /** A name not used before with near certainty. */
  name(kind: string): string {
    return `${kind}-${this.below(0x7fffffff)}`;
  }
}
