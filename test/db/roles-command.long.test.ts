/** `npm run roles` on a PostgreSQL of one's own: a system without roles goes on; made, each connects as itself and may what its row says. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { DATABASE_ROLES } from '../../db/sql/grants';
import { migrate } from '../../db/sql/migrate';
import { startThrowAwayPostgres, type ThrowAwayPostgres } from '../../local/throw-away';

const ROOT = join(__dirname, '../..');
let server: ThrowAwayPostgres;
let administrator: string;

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  server = await startThrowAwayPostgres();
  const file = fs.readFileSync(join(server.folder, 'postgres.json'), 'utf8');
  const { administratorPassword } = JSON.parse(file) as { administratorPassword: string };
  const url = new URL(server.url);
  [url.username, url.password] = ['postgres', administratorPassword];
  administrator = url.toString();
  // As on a server where nobody has made them.
  for (const role of Object.values(DATABASE_ROLES)) {
    await query(administrator, `DROP OWNED BY ${role}`);
    await query(administrator, `DROP ROLE ${role}`);
  }
  await migrate(server.url, () => undefined);
});
afterAll(() => server.stop());

function roles(...options: string[]): Promise<{ code: number; said: string }> {
  const addresses = { DATABASE_URL: server.url, TEMPORAL_ADDRESS: '127.0.0.1:1', SMTP_URL: 'smtp://127.0.0.1:1' };
  const env = { PATH: process.env['PATH'], DATA_DIR: '/nonexistent', ...addresses };
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', 'scripts/roles.ts', ...options];
    execFile(process.execPath, args, { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
}

test('says how it is called, and that the owner may not make roles', async () => {
  const [without, owner] = await Promise.all([roles(), roles('--administrator', server.url)]);
  expect(without).toMatchObject({ code: 1, said: expect.stringContaining('--administrator postgres://') as unknown });
  expect(owner).toMatchObject({ code: 1, said: expect.stringContaining('permission denied') as unknown });
});

test('makes them with what they need, and gives other passwords when it is run again', async () => {
  const addressIn = (said: string, name: string) => new RegExp(`${name}[=:] ?(postgres:\\S+)`).exec(said)?.[1] ?? '';
  const first = await roles('--administrator', administrator);
  expect(first.code).toBe(0);
  const api = addressIn(first.said, '\nAPI_DATABASE_URL');
  expect(await query(api, 'SELECT current_user AS name, count(*)::int AS cases FROM cases')).toEqual([
    { name: 'fugong_api', cases: 0 },
  ]);
  await expect(query(api, 'DELETE FROM ledger')).rejects.toThrow('permission denied');
  const worker = addressIn(first.said, 'WORKER_DATABASE_URL');
  await expect(query(worker, 'SELECT body FROM texts')).rejects.toThrow('permission denied');
  const reader = addressIn(first.said, 'For statistics');
  expect(await query(reader, 'SELECT count(*)::int AS entries FROM ledger')).toEqual([{ entries: 0 }]);

  const second = await roles('--administrator', administrator);
  await expect(query(api, 'SELECT 1')).rejects.toThrow('password authentication failed');
  expect(await query(addressIn(second.said, '\nAPI_DATABASE_URL'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
