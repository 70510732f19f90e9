/** What has changed of a state, laid over the state before, is the state after; and it says no more than has changed. */
import fc from 'fast-check';
import { partsSince, withParts, type Parts } from '../../domain/case/parts';
import type { Reopening } from '../../domain/case/state';
import { pairOfStates } from '../support/pairs-of-states';

test('of any two states the later one comes back', () => {
  fc.assert(
    fc.property(pairOfStates, ([before, after]) => {
      const parts = partsSince(before as unknown as Reopening, after as unknown as Reopening);
      expect(withParts(before as unknown as Reopening, JSON.parse(JSON.stringify(parts)) as Parts)).toEqual(after);
    }),
    { numRuns: 2000 },
  );
});

test('copies that say the same are no change', () => {
  fc.assert(
    fc.property(pairOfStates, ([state]) => {
      const same = structuredClone(state) as unknown as Reopening;
      expect(partsSince(state as unknown as Reopening, same)).toEqual({ o: {} });
    }),
  );
});

test('without a state before all of it travels, and parts alone make no state', () => {
  const state = { clock: 1 } as Reopening;
  expect(withParts(null, partsSince(null, state))).toEqual(state);
  expect(withParts(null, { o: {} })).toBeNull();
});

test('a change of one thing in a long list says that thing only', () => {
  const things = Array.from({ length: 50 }, (_, id) => ({ id, words: 'x'.repeat(100) }));
  const changed = things.map((one) => (one.id === 7 ? { ...one, words: 'y' } : one));
  const parts = partsSince({ things } as unknown as Reopening, { things: changed } as unknown as Reopening);
  expect(JSON.stringify(parts).length).toBeLessThan(400);
  expect(parts).toMatchObject({ o: { things: { o: { 7: { o: { words: { v: 'y' } } } } } } });
});
