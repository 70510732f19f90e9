/** Properties of rules outside a case, from one seed that is printed and can be given again; and what a rule says, as a value. */
import fc from 'fast-check';
import type { OutsideRow } from '../../domain/ledger/outside-acts';
import { Refused } from '../../domain/ledger/rejection';
import { Dice } from './dice';

const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
/** Stories of some thirty steps each: enough that everything which may happen does, many times over, within seconds. */
const RUNS = 150;

/** A test: `story` holds for whatever the dice choose. */
export function holds(title: string, story: (dice: Dice) => void): void {
  test(title, () => {
    process.stdout.write(`\n${title}: seed ${SEED} (again with PROPERTY_SEED=${SEED})\n`);
    const property = fc.property(fc.noBias(fc.nat(0xffffffff)), (seed) => story(new Dice(seed)));
    fc.assert(property, { numRuns: RUNS, seed: SEED });
  });
}

export type Said<Outcome> =
  { readonly done: Outcome; readonly refused?: undefined } | { readonly done?: undefined; readonly refused: string };

/** What the rule makes of it; its arguments are frozen before, so that a rule which changes them fails. */
export function said<Arguments extends readonly unknown[], Outcome>(
  rule: (...given: Arguments) => Outcome,
  ...given: Arguments
): Said<Outcome> {
  given.forEach(freeze);
  try {
    return { done: rule(...given) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { refused: error.message };
  }
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

/** Counts what happened, so that a property which never came to the point is seen. */
export class Happened {
  readonly #times = new Map<string, number>();

  note(what: string): void {
    this.#times.set(what, (this.#times.get(what) ?? 0) + 1);
  }

  /** A test behind the others: all of this happened. */
  expectAll(...everything: readonly string[]): void {
    test('everything that may happen did', () => {
      expect(everything.filter((one) => !this.#times.has(one))).toEqual([]);
    });
  }
}

/** Who may, as people of the town would say it, and which entries the ledger may then have; nothing besides. */
export function expectRows(
  rows: { readonly [act: string]: OutsideRow },
  told: { readonly [act: string]: readonly [by: string, causes: string] },
): void {
  const written = Object.entries(rows).map(([act, { by, causes }]) => [act, [by.join(' '), causes.join(' ')]]);
  expect(Object.fromEntries(written)).toEqual(told);
}
