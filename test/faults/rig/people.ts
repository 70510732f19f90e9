/** Answers for who acts in the run's cases: the trial system's officials and reviewers, and an enterprise of its own for each driver. */
import { createHash, randomBytes } from 'node:crypto';
import { insertAccount, insertCredential } from '../../../db/accounts/accounts';
import { transaction, type Client, type Pool } from '../../../db/sql/pool';
import { newEnterprise } from '../../../scripts/bench/enterprises';
import { crew, JOINED_ON, type DemoPerson } from '../../../scripts/demo/people';
import type { DemoAccount } from '../../../scripts/demo/town';
import type { Person } from './act';

/** A case takes some ten seconds: more than any driver comes to in a run of half an hour. */
const LIAISONS_EACH = 200;

/** Enough for two sheets of a round; with fifty drivers at once still no number of the invented people twice. */
const EMPLOYEES_EACH = 8;

/** Everybody whom one driver needs for its cases. */
export interface Cast {
  /** The enterprise of the driver's cases, one after the other. */
  readonly enterpriseId: string;
  readonly enterprise: Person;
  /** A liaison is stationed in one case a day: each case has its own. */
  readonly liaisons: readonly Person[];
  readonly official: Person;
  readonly village: Person;
  readonly storekeeper: Person;
  readonly volunteer: Person;
  /** The enterprise's roster. */
  readonly employees: readonly DemoPerson[];
  /** By department. */
  readonly reviewers: ReadonlyMap<string, Person>;
}

/** Before the first kill, so straight in PostgreSQL: registering is not what is tried. */
export async function casts(
  pool: Pool,
  demo: readonly DemoAccount[],
  apiUrl: string,
  village: string,
  count: number,
): Promise<Cast[]> {
  const known = (one: DemoAccount) => asPerson(apiUrl, one.token);
  const demoOf = async (role: string) => {
    const found = demo.find((one) => one.role === role);
    if (!found) throw new Error(`the trial system has no account for ${role}`);
    return known(found);
  };
  const [official, ofVillage] = await Promise.all([demoOf('official'), demoOf('village')]);
  const [storekeeper, volunteer] = await Promise.all([demoOf('storekeeper'), demoOf('volunteer')]);
  const reviewers = new Map<string, Person>();
  for (const one of demo) if (one.department !== undefined) reviewers.set(one.department, await known(one));
  const shared = { official, village: ofVillage, storekeeper, volunteer, reviewers };
  return Promise.all(
    Array.from({ length: count }, async (_, driver) => {
      const { id, token } = await newEnterprise(pool, village);
      const enterprise = await asPerson(apiUrl, token);
      const from = 1 + driver * EMPLOYEES_EACH;
      const employees = crew({ count: EMPLOYEES_EACH, from, loop: 'on-site', workshop: '总装', joinedOn: JOINED_ON });
      return { enterpriseId: id, enterprise, liaisons: await newLiaisons(pool), employees, ...shared };
    }),
  );
}

/** An account's id is the API's to say. */
async function asPerson(apiUrl: string, token: string): Promise<Person> {
  const answer = await fetch(`${apiUrl}/me`, { headers: { authorization: `Bearer ${token}` } });
  const { id } = (await answer.json()) as { id?: string };
  if (id === undefined) throw new Error(`GET /me was answered ${answer.status}`);
  return { account: id, token };
}

function newLiaisons(pool: Pool): Promise<Person[]> {
  return transaction(pool, async (client) => {
    const liaisons: Person[] = [];
    while (liaisons.length < LIAISONS_EACH) liaisons.push(await newLiaison(client));
    return liaisons;
  });
}

async function newLiaison(client: Client): Promise<Person> {
  const account = `a-${randomBytes(8).toString('hex')}`;
  // 256 random bits, kept as their SHA-256, as the API makes tokens.
  const token = randomBytes(32).toString('base64url');
  const who = { account, login: account, name: '故障演练联络员', role: 'liaison' as const };
  await insertAccount(client, { ...who, passwordHash: null, demo: false });
  const hash = createHash('sha256').update(token).digest();
  await insertCredential(client, { hash, account, kind: 'token', seconds: null });
  return { account, token };
}
