/** Who may see a case: the SQL that cuts lists says of every account and case what `maySee` says. */
import { maySee } from '../../domain/case/visibility';
import { ROLES, type Account } from '../../domain/ledger/entry';
import { findCase } from '../../db/case/cases';
import { listCases, listDuties, positionOfDuty } from '../../db/case/lists';
import { TestDatabase } from '../support/postgres';

let database: TestDatabase;
const NOW = Date.now();
const CASES = [
  ['2026-0001', 'e-1', 'north', ['a-liaison-1', 'a-copied']],
  ['2026-0002', 'e-2', 'north', ['a-liaison-2']],
  ['2026-0003', 'e-3', 'south', []],
] as const;

/** Every role in every place; the ids decide whether a case names them. */
const ACCOUNTS: Account[] = ROLES.flatMap((role) =>
  ['a-liaison-1', 'a-liaison-2', 'a-copied', 'a-other'].flatMap((account): Account[] => {
    if (role === 'reviewer') return [{ account, role, department: 'market' }];
    if (role === 'enterprise') return ['e-1', 'e-3'].map((enterprise) => ({ account, role, enterprise }));
    if (role === 'village') return ['north', 'south'].map((village) => ({ account, role, village }));
    return [{ account, role }];
  }),
);

beforeAll(async () => {
  database = await TestDatabase.start();
  const { pool } = database;
  await pool.query(`INSERT INTO accounts (id, login, display_name, role) VALUES ('a-official', 'o', 'o', 'official')`);
  for (const [number, enterprise, village, accounts] of CASES) {
    await pool.query(`INSERT INTO enterprises (id, name, uscc, kind, village) VALUES ($1, $1, $1, 'factory', $2)`, [
      enterprise,
      village,
    ]);
    await pool.query(
      `INSERT INTO cases (case_number, enterprise, start_command, start_body, started_by) VALUES ($1, $2, $1, 'b', 'a-official')`,
      [number, enterprise],
    );
    await pool.query(
      `INSERT INTO reopenings (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, overdue, accounts,
                               closed, version, clock, state, opened_at)
       VALUES ($1, $2, $2, $3, 'factory', 'sign-offs', '{official}', 0, $4, false, 1, to_timestamp($5), '{}', to_timestamp($5))`,
      [number, enterprise, village, accounts, NOW / 1000],
    );
    const duties = [
      ['survey', 'official', null, 'now()', 'NULL'],
      ['plan', 'enterprise', null, `now() - interval '1 h'`, `now() + interval '1 h'`],
      ['sign-off/1/market', 'department/market', null, `now() - interval '1 h'`, `now() + interval '2 h'`],
      ['sign-off/1/economy', 'department/economy', null, `now() - interval '1 h'`, `now() + interval '2 h'`],
      ['report/1', 'liaison', accounts[0] ?? null, `now() - interval '1 h'`, `now() + interval '3 h'`],
      ['test/next', 'enterprise', null, `now() + interval '9 h'`, `now() + interval '10 h'`],
    ] as const;
    for (const [id, owner, account, opens, due] of duties) {
      await pool.query(
        `INSERT INTO duties (case_number, id, kind, owner, account, since, opens, due, overdue, reminded, escalated)
         VALUES ($1, $2, 'plan', $3, $4, now(), ${opens}, ${due}, false, 0, false)`,
        [number, id, owner, account],
      );
    }
  }
});
afterAll(() => database.stop());

const LIMIT = 200;

test('lists hold exactly the cases that the account may see', async () => {
  for (const by of ACCOUNTS) {
    const listed = await listCases(database.pool, { by, after: null, limit: LIMIT });
    const allowed: string[] = [];
    for (const [number] of CASES) {
      const known = await findCase(database.pool, number);
      if (known && maySee(by, known)) allowed.push(number);
    }
    expect([by, listed.map((one) => one.caseNumber).sort()]).toEqual([by, allowed.sort()]);
    const duties = await listDuties(database.pool, { by, scope: 'all', after: null, limit: LIMIT });
    expect([by, [...new Set(duties.map((one) => one.caseNumber))].sort()]).toEqual([by, allowed.sort()]);
  }
});

const mine = async (by: Account) => {
  const found = await listDuties(database.pool, { by, scope: 'mine', after: null, limit: LIMIT });
  return found.map((one) => `${one.caseNumber} ${one.id}`);
};

test('an inbox has what its owner owes, and nothing that has not opened', async () => {
  expect(await mine({ account: 'a-9', role: 'official' })).toEqual(CASES.map(([number]) => `${number} survey`));
  expect(await mine({ account: 'a-9', role: 'reviewer', department: 'market' })).toEqual(
    CASES.map(([number]) => `${number} sign-off/1/market`),
  );
  expect(await mine({ account: 'a-9', role: 'enterprise', enterprise: 'e-1' })).toEqual(['2026-0001 plan']);
  expect(await mine({ account: 'a-liaison-1', role: 'liaison' })).toEqual(['2026-0001 report/1']);
  expect(await mine({ account: 'a-liaison-9', role: 'liaison' })).toEqual([]);
});

test('an enterprise to whose people another case was copied does not owe what that one owes', async () => {
  expect(await mine({ account: 'a-copied', role: 'enterprise', enterprise: 'e-3' })).toEqual(['2026-0003 plan']);
});

test('what was transferred is owed by that person alone', async () => {
  await database.pool.query(
    `UPDATE duties SET account = 'a-7' WHERE case_number = '2026-0001' AND id = 'sign-off/1/market'`,
  );
  const reviewer = (account: string): Account => ({ account, role: 'reviewer', department: 'market' });
  expect(await mine(reviewer('a-7'))).toContain('2026-0001 sign-off/1/market');
  expect(await mine(reviewer('a-8'))).not.toContain('2026-0001 sign-off/1/market');
});

test('pages of the inbox follow one another, standing duties last', async () => {
  const by: Account = { account: 'a-9', role: 'official' };
  const all = await listDuties(database.pool, { by, scope: 'all', after: null, limit: LIMIT });
  const paged: string[] = [];
  let after: readonly [string, string, string] | null = null;
  for (;;) {
    const found = await listDuties(database.pool, { by, scope: 'all', after, limit: 2 });
    paged.push(...found.slice(0, 2).map((one) => `${one.caseNumber} ${one.id}`));
    const last = found[1];
    if (found.length <= 2 || !last) break;
    after = positionOfDuty(last);
  }
  expect(paged).toEqual(all.map((one) => `${one.caseNumber} ${one.id}`));
  expect(all.at(-1)?.due).toBeNull();
});
