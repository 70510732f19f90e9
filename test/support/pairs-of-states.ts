/** Two states of the same shapes that a case's state has, the second one changed from the first: for what travels between them. */
import fc from 'fast-check';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const word = fc.stringMatching(/^[a-z0-9#:/一-龥]{1,6}$/);
const leaf: fc.Arbitrary<Json> = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), word);
const thing = fc.record({ id: fc.oneof(fc.integer({ min: 0, max: 9 }), word), of: leaf, since: leaf });
const things = fc.uniqueArray(thing, { selector: ({ id }) => String(id), maxLength: 5 });
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(leaf, { maxLength: 4 }),
    things as fc.Arbitrary<Json>,
    fc.dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const state = fc.dictionary(word, value, { minKeys: 1, maxKeys: 6, noNullPrototype: true });

type Pair = [{ [key: string]: Json }, { [key: string]: Json }];

/** Independent ones, and ones of which a few members are another. */
export const pairOfStates: fc.Arbitrary<Pair> = fc.oneof(
  fc.tuple(state, state),
  fc.tuple(state, state).map(([before, change]): Pair => [before, { ...before, ...change }]),
);
