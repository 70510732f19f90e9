/** People of an enterprise in PostgreSQL, and test rounds that are frozen for them. */
import { insertPeople, type NewPerson } from '../../db/people/people';
import { transaction, type Pool } from '../../db/sql/pool';
import { freezeRound, type OpenedRound } from '../../db/testing/rounds';

/** The day of the rounds. */
export const DAY = '2026-05-10';
const lookup = (text: string) => Buffer.from(`lookup of ${text}`);

export function employee(id: string, over: Partial<NewPerson> = {}): NewPerson {
  return {
    id,
    name: `演示${id}`,
    documentType: 'resident-id',
    documentSealed: Buffer.from([0]),
    documentLookup: lookup(id),
    documentMask: '990***********0000',
    phoneSealed: Buffer.from([1]),
    phoneLookup: lookup(`phone ${id}`),
    phoneMask: '199****0000',
    workshop: null,
    team: null,
    loop: 'on-site',
    chronic: null,
    partyMember: null,
    joinedOn: '2026-05-01',
    quietUntil: null,
    ...over,
  };
}

export function employ(pool: Pool, enterprise: string, people: readonly NewPerson[]): Promise<void> {
  return transaction(pool, (client) => insertPeople(client, enterprise, people));
}

type Opening = Pick<OpenedRound, 'caseNumber' | 'enterprise'> & Partial<OpenedRound>;

/** Opens a round as recording its entry does; which one. */
export async function openRound(pool: Pool, { test = 'morning', date = DAY, ...rest }: Opening): Promise<string> {
  const round = `${date}/${test}`;
  const opened = { round, date, test, kind: 'antigen', at: Date.parse(`${date}T00:00:00Z`), ...rest };
  await transaction(pool, (client) => freezeRound(client, opened));
  return round;
}
