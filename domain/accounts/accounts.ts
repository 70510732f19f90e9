/** Accounts: who may hold which role with which department, enterprise or village; made, disabled, given tokens, told where. */
import type { Account } from '../ledger/entry';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';

/** To what a person of a role belongs; a role that is not here belongs to nothing. */
const BELONGS = { reviewer: 'department', enterprise: 'enterprise', village: 'village' } as const;
const BELONGINGS = ['department', 'enterprise', 'village'] as const;
export type Belonging = (typeof BELONGINGS)[number];

/** What there is to belong to. */
export interface Town {
  readonly departments: readonly string[];
  readonly villages: readonly string[];
  /** Whether the enterprise that is named is registered. */
  readonly enterpriseRegistered: boolean;
}

/** The one belonging that the role needs, and no other; it exists. */
export function requireBelonging(town: Town, given: Omit<Account, 'account'>): void {
  const { role, department, enterprise, village } = given;
  const needed = (BELONGS as { readonly [role: string]: Belonging })[role];
  for (const belonging of BELONGINGS) {
    if ((given[belonging] !== undefined) === (belonging === needed)) continue;
    refuseOutside('wrong-belonging', { role, belonging, needed: belonging === needed });
  }
  const { departments, villages } = town;
  if (department !== undefined && !departments.includes(department)) {
    refuseOutside('unknown-department', { department, known: departments });
  }
  if (village !== undefined && !villages.includes(village))
    refuseOutside('unknown-village', { village, known: villages });
  if (enterprise !== undefined && !town.enterpriseRegistered) refuseOutside('unknown-enterprise', { enterprise });
}

export interface NewAccount extends Account {
  readonly login: string;
  /** Of trial mode: visibly invented. */
  readonly demo: boolean;
}

export function addAccount(
  { town, taken }: { readonly town: Town; readonly taken: boolean },
  one: NewAccount,
): OutsideEntry {
  requireBelonging(town, one);
  const { account, login, role, demo } = one;
  if (taken) refuseOutside('login-taken', { login });
  const belongs = Object.fromEntries(
    BELONGINGS.flatMap((name) => (one[name] === undefined ? [] : [[name, one[name]]])),
  );
  return { type: 'account-added', details: { account, role, ...(demo ? { demo } : belongs) } };
}

/** Null: it was disabled before, and nothing is left to be told. */
export function disableAccount({ disabled }: { readonly disabled: boolean }, account: string): OutsideEntry | null {
  return disabled ? null : { type: 'account-disabled', details: { account } };
}

export function issueToken(account: string): OutsideEntry {
  return { type: 'token-issued', details: { account } };
}

/** Where the account is told from now on: undefined as before, null nowhere. */
export interface Reach {
  readonly email: string | null | undefined;
  readonly wecomUser: string | null | undefined;
}

/** The addresses themselves stay out of the ledger. Null: nothing is changed. */
export function setReach(account: string, { email, wecomUser }: Reach): OutsideEntry | null {
  const changed = [...(email === undefined ? [] : ['email']), ...(wecomUser === undefined ? [] : ['wecom'])];
  if (changed.length === 0) return null;
  return { type: 'account-reach-set', details: { account, changed: changed.join(' ') } };
}
