/** `npm run account -- add|list|disable|token|reach`: accounts of a running system, each change a line of the ledger. */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { newCredential } from '../api/http/authentication';
import { generatedPassword, hashPassword } from '../api/accounts/passwords';
import { ConfigurationError, readEnvironment } from '../config/env';
import { nearest } from '../programme/nearest';
import { readProgramme } from '../programme/read';
import { runningAddresses } from '../config/running-addresses';
import * as rules from '../domain/accounts/accounts';
import { MACHINE, outsideAct, STREAMS, type OutsideEntry } from '../domain/ledger/outside-acts';
import { isRefused, type OutsideRejectionCode, type Rejection, type RejectionCode } from '../domain/ledger/rejection';
import {
  allAccounts,
  disableAccount,
  idOfLogin,
  insertAccount,
  insertCredential,
  lockAccount,
  setReach,
  type NewAccount,
} from '../db/accounts/accounts';
import { findEnterprise } from '../db/enterprises/enterprises';
import { append } from '../db/ledger/ledger';
import { createPool, isUniqueViolation, transaction, type Client, type Pool } from '../db/sql/pool';
import { ROLES, type Account } from '../domain/ledger/entry';

const USAGE = `npm run account -- add --login LOGIN --role ROLE [--name NAME] [--department ID] [--enterprise ID] [--village ID] [--email ADDRESS] [--wecom USER]
npm run account -- list
npm run account -- disable --login LOGIN
npm run account -- token --login LOGIN
npm run account -- reach --login LOGIN [--email ADDRESS] [--wecom USER]    an empty value removes it
Roles: ${ROLES.join(', ')}. A reviewer needs --department, a person of an enterprise --enterprise, of a village --village.`;

/** Ten characters of any kind: with the slow hash and the limit on attempts (api/http/attempts.ts) that is out of a guesser's reach. */
const SHORTEST_PASSWORD = 10;

const OPTIONS = {
  login: { type: 'string' },
  role: { type: 'string' },
  name: { type: 'string' },
  department: { type: 'string' },
  enterprise: { type: 'string' },
  village: { type: 'string' },
  email: { type: 'string' },
  wecom: { type: 'string' },
} as const;

type Given = { readonly [Name in keyof typeof OPTIONS]?: string };

class Mistake extends ConfigurationError {}

async function main(): Promise<void> {
  const [verb = '', given] = readArguments();
  const environment = readEnvironment();
  const pool = createPool(runningAddresses(environment).databaseUrl);
  try {
    if (verb === 'list') await list(pool);
    else if (verb === 'add') await add(pool, given, environment.programme);
    else if (verb === 'disable') await disable(pool, await knownAccount(pool, given));
    else if (verb === 'token') await token(pool, await knownAccount(pool, given));
    else if (verb === 'reach') await reach(pool, await knownAccount(pool, given), given);
    else throw new Mistake(USAGE);
  } finally {
    await pool.end();
  }
}

function readArguments(): [string | undefined, Given] {
  try {
    const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
    if (positionals.length !== 1) throw new Mistake(USAGE);
    return [positionals[0], values];
  } catch (error) {
    if (error instanceof Mistake) throw error;
    throw new Mistake(`${(error as Error).message}\n${USAGE}`);
  }
}

type Named = Omit<NewAccount, 'passwordHash'>;

/** What is typed has the shape of an account; the rules say whether there may be one (domain/accounts/accounts.ts). */
function checkedAccount(given: Given): Named {
  const { login = '', name = login } = given;
  if (!/^[a-z0-9][a-z0-9._-]{1,79}$/.test(login)) {
    throw new Mistake('--login needs 2 to 80 lower-case letters, digits, dots, underscores or hyphens.');
  }
  if (/\p{Cc}/u.test(name) || name.trim() === '' || name.length > 60)
    throw new Mistake('--name needs 1 to 60 characters.');
  const role = known('--role', given.role, ROLES);
  return {
    account: `a-${randomBytes(8).toString('hex')}`,
    ...{ login, name: name.trim(), role, ...belongingOf(given), demo: false },
    email: reachOf(given, 'email') ?? null,
    wecomUser: reachOf(given, 'wecom') ?? null,
  };
}

const REACH = {
  email: { shape: /^[^\s@<>,;"]+@[^\s@<>,;"]+$/, needs: 'a mail address, such as office@town.example' },
  wecom: { shape: /^[A-Za-z0-9][A-Za-z0-9_@.-]{0,63}$/, needs: 'a WeCom user id' },
} as const;

/** Undefined: not given; null: to be removed. */
function reachOf(given: Given, option: keyof typeof REACH): string | null | undefined {
  const value = given[option];
  if (value === undefined || value === '') return value === '' ? null : undefined;
  if (!REACH[option].shape.test(value) || value.length > 200)
    throw new Mistake(`--${option} must be ${REACH[option].needs}.`);
  return value;
}

/** Where the account is told. */
async function reach(pool: Pool, account: string, given: Given): Promise<void> {
  const [email, wecomUser] = [reachOf(given, 'email'), reachOf(given, 'wecom')];
  const caused = rules.setReach(account, { email, wecomUser });
  if (!caused) throw new Mistake(USAGE);
  await transaction(pool, async (client) => {
    await setReach(client, account, { email, wecomUser });
    await record(client, caused);
  });
  console.log(`${account} is reached at ${[email, wecomUser].filter((one) => one).join(', ') || 'nothing more'}`);
}

function belongingOf({ department, enterprise, village }: Given): Partial<Account> {
  return {
    ...(department !== undefined && { department }),
    ...(enterprise !== undefined && { enterprise }),
    ...(village !== undefined && { village }),
  };
}

