/** The demonstration accounts: one of every sort, in a private file, made again whenever file and database do not fit. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareTrial } from '../../api/accounts/trial';
import { checkUscc } from '../../domain/calendar/codes';
import { ROLES } from '../../domain/ledger/entry';
import { Api } from './harness';
import { statusOf } from '../support/status';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

interface Line {
  login: string;
  password: string;
  token: string;
  role: string;
  department?: string;
  enterprise?: string;
}
const file = () => join(api.dataDir, 'accounts.json');
const lines = () => JSON.parse(readFileSync(file(), 'utf8')) as Line[];
const prepare = () => prepareTrial(api.deps, api.dataDir);
const works = async ({ token }: Line) =>
  (await statusOf(`${api.address}/me`, { headers: { authorization: `Bearer ${token}` } })) === 200;

test('there is one for every role, every department, both enterprises, and they work', async () => {
  const all = lines();
  expect(new Set(all.map((one) => one.role))).toEqual(new Set(ROLES));
  const departments = api.deps.programme.editions.flatMap((edition) => edition.departments.map((one) => one.id));
  expect(all.filter((one) => one.role === 'reviewer').map((one) => one.department)).toEqual([...new Set(departments)]);
  expect(all.filter((one) => one.role === 'enterprise').map((one) => one.enterprise)).toEqual([
    'e-demo-factory',
    'e-demo-supermarket',
  ]);
  expect(await Promise.all(all.map(works))).not.toContain(false);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test('the enterprises are visibly invented and have valid codes', async () => {
  const { body } = await api.send('/enterprises', { as: 'official' });
  for (const { name, uscc } of body.items as { name: string; uscc: string }[]) {
    expect(name).toContain('演示');
    expect(checkUscc(uscc).verdict).toBe('valid');
  }
});

test('a second start changes nothing', async () => {
  const before = readFileSync(file(), 'utf8');
  await prepare();
  expect(readFileSync(file(), 'utf8')).toBe(before);
});

test.each([
  ['the file is lost', () => rmSync(file())],
  ['the file is half', () => writeFileSync(file(), '[{"login":"offi')],
  ['the file is of another database', () => writeFileSync(file(), JSON.stringify([{ login: 'official', token: 'x' }]))],
])('when %s, all get new ones, and the old ones are worth nothing', async (_what, spoil) => {
  const before = lines();
  spoil();
  await prepare();
  const after = lines();
  expect(after.map((one) => one.login)).toEqual(before.map((one) => one.login));
  expect(await Promise.all(after.map(works))).not.toContain(false);
  expect(await Promise.all(before.map(works))).not.toContain(true);
  expect(readdirSync(api.dataDir).sort()).toEqual([
    'accounts.json',
    'personal-key',
    'root-key',
    'root-key.pub',
    'signing-key',
  ]);
});

test('each account and token is a line of the ledger, without any secret in it', async () => {
  const { rows } = await api.database.pool.query(
    `SELECT type, entry FROM ledger WHERE stream = 'accounts' ORDER BY sequence`,
  );
  const types = rows.map((row: { type: string }) => row.type);
  expect(types.filter((type) => type === 'account-added')).toHaveLength(lines().length);
  const told = JSON.stringify(rows);
  for (const { password, token } of lines()) {
    expect(told).not.toContain(password);
    expect(told).not.toContain(token);
  }
});
