/** Properties of rules outside a case as tests: told from one seed, what a rule says as a value, and that everything happened. */
import type { OutsideRow } from '../../domain/ledger/outside-acts';
import type { Dice } from './dice';
import { asked, lives } from './outside';

/** A test: `story` holds for whatever the dice choose. */
export function holds(title: string, story: (dice: Dice) => void): void {
  test(title, () => lives(title, story));
}

export type Said<Outcome> =
  { readonly done: Outcome; readonly refused?: undefined } | { readonly done?: undefined; readonly refused: string };

/** As `asked`, of a refusal only the code. */
export function said<Given extends readonly unknown[], Outcome>(
  rule: (...given: Given) => Outcome,
  ...given: Given
): Said<Outcome> {
  const { done, refused } = asked(rule, ...given);
  return refused ? { refused: refused.code } : { done };
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