async function townFor(pool: Pool, { enterprise }: Partial<Account>, programmeFile: string): Promise<rules.Town> {
  const { editions, villages } = readProgramme(programmeFile);
  return {
    departments: [...new Set(editions.flatMap((edition) => edition.departments.map((one) => one.id)))],
    villages: villages.map((one) => one.id),
    enterpriseRegistered: enterprise !== undefined && (await findEnterprise(pool, enterprise)) !== undefined,
  };
}

function known<Word extends string>(option: string, given: string | undefined, words: readonly Word[]): Word {
  const found = words.find((word) => word === given);
  if (found === undefined) throw new Mistake(mustBe(option, given, words));
  return found;
}

function mustBe(option: string, given: string | undefined, words: readonly string[]): string {
  const meant = given === undefined ? undefined : nearest(given, words);
  return `${option} must be one of ${words.join(', ')}${meant === undefined ? '' : ` (${meant}?)`}.`;
}

async function knownAccount(pool: Pool, { login }: Given): Promise<string> {
  if (login === undefined) throw new Mistake(USAGE);
  const account = await idOfLogin(pool, login);
  if (account === undefined) throw new Mistake(`There is no account ${login}.`);
  return account;
}

async function add(pool: Pool, given: Given, programmeFile: string): Promise<void> {
  const one = checkedAccount(given);
  const town = await townFor(pool, one, programmeFile);
  // Said before a password is asked for.
  rules.requireBelonging(town, one);
  const { password, generated } = await askPassword();
  const passwordHash = await hashPassword(password);
  const attempt = () =>
    transaction(pool, async (client) => {
      const taken = (await idOfLogin(client, one.login)) !== undefined;
      const caused = rules.addAccount({ town, taken }, one);
      await insertAccount(client, { ...one, passwordHash });
      await record(client, caused);
    });
  await attempt().catch((error: unknown) => {
    // Somebody else was faster with the same login: now that this can be seen, it is said.
    if (isUniqueViolation(error)) return attempt();
    throw error;
  });
  console.log(`added ${one.login} (${one.account}), role ${one.role}`);
  if (generated) console.log(`password: ${password}   — shown once, kept nowhere`);
}

/** Typed at the terminal without being shown, or the first line of what is piped in; an empty one is generated. */
async function askPassword(): Promise<{ password: string; generated: boolean }> {
  const terminal = process.stdin.isTTY;
  if (terminal) process.stderr.write(`Password, at least ${SHORTEST_PASSWORD} characters (empty: generate one): `);
  const lines = createInterface({ input: process.stdin, terminal });
  // What is typed stays unseen: readline writes it through this method.
  if (terminal) Object.assign(lines, { _writeToOutput: () => undefined });
  const typed = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
  });
  lines.close();
  if (terminal) process.stderr.write('\n');
  if (typed === '') return { password: generatedPassword(), generated: true };
  if (typed.length < SHORTEST_PASSWORD) throw new Mistake(`A password needs at least ${SHORTEST_PASSWORD} characters.`);
  return { password: typed, generated: false };
}

async function disable(pool: Pool, account: string): Promise<void> {
  const caused = await transaction(pool, async (client) => {
    const done = rules.disableAccount(await lockAccount(client, account), account);
    // Of one that was disabled before as well: tokens that were issued since are gone.
    await disableAccount(client, account);
    if (done) await record(client, done);
    return done;
  });
  console.log(caused ? `disabled ${account}; its sessions and tokens are gone` : `${account} was disabled before`);
}

async function token(pool: Pool, account: string): Promise<void> {
  const { value, hash } = newCredential();
  await transaction(pool, async (client) => {
    await insertCredential(client, { hash, account, kind: 'token', seconds: null });
    await record(client, rules.issueToken(account));
  });
  console.log(`token: ${value}   — shown once; send it as "Authorization: Bearer …"`);
}

async function record(client: Client, caused: OutsideEntry): Promise<void> {
  await append(client, STREAMS.accounts, [outsideAct({ ...caused, by: MACHINE, at: Date.now() })]);
}

async function list(pool: Pool): Promise<void> {
  for (const { login, account, role, department, enterprise, village, disabled, tokens } of await allAccounts(pool)) {
    const belongs = department ?? enterprise ?? village ?? '—';
    console.log([login, account, role, belongs, `${tokens} tokens`, disabled ? 'disabled' : 'active'].join('\t'));
  }
}

type About = { readonly [name: string]: unknown };

/** The refusals of the rules, in the options that were typed. */
const REFUSED: { readonly [Code in OutsideRejectionCode | RejectionCode]?: (about: About) => string } = {
  'wrong-belonging': ({ role, belonging, needed }) =>
    needed === true
      ? `Role ${String(role)} needs --${String(belonging)}.`
      : `--${String(belonging)} does not go with role ${String(role)}.`,
  'unknown-department': ({ department, known }) => mustBe('--department', String(department), known as string[]),
  'unknown-village': ({ village, known }) => mustBe('--village', String(village), known as string[]),
  'unknown-enterprise': ({ enterprise }) => `No enterprise ${String(enterprise)} is registered.`,
  'login-taken': ({ login }) => `There already is an account ${String(login)}.`,
};

function inWords({ code, about }: Rejection<OutsideRejectionCode | RejectionCode>): string {
  return REFUSED[code]?.(about) ?? `account: ${code}`;
}

main().catch((error: unknown) => {
  if (isRefused(error)) console.error(inWords(error.rejection));
  else console.error(error instanceof ConfigurationError ? error.message : `account: ${(error as Error).message}`);
  process.exitCode = 1;
});
