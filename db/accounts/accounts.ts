/** Accounts, their sessions and tokens: found by credential or login, made, disabled, listed. */
import type { Account, Role } from '../../domain/ledger/entry';
import { forgetDevicesOf } from './devices';
import { byName } from '../people/people-order';
import type { Client, Queryable } from '../sql/pool';

export interface KnownAccount extends Account {
  readonly name: string;
}

interface Row {
  readonly id: string;
  readonly display_name: string;
  readonly role: Role;
  readonly department: string | null;
  readonly enterprise: string | null;
  readonly village: string | null;
}

const COLUMNS = 'a.id, a.display_name, a.role, a.department, a.enterprise, a.village';

function accountOf({ id, display_name: name, role, department, enterprise, village }: Row): KnownAccount {
  return {
    account: id,
    name,
    role,
    ...(department !== null && { department }),
    ...(enterprise !== null && { enterprise }),
    ...(village !== null && { village }),
  };
}

/** The account of a session or token that is valid now; nobody for a disabled account. */
export async function findByCredential(db: Queryable, hash: Buffer): Promise<KnownAccount | undefined> {
  // Named: it is asked with every request, and PostgreSQL then plans it once per connection.
  const { rows } = await db.query<Row>({
    name: 'account-by-credential',
    text: `SELECT ${COLUMNS} FROM credentials c JOIN accounts a ON a.id = c.account
           WHERE c.hash = $1 AND (c.expires_at IS NULL OR c.expires_at > now()) AND a.disabled_at IS NULL`,
    values: [hash],
  });
  return rows[0] && accountOf(rows[0]);
}

/** For signing in; `passwordHash` is null for an account that only has tokens. */
export async function findByLogin(
  db: Queryable,
  login: string,
): Promise<{ account: KnownAccount; passwordHash: string | null } | undefined> {
  const { rows } = await db.query<Row & { password_hash: string | null }>(
    `SELECT ${COLUMNS}, a.password_hash FROM accounts a WHERE a.login = $1 AND a.disabled_at IS NULL`,
    [login],
  );
  return rows[0] && { account: accountOf(rows[0]), passwordHash: rows[0].password_hash };
}

/** Those of the ids that exist and are not disabled. */
export async function accountsById(db: Queryable, ids: readonly string[]): Promise<Map<string, Account>> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM accounts a WHERE a.id = ANY ($1) AND a.disabled_at IS NULL`,
    [ids],
  );
  return new Map(
    rows.map((row) => {
      const { name: _name, ...account } = accountOf(row);
      return [row.id, account];
    }),
  );
}

/** The names of accounts, also of disabled ones: what they did stays readable. */
export async function namesOf(db: Queryable, ids: readonly string[]): Promise<KnownAccount[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM accounts a WHERE a.id = ANY ($1)`, [ids]);
  return rows.map(accountOf);
}

export interface AccountFilter {
  readonly role?: Role | undefined;
  readonly department?: string | undefined;
  readonly after: string | null;
  readonly limit: number;
}

const ORDER = `${byName('a.display_name')}, a.login`;

/** By name; `after` is a login. One more than the limit when there are more. */
export async function listAccounts(
  db: Queryable,
  { role, department, after, limit }: AccountFilter,
): Promise<(KnownAccount & { readonly login: string })[]> {
  const { rows } = await db.query<Row & { login: string }>(
    `SELECT ${COLUMNS}, a.login FROM accounts a
     WHERE a.disabled_at IS NULL AND ($1::text IS NULL OR a.role = $1) AND ($2::text IS NULL OR a.department = $2)
       AND ($3::text IS NULL OR (${ORDER}) > (SELECT ${ORDER} FROM accounts a WHERE a.login = $3))
     ORDER BY ${ORDER} LIMIT $4`,
    [role, department, after, limit + 1],
  );
  return rows.map((row) => ({ ...accountOf(row), login: row.login }));
}

export interface NewAccount extends Account {
  readonly login: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly demo: boolean;
  /** Where it is told; none: in the console only. */
  readonly email?: string | null;
  readonly wecomUser?: string | null;
}

