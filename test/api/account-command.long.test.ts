/** `npm run account` from outside: who may hold which role is said in the options that were typed, and each change is one entry. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { PROJECT_ROOT } from '../../config/env';
import { Api } from './harness';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

async function account(...words: string[]): Promise<{ status: number | null; out: string; err: string }> {
  const nowhere = { TEMPORAL_ADDRESS: '127.0.0.1:9', SMTP_URL: 'smtp://127.0.0.1:9' };
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(PROJECT_ROOT, 'scripts', 'account.ts'), ...words],
    { cwd: PROJECT_ROOT, env: { ...process.env, ...nowhere, DATABASE_URL: api.database.url } },
  );
  // An empty line: a password is made.
  child.stdin.end('\n');
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => (said.out += String(text)));
  child.stderr.on('data', (text) => (said.err += String(text)));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, ...said };
}

interface Entry {
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
}

async function entries(): Promise<Entry[]> {
  const { rows } = await api.database.pool.query<{ entry: Entry }>(
    "SELECT entry FROM ledger WHERE stream = 'accounts' ORDER BY sequence",
  );
  return rows.map(({ entry: { type, details } }) => ({ type, details }));
}

test.each([
  [['--role', 'reviewer'], 'Role reviewer needs --department.'],
  [['--role', 'health', '--village', 'beixing'], '--village does not go with role health.'],
  [['--role', 'official', '--department', 'market'], '--department does not go with role official.'],
  [['--role', 'reviewer', '--department', 'markett'], /^--department must be one of .*market.* \(market\?\)\.$/],
  [['--role', 'village', '--village', 'atlantis'], /^--village must be one of .*beixing/],
  [['--role', 'enterprise', '--enterprise', 'e-none'], 'No enterprise e-none is registered.'],
  [['--role', 'emperor'], /^--role must be one of official,/],
])('an account with %j is not added', async (words, message) => {
  const before = await entries();
  const { status, out, err } = await account('add', '--login', 'li', ...words);
  expect([status, out]).toEqual([1, '']);
  if (typeof message === 'string') expect(err).toBe(`${message}\n`);
  else expect(err.trimEnd()).toMatch(message);
  expect(await entries()).toEqual(before);
});

test('an account is added once, given a token, told where, and disabled once', async () => {
  const add = () => account('add', '--login', 'wang', '--role', 'enterprise', '--enterprise', 'e-demo-factory');
  const before = (await entries()).length;
  const { status, out } = await add();
  expect([status, out]).toEqual([
    0,
    expect.stringMatching(/^added wang \(a-[0-9a-f]{16}\), role enterprise\npassword: /),
  ]);
  expect(await add()).toMatchObject({ status: 1, err: 'There already is an account wang.\n' });
  expect((await account('token', '--login', 'wang')).out).toMatch(/^token: [\w-]{43} /);
  expect((await account('reach', '--login', 'wang', '--email', 'wang@town.example')).status).toBe(0);
  expect(await account('reach', '--login', 'wang')).toMatchObject({ status: 1, out: '' });
  expect((await account('disable', '--login', 'wang')).out).toMatch(/^disabled a-/);
  expect((await account('disable', '--login', 'wang')).out).toMatch(/was disabled before\n$/);
  const made = (await entries()).slice(before);
  const id = made[0]?.details['account'];
  expect(made).toEqual([
    { type: 'account-added', details: { account: id, role: 'enterprise', enterprise: 'e-demo-factory' } },
    { type: 'token-issued', details: { account: id } },
    { type: 'account-reach-set', details: { account: id, changed: 'email' } },
    { type: 'account-disabled', details: { account: id } },
  ]);
});
