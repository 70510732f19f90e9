/** Exemption from tests: by epidemic control alone, from tomorrow on, for two weeks at most, whatever clock is ahead. */
import type { Account } from '../../domain/ledger/entry';
import { TESTING_ACTS } from '../../domain/testing/acts';
import { exempt } from '../../domain/testing/exemption';
import { asked, day, dayBegins, doneBy, lives, perhaps } from '../support/outside';

const HOUR = 60 * 60_000;
const CONTROL = 'epidemic-control';
const WHO: readonly Account[] = [
  { account: 'a', role: 'reviewer', department: CONTROL },
  { account: 'a', role: 'reviewer', department: CONTROL },
  { account: 'a', role: 'reviewer', department: CONTROL },
  { account: 'a', role: 'reviewer', department: 'market' },
  { account: 'a', role: 'enterprise', enterprise: 'e-1' },
  { account: 'a', role: 'official' },
  // No account is like this; the role counts all the same.
  { account: 'a', role: 'health', department: CONTROL },
];

test('nobody else exempts, and no day that has begun is exempt', () => {
  let granted = 0;
  lives('exemptions', (dice) => {
    const east = dice.of([-480, 0, 330, 480]);
    const [today, ahead] = [dice.below(5), perhaps(dice, [dice.below(9)])];
    const moment = (n: number) => dayBegins(n, east) + dice.below(24) * HOUR;
    const [now, clock] = [moment(today), ahead === undefined ? undefined : moment(ahead)];
    const by = dice.of(WHO);
    const active = dice.chance(80);
    const [first, length] = [dice.below(12), dice.of([-2, 0, 1, 5, 13, 14, 40])];
    const days = { person: 'p-1', from: day(first), to: day(first + length), reason: 'medical' };
    const state = { rules: { epidemicControl: CONTROL }, town: { utcOffsetMinutes: east }, active, clock };
    const answer = asked(exempt, state, days, by, now);
    const tomorrow = Math.max(today, ahead ?? 0) + 1;
    if (by.role !== 'reviewer' || by.department !== CONTROL) {
      expect(answer.refused).toMatchObject({ code: 'not-epidemic-control', about: { department: CONTROL } });
    } else if (!active) {
      expect(answer.refused).toMatchObject({ code: 'unknown-person', about: { people: ['p-1'] } });
    } else if (first < tomorrow || length < 0 || length > 13) {
      const { from, to } = days;
      const about = { from, to, earliest: day(tomorrow), most: 14 };
      expect(answer.refused).toMatchObject({ code: 'wrong-exemption', about });
    } else {
      granted += 1;
      expect(TESTING_ACTS.exempt.by).toContain(by.role);
      expect(doneBy(TESTING_ACTS.exempt, answer)).toMatchObject({ days, details: days });
    }
  });
  expect(granted).toBeGreaterThan(0);
});
