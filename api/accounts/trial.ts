/** Trial mode's first start: demonstration enterprises and accounts, written to `accounts.json` for whoever tries the system. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNTS_FILE } from '../../config/backup-files';
import { addAccount, issueToken } from '../../domain/accounts/accounts';
import { acceptCode, registerEnterprise } from '../../domain/enterprises/enterprises';
import { MACHINE, outsideAct, STREAMS } from '../../domain/ledger/outside-acts';
import type { Programme } from '../../programme/schema';
import { usccCheckCharacter } from '../../domain/calendar/codes';
import type { Account } from '../../domain/ledger/entry';
import {
  deleteCredentialsOf,
  demoAccounts,
  insertAccount,
  insertCredential,
  lockTrial,
  setPassword,
  tokenOwners,
} from '../../db/accounts/accounts';
import { findEnterprise, insertEnterprise, isRegistered, type Enterprise } from '../../db/enterprises/enterprises';
import { append } from '../../db/ledger/ledger';
import { transaction, type Client } from '../../db/sql/pool';
import { hashOfCredential, newCredential } from '../http/authentication';
import type { Deps } from '../http/deps';
import { generatedPassword, hashPassword } from './passwords';

const written = z.array(z.object({ login: z.string(), token: z.string() }));

interface Wanted extends Account {
  readonly login: string;
  readonly name: string;
}

interface Secrets {
  readonly password: string;
  readonly passwordHash: string;
  readonly token: string;
  readonly tokenHash: Buffer;
}

/**
 * Makes sure that the file has an account of every sort whose token is valid. Otherwise (first start, lost file, crash between
 * database and file, another programme) all demonstration accounts get new passwords and tokens.
 */
export async function prepareTrial(deps: Pick<Deps, 'pool' | 'programme' | 'now'>, dataDir: string): Promise<void> {
  const enterprises = demoEnterprises(deps.programme);
  const wanted = demoPeople(deps.programme, enterprises);
  const file = join(dataDir, ACCOUNTS_FILE);
  if (await isComplete(deps, file, wanted)) return;
  const secrets = new Map(await Promise.all(wanted.map(async (one) => [one.login, await newSecrets()] as const)));
  await transaction(deps.pool, async (client) => {
    await lockTrial(client);
    await registerMissing(client, enterprises, deps.now());
    await renew(client, deps, wanted, secrets);
  });
  const lines = wanted.map(({ login, role, department, enterprise, village }) => {
    const { password = '', token = '' } = secrets.get(login) ?? {};
    return { login, password, token, role, department, enterprise, village };
  });
  writeWhole(file, `${JSON.stringify(lines, null, 2)}\n`);
}

async function isComplete({ pool }: Pick<Deps, 'pool'>, file: string, wanted: readonly Wanted[]): Promise<boolean> {
  const known = readWritten(file);
  const valid = new Set(
    await tokenOwners(
      pool,
      known.map((one) => hashOfCredential(one.token)),
    ),
  );
  return wanted.every(({ login, account }) => valid.has(account) && known.some((one) => one.login === login));
}