/** @throws a unique violation when the login is taken */
export async function insertAccount(db: Queryable, one: NewAccount): Promise<void> {
  await db.query(
    `INSERT INTO accounts (id, login, display_name, role, department, enterprise, village, password_hash, demo, email, wecom_user)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      one.account,
      one.login,
      one.name,
      one.role,
      one.department,
      one.enterprise,
      one.village,
      one.passwordHash,
      one.demo,
      one.email,
      one.wecomUser,
    ],
  );
}

export async function setPassword(db: Queryable, account: string, passwordHash: string): Promise<void> {
  await db.query('UPDATE accounts SET password_hash = $2 WHERE id = $1', [account, passwordHash]);
}

/** Where the account is told; null: nowhere, undefined: as before. */
export async function setReach(
  db: Queryable,
  account: string,
  { email, wecomUser }: { email: string | null | undefined; wecomUser: string | null | undefined },
): Promise<void> {
  await db.query(
    `UPDATE accounts SET email = CASE WHEN $2 THEN $3 ELSE email END, wecom_user = CASE WHEN $4 THEN $5 ELSE wecom_user END
     WHERE id = $1`,
    [account, email !== undefined, email, wecomUser !== undefined, wecomUser],
  );
}

export interface Credential {
  readonly hash: Buffer;
  readonly account: string;
  readonly kind: 'session' | 'token';
  /** Null: until it is revoked. */
  readonly seconds: number | null;
}

export async function insertCredential(db: Queryable, { hash, account, kind, seconds }: Credential): Promise<void> {
  await db.query(
    `INSERT INTO credentials (hash, account, kind, expires_at) VALUES ($1, $2, $3, now() + make_interval(secs => $4))`,
    [hash, account, kind, seconds],
  );
}

export async function deleteCredential(db: Queryable, hash: Buffer): Promise<void> {
  await db.query('DELETE FROM credentials WHERE hash = $1', [hash]);
}

/** Of one kind, or all of an account. */
export async function deleteCredentialsOf(db: Queryable, account: string, kind?: Credential['kind']): Promise<void> {
  await db.query('DELETE FROM credentials WHERE account = $1 AND ($2::text IS NULL OR kind = $2)', [account, kind]);
}

/** What has expired is of no use; removed at the next sign-in. */
export async function deleteExpired(db: Queryable): Promise<void> {
  await db.query('DELETE FROM credentials WHERE expires_at < now()');
}

/** It stays as it is until the end of the transaction. The account exists. */
export async function lockAccount(client: Client, account: string): Promise<{ readonly disabled: boolean }> {
  const { rows } = await client.query<{ disabled: boolean }>(
    'SELECT disabled_at IS NOT NULL AS disabled FROM accounts WHERE id = $1 FOR NO KEY UPDATE',
    [account],
  );
  return rows[0] ?? { disabled: true };
}

/** Takes effect with the next request; the account's sessions, tokens and known devices are gone. False when there is none to disable. */
export async function disableAccount(client: Client, account: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'UPDATE accounts SET disabled_at = now() WHERE id = $1 AND disabled_at IS NULL',
    [account],
  );
  await deleteCredentialsOf(client, account);
  await forgetDevicesOf(client, account);
  return rowCount === 1;
}

export async function idOfLogin(db: Queryable, login: string): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>('SELECT id FROM accounts WHERE login = $1', [login]);
  return rows[0]?.id;
}

export async function demoAccounts(db: Queryable): Promise<{ id: string; login: string }[]> {
  const { rows } = await db.query<{ id: string; login: string }>('SELECT id, login FROM accounts WHERE demo');
  return rows;
}

/** Those of the hashes that are tokens now, with their accounts. */
export async function tokenOwners(db: Queryable, hashes: readonly Buffer[]): Promise<string[]> {
  const { rows } = await db.query<{ account: string }>(
    `SELECT c.account FROM credentials c JOIN accounts a ON a.id = c.account
     WHERE c.kind = 'token' AND a.disabled_at IS NULL AND c.hash = ANY ($1)`,
    [hashes],
  );
  return rows.map((row) => row.account);
}

/** The system's own public keys, this process's among them. */
export async function trustedKeys(db: Queryable, own: string): Promise<string[]> {
  await db.query('INSERT INTO signing_keys (public_key) VALUES ($1) ON CONFLICT DO NOTHING', [own]);
  const { rows } = await db.query<{ key: string }>('SELECT public_key AS key FROM signing_keys ORDER BY created_at, 1');
  return rows.map((row) => row.key);
}

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_223;

/** Until the end of the transaction no other process prepares the accounts of trial mode. */
export async function lockTrial(client: Client): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

export interface AccountLine extends KnownAccount {
  readonly login: string;
  readonly disabled: boolean;
  readonly tokens: number;
}

/** All accounts, for whoever administers them. */
export async function allAccounts(db: Queryable): Promise<AccountLine[]> {
  const { rows } = await db.query<Row & { login: string; disabled: boolean; tokens: number }>(
    `SELECT ${COLUMNS}, a.login, a.disabled_at IS NOT NULL AS disabled,
            (SELECT count(*) FROM credentials c WHERE c.account = a.id AND c.kind = 'token') AS tokens
     FROM accounts a ORDER BY a.login`,
  );
  return rows.map((row) => ({ ...accountOf(row), login: row.login, disabled: row.disabled, tokens: row.tokens }));
}
