/** Answers for the enterprises of the bench's cases, each with an account of its own, as a town has them. */
import { createHash, randomBytes } from 'node:crypto';
import { insertAccount, insertCredential } from '../../db/accounts/accounts';
import { insertEnterprise } from '../../db/enterprises/enterprises';
import { transaction, type Pool } from '../../db/sql/pool';

export interface BenchEnterprise {
  readonly id: string;
  readonly token: string;
}

/** Registers one, straight in PostgreSQL: registering is not what is measured. */
export function newEnterprise(pool: Pool, village: string): Promise<BenchEnterprise> {
  const serial = randomBytes(8).toString('hex');
  const id = `e-${serial}`;
  const account = `a-${serial}`;
  // 256 random bits, kept as their SHA-256, as the API makes tokens.
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest();
  return transaction(pool, async (client) => {
    // No real code: it is not checked here, and only must not be taken.
    const enterprise = { id, name: `测量企业${serial}`, uscc: serial, kind: 'factory' as const, village };
    await insertEnterprise(client, { ...enterprise, usccConfirmedBy: null });
    const name = '测量企业经办人';
    const who = { account, login: account, name, role: 'enterprise' as const, enterprise: id };
    await insertAccount(client, { ...who, passwordHash: null, demo: false });
    await insertCredential(client, { hash, account, kind: 'token', seconds: null });
    return { id, token };
  });
}
