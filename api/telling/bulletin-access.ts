/** Who may read a bulletin: officials and operators all, anybody else what was published to them. */
import type { Account } from '../../domain/ledger/entry';
import { isRecipient } from '../../db/telling/bulletins';
import type { Queryable } from '../../db/sql/pool';

export function seesAllBulletins({ role }: Pick<Account, 'role'>): boolean {
  return role === 'official' || role === 'operator';
}

export async function mayReadBulletin(db: Queryable, by: Account, bulletin: string): Promise<boolean> {
  return seesAllBulletins(by) || isRecipient(db, bulletin, by.account);
}
