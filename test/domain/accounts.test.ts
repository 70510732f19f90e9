/** Accounts: every role with its one belonging, every login once; what is done twice tells nothing; addresses stay out of the ledger. */
import { ACCOUNT_ACTS } from '../../domain/accounts/acts';
import {
  addAccount,
  disableAccount,
  issueToken,
  requireBelonging,
  setReach,
  type NewAccount,
  type Town,
} from '../../domain/accounts/accounts';
import { ROLES } from '../../domain/ledger/entry';
import type { Dice } from '../support/dice';
import { asked, doneBy, lives, perhaps } from '../support/outside';

const TOWN = { departments: ['market', 'economy'], villages: ['beixing'] };
/** As the table of PostgreSQL checks it (db/sql/migrations/0001_ground.sql). */
const CHECKED = [
  ['reviewer', 'department'],
  ['enterprise', 'enterprise'],
  ['village', 'village'],
] as const;

function somebody(dice: Dice, n: number): NewAccount {
  const one = {
    account: `a-${n}`,
    login: dice.of(['li', 'wang', 'chen']),
    role: dice.of(ROLES),
    demo: dice.chance(20),
  };
  const given = (percent: number) => dice.chance(percent);
  const of = (role: string) => (one.role === role ? 85 : 8);
  return {
    ...one,
    ...(given(of('reviewer')) && { department: dice.of(['market', 'economy', 'circus']) }),
    ...(given(of('enterprise')) && { enterprise: dice.of(['e-1', 'e-none']) }),
    ...(given(of('village')) && { village: dice.of(['beixing', 'atlantis']) }),
  };
}

/** Why there may be no such account; undefined: there may. */
function against(one: NewAccount, logins: ReadonlySet<string>): string | undefined {
  if (CHECKED.some(([role, belonging]) => (one.role === role) !== (one[belonging] !== undefined)))
    return 'wrong-belonging';
  if (one.department === 'circus') return 'unknown-department';
  if (one.village === 'atlantis') return 'unknown-village';
  if (one.enterprise === 'e-none') return 'unknown-enterprise';
  return logins.has(one.login) ? 'login-taken' : undefined;
}

test('an account has what its role needs and nothing else, and nobody else’s login', () => {
  let added = 0;
  lives('accounts', (dice) => {
    const logins = new Set<string>();
    for (let n = 0; n < 8; n += 1) {
      const one = somebody(dice, n);
      const town: Town = { ...TOWN, enterpriseRegistered: one.enterprise === 'e-1' };
      const answer = asked(addAccount, { town, taken: logins.has(one.login) }, one);
      const why = against(one, logins);
      expect(answer.refused?.code).toBe(why);
      // What may be asked beforehand is the same but for the login.
      expect(asked(requireBelonging, town, one).refused?.code).toBe(why === 'login-taken' ? undefined : why);
      if (why !== undefined) continue;
      added += 1;
      const { details } = doneBy(ACCOUNT_ACTS.add, answer);
      const { account, role, demo, department, enterprise, village } = one;
      const rest = demo ? { demo } : { department, enterprise, village };
      expect(details).toEqual(JSON.parse(JSON.stringify({ account, role, ...rest })));
      logins.add(one.login);
    }
  });
  expect(added).toBeGreaterThan(0);
});

test('a refusal names the option that is missing or too many', () => {
  const town = { ...TOWN, enterpriseRegistered: true };
  const about = (given: Parameters<typeof requireBelonging>[1]) => asked(requireBelonging, town, given).refused?.about;
  expect(about({ role: 'reviewer' })).toEqual({ role: 'reviewer', belonging: 'department', needed: true });
  expect(about({ role: 'health', village: 'beixing' })).toEqual({
    role: 'health',
    belonging: 'village',
    needed: false,
  });
  expect(about({ role: 'reviewer', department: 'circus' })).toEqual({ department: 'circus', known: TOWN.departments });
});

test('disabled once, told once; tokens and reach are told without what they are', () => {
  lives('reach', (dice) => {
    const disabled = dice.chance(50);
    const answer = asked(disableAccount, { disabled }, 'a-1').done;
    expect(answer).toEqual(disabled ? null : { type: 'account-disabled', details: { account: 'a-1' } });
    const [email, wecomUser] = [perhaps(dice, [null, 'li@town.example']), perhaps(dice, [null, 'li.wang'])];
    const told = asked(setReach, 'a-1', { email, wecomUser }).done;
    if (email === undefined && wecomUser === undefined) expect(told).toBeNull();
    else {
      expect(ACCOUNT_ACTS.setReach.causes).toContain(told?.type);
      const changed = [...(email === undefined ? [] : ['email']), ...(wecomUser === undefined ? [] : ['wecom'])];
      expect(told?.details).toEqual({ account: 'a-1', changed: changed.join(' ') });
      expect(JSON.stringify(told)).not.toMatch(/li/);
    }
  });
  expect(doneBy(ACCOUNT_ACTS.issueToken, asked(issueToken, 'a-1')).details).toEqual({ account: 'a-1' });
});
