/** Personal data: shown to whose people they are, on the record, and gone for good once the person is out of the loop. */
import { ROLES, type Account } from '../../domain/ledger/entry';
import { PEOPLE_ACTS } from '../../domain/people/acts';
import { erasePerson, revealContacts, revealNumber, setContacts, type Kept } from '../../domain/people/personal-data';
import type { Dice } from '../support/dice';
import { asked, day, doneBy, lives } from '../support/outside';

const NUMBERS = { document: 'sealed document', phone: 'sealed phone', documentLookup: 'look-up' };

const somebody = (dice: Dice): Kept<string> => ({
  ...{ id: 'p-1', enterprise: dice.of(['e-1', 'e-2']), erased: false, ...NUMBERS },
  ...{ leftOn: dice.of([null, day(3)]), phone: dice.of([null, NUMBERS.phone]) },
});
const gone = (one: Kept<string>, on: string): Kept<string> => ({
  ...{ ...one, document: null, phone: null, documentLookup: null },
  ...{ erased: true, leftOn: one.leftOn ?? on },
});

test('a number is shown to its own enterprise and to who works for the town, and never without an entry', () => {
  lives('numbers', (dice) => {
    const person = dice.chance(80) ? somebody(dice) : gone(somebody(dice), day(4));
    const role = dice.of(PEOPLE_ACTS.reveal.by);
    const by: Account = { account: 'a', role, ...(role === 'enterprise' && { enterprise: dice.of(['e-1', 'e-2']) }) };
    const field = dice.of(['document', 'phone'] as const);
    const answer = asked(revealNumber<string>, person, { field, purpose: 'contact' }, by);
    const foreign = by.enterprise !== undefined && by.enterprise !== person.enterprise;
    if (person[field] === null || foreign) {
      expect(answer.refused).toEqual({ code: 'unknown-person', about: {}, wrong: [] });
      return;
    }
    const { sealed, details } = doneBy(PEOPLE_ACTS.reveal, answer);
    expect(sealed).toBe(NUMBERS[field]);
    expect(details).toEqual({ person: 'p-1', field, purpose: 'contact' });
  });
});

test('who works in a running enterprise stays known; everyone else is erased once, and leaves with it', () => {
  lives('erasing', (dice) => {
    let person = somebody(dice);
    for (let step = 0; step < 6; step += 1) {
      const runs = dice.chance(50);
      if (dice.chance(30) && !person.erased) person = { ...person, leftOn: person.leftOn ?? day(step) };
      const answer = asked(erasePerson, { person, runs });
      if (person.erased) expect(answer.refused?.code).toBe('unknown-person');
      else if (runs && person.leftOn === null) expect(answer.refused?.code).toBe('still-in-the-loop');
      else {
        const { leaves, details } = doneBy(PEOPLE_ACTS.erase, answer);
        expect([leaves, details]).toEqual([person.leftOn === null, { person: 'p-1' }]);
        person = gone(person, day(step));
        for (const field of ['document', 'phone'] as const) {
          const by: Account = { account: 'a', role: 'health' };
          expect(asked(revealNumber<string>, person, { field, purpose: 'contact' }, by).refused).toBeDefined();
        }
      }
    }
  });
});

test('whom to call: the ledger has how many and what for, no name and no number', () => {
  const contacts = [{ duty: '总指挥', name: '演示甲', phone: '19900011111' }];
  expect(doneBy(PEOPLE_ACTS.setContacts, asked(setContacts, contacts)).details).toEqual({ contacts: 1 });
  const { details } = doneBy(PEOPLE_ACTS.revealContacts, asked(revealContacts, 'drill'));
  expect(details).toEqual({ field: 'emergency-contacts', purpose: 'drill' });
});

test('only an official erases, for good; nobody of another trade looks at people', () => {
  expect([PEOPLE_ACTS.erase.by, PEOPLE_ACTS.erase.dangerous]).toEqual([['official'], true]);
  const apart = ROLES.filter((role) =>
    Object.values(PEOPLE_ACTS).every(({ by }) => !(by as readonly string[]).includes(role)),
  );
  expect(apart).toEqual(['reviewer', 'village', 'storekeeper', 'volunteer', 'operator']);
});