function readWritten(file: string): z.output<typeof written> {
  try {
    return written.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
}

async function newSecrets(): Promise<Secrets> {
  const password = generatedPassword();
  const { value: token, hash: tokenHash } = newCredential();
  return { password, passwordHash: await hashPassword(password), token, tokenHash };
}

async function registerMissing(client: Client, enterprises: readonly Enterprise[], at: number): Promise<void> {
  for (const one of enterprises) {
    if (await findEnterprise(client, one.id)) continue;
    const taken = await isRegistered(client, one.uscc);
    const named = { ...one, code: acceptCode(one.uscc, false) };
    const { uscc, usccConfirmedBy, ...caused } = registerEnterprise({ taken }, named, MACHINE);
    await insertEnterprise(client, { ...one, uscc, usccConfirmedBy });
    await append(client, STREAMS.enterprises, [outsideAct({ ...caused, by: MACHINE, at })]);
  }
}

async function renew(
  client: Client,
  { programme, now }: Pick<Deps, 'programme' | 'now'>,
  wanted: readonly Wanted[],
  secrets: ReadonlyMap<string, Secrets>,
): Promise<void> {
  // Its enterprises were registered a moment ago.
  const town = { ...townOf(programme), enterpriseRegistered: true };
  const by = { by: MACHINE, at: now() };
  const present = new Set((await demoAccounts(client)).map((one) => one.login));
  for (const one of wanted) {
    const { passwordHash, tokenHash } = secrets.get(one.login) ?? (await newSecrets());
    const { account } = one;
    const added = !present.has(one.login);
    if (added) await insertAccount(client, { ...one, passwordHash, demo: true, email: `${one.login}@fugong.example` });
    else await setPassword(client, account, passwordHash);
    await deleteCredentialsOf(client, account);
    await insertCredential(client, { hash: tokenHash, account, kind: 'token', seconds: null });
    const caused = [
      ...(added ? [addAccount({ town, taken: false }, { ...one, demo: true })] : []),
      issueToken(account),
    ];
    await append(
      client,
      STREAMS.accounts,
      caused.map((each) => outsideAct({ ...each, ...by })),
    );
  }
}

function townOf({ editions, villages }: Programme) {
  return {
    departments: editions.flatMap((one) => one.departments.map(({ id }) => id)),
    villages: villages.map((one) => one.id),
  };
}

/** A reader of the file finds the old one or the new one, never a half. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
}

/** Visibly invented, with codes whose check characters are right. */
function demoEnterprises({ villages }: Programme): Enterprise[] {
  const enterprise = (
    id: string,
    name: string,
    kind: Enterprise['kind'],
    code: string,
    village: string,
  ): Enterprise => ({
    id,
    name,
    kind,
    village,
    uscc: code + usccCheckCharacter(code),
    usccConfirmedBy: null,
  });
  const [first = '', second = first] = villages.map((one) => one.id);
  return [
    enterprise('e-demo-factory', '华岛精密(演示)', 'factory', '91310230DEMA00001', first),
    enterprise('e-demo-supermarket', '华岛惠民超市(演示)', 'supermarket', '91310230DEMB00002', second),
  ];
}

/** One account of every role, a reviewer of every department, two liaisons, everyone of the two enterprises and their villages. */
function demoPeople({ editions, villages }: Programme, enterprises: readonly Enterprise[]): Wanted[] {
  const person = (login: string, name: string, rest: Omit<Account, 'account'>): Wanted => ({
    account: `a-demo-${login}`,
    login,
    name: `${name}(演示)`,
    ...rest,
  });
  const departments = new Map(editions.flatMap((one) => one.departments.map(({ id, name }) => [id, name] as const)));
  const near = new Set(enterprises.map((one) => one.village));
  return [
    person('official', '镇工作人员', { role: 'official' }),
    ...[...departments].map(([department, name]) =>
      person(`reviewer-${department}`, `${name}审核人`, { role: 'reviewer', department }),
    ),
    ...enterprises.map(({ id, kind }) =>
      person(`enterprise-${kind}`, '企业专员', { role: 'enterprise', enterprise: id }),
    ),
    ...villages
      .filter(({ id }) => near.has(id))
      .map(({ id, name }) => person(`village-${id}`, `${name}党总支`, { role: 'village', village: id })),
    person('liaison-1', '驻企联络员甲', { role: 'liaison' }),
    person('liaison-2', '驻企联络员乙', { role: 'liaison' }),
    person('storekeeper', '物资保障组', { role: 'storekeeper' }),
    person('volunteer', '志愿者', { role: 'volunteer' }),
    person('health', '社区卫生服务中心', { role: 'health' }),
    person('operator', '运维', { role: 'operator' }),
  ];
}
