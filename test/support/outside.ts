/** Asking the rule of an act outside a case: its outcome or its refusal, the state it was asked about as it was; from one seed. */
import fc from 'fast-check';
import type { OutsideEntry, OutsideRow } from '../../domain/ledger/outside-acts';
import { isRefused, type Wrong } from '../../domain/ledger/rejection';
import { Dice } from './dice';

const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
/** As many as find an ordinary mistake in a rule, and take a second or so. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 200);

/** One random life of what the rules change, again and again; which seed it was is said. */
export function lives(what: string, live: (dice: Dice) => void): void {
  const property = fc.property(fc.noBias(fc.nat(0xffffffff)), (first) => live(new Dice(first)));
  try {
    fc.assert(property, { numRuns: RUNS, seed: SEED });
  } finally {
    process.stdout.write(`\n${what}: ${RUNS} lives, seed ${SEED} (again with PROPERTY_SEED=${SEED})\n`);
  }
}

/** As `dice.of`, or nothing as often as one of them. */
export function perhaps<T>(dice: Dice, list: readonly T[]): T | undefined {
  return dice.below(list.length + 1) === 0 ? undefined : dice.of(list);
}

export interface Refusal {
  readonly code: string;
  readonly about: { readonly [name: string]: unknown };
  readonly wrong: readonly Wrong[];
}

export type Asked<Outcome> =
  { readonly done: Outcome; readonly refused?: undefined } | { readonly done?: undefined; readonly refused: Refusal };

/** Nothing that the rule is given may be changed by it. */
export function asked<Given extends readonly unknown[], Outcome>(
  rule: (...given: Given) => Outcome,
  ...given: Given
): Asked<Outcome> {
  const before = JSON.stringify(given);
  try {
    return { done: rule(...given) };
  } catch (error) {
    if (!isRefused(error)) throw error;
    return { refused: { ...error.rejection, wrong: error.wrong } };
  } finally {
    expect(JSON.stringify(given)).toBe(before);
  }
}

/** What was done, and that its entry is one of the row's. @throws Error when it was refused */
export function doneBy<Outcome extends OutsideEntry>(
  { causes }: OutsideRow,
  { done, refused }: Asked<Outcome>,
): Outcome {
  if (done === undefined) throw new Error(`refused: ${refused?.code ?? ''}`);
  expect(causes).toContain(done.type);
  return done;
}

const DAY_MS = 24 * 60 * 60_000;
/** 2022-05-01. */
const FIRST = 19_113;

/** Dates by their number, counted by the clock of the machine and not by the calendar of the rules. */
export const day = (n: number): string => new Date((FIRST + n) * DAY_MS).toISOString().slice(0, 10);
/** The instant at which the day begins in a zone so many minutes east. */
export const dayBegins = (n: number, east = 0): number => (FIRST + n) * DAY_MS - east * 60_000;
