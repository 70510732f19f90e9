/** What releases of schema 2 kept is read in today's shape: the case owes the same and goes on under today's rules. */
import fc from 'fast-check';
import { duties } from '../../domain/case/agenda';
import { advance } from '../../domain/case/reopening';
import type { Reopening } from '../../domain/case/state';
import { nextChange } from '../../domain/case/time';
import { stateOfView, UnknownSchema, upgradeEdition, upgradeState } from '../../domain/case/upgrade';
import { viewOf } from '../../domain/case/views';
import { namedRules } from '../../programme/rules';
import { Dice } from '../support/dice';
import { Coverage, History } from '../support/history';
import { secondEdition, secondState, secondView } from '../support/second-schema';
import { caseAt } from '../support/story';

const BEGINNINGS = (['survey', 'plan', 'sign-offs', 'stationing', 'operating', 'suspended', 'operating'] as const).map(
  (phase) => caseAt(phase),
);

/** States that random histories come to. */
const states: fc.Arbitrary<Reopening> = fc
  .tuple(fc.nat(0xffffffff), fc.array(fc.nat(0xffffffff), { maxLength: 30, size: 'max' }))
  .map(([first, seeds]) => {
    const history = new History(new Dice(first).of(BEGINNINGS), new Coverage());
    for (const seed of seeds) history.step(seed);
    return history.state;
  });

/** What is not kept over an upgrade: the workflows of orders end with the run, and PostgreSQL is asked about each. */
function withoutChildren(state: Reopening): Reopening {
  const orders = state.supply.orders.map((order) => ({
    ...order,
    child: 'none' as const,
    hasNews: order.status === 'placed',
  }));
  return { ...state, supply: { ...state.supply, orders } };
}

/** Two seconds of histories, in which every phase comes several times. */
const RUNS = 40;

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('a state of schema 2 is the same state in today’s shape', () => {
  fc.assert(
    fc.property(states, (state) => {
      const upgraded = upgradeState(throughJson(secondState(state)));
      expect(upgraded).toEqual(withoutChildren(throughJson(state)));
      expect(duties(upgraded)).toEqual(duties(state));
      const next = nextChange(upgraded);
      expect(next).toEqual(nextChange(withoutChildren(state)));
      // Today's rules go on with it.
      if (next !== null) expect(advance(upgraded, next)).toEqual(advance(withoutChildren(state), next));
    }),
    { numRuns: RUNS },
  );
});

test('a view of schema 2 gives its state back, but for when reminders were sent', () => {
  fc.assert(
    fc.property(states, (state) => {
      const found = stateOfView(throughJson(secondView(state, 7)), state.edition);
      expect(viewOf(found, 7)).toEqual(throughJson(viewOf(withoutChildren(state), 7)));
      expect({ ...found, reminders: {} }).toEqual({ ...withoutChildren(throughJson(state)), reminders: {} });
    }),
    { numRuns: RUNS },
  );
});

test('today’s state is given back as it is, and one of another schema is refused by its number', () => {
  const { state } = caseAt('operating');
  expect(upgradeState(state)).toBe(state);
  for (const schema of [1, 4, undefined]) {
    expect(() => upgradeState({ ...state, schema } as never)).toThrow(UnknownSchema);
  }
  expect(() => upgradeState({ ...state, schema: 4 })).toThrow('schema 4; this release reads 2 to 3');
});

test('rules are renamed with their shape, once', () => {
  const { edition } = caseAt('survey').state;
  const second = secondEdition(edition);
  const upgraded = upgradeEdition(throughJson(second));
  expect(namedRules(upgraded)).toEqual(namedRules(edition));
  expect(namedRules(second as never).hash).not.toBe(namedRules(edition).hash);
  expect(upgradeEdition(upgraded)).toBe(upgraded);
});
