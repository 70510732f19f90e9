/** Migrations: applied once each whoever comes at the same time, quiet when there is nothing to do, one clear failure. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../db/sql/migrate';
import { isUnavailable } from '../../db/sql/pool';
import { TestDatabase } from '../support/postgres';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

const FILES = readdirSync(join(__dirname, '../../db/sql/migrations')).sort();

test('several processes at once: each file is applied by one of them, and all end well', async () => {
  const url = await db.empty('several');
  const said: string[] = [];
  await Promise.all(Array.from({ length: 4 }, () => migrate(url, (line) => said.push(line))));
  expect(said).toEqual(FILES.map((file) => `database: applied ${file.replace('.sql', '')}`));
  await migrate(url, (line) => said.push(line));
  expect(said).toHaveLength(FILES.length);
});

test('whoever loses the connection while waiting for another fails, and the process lives', async () => {
  const url = await db.empty('waiting');
  const holder = new Client({ connectionString: url });
  await holder.connect();
  // node-pg-migrate's own lock.
  await holder.query('SELECT pg_advisory_lock(7241865325823964)');
  const waiting = migrate(url).catch((error: unknown) => error);
  const drop = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'waiting' AND wait_event_type = 'Lock'`;
  while ((await holder.query(drop)).rowCount === 0);
  expect(isUnavailable(await waiting)).toBe(true);
  await holder.end();
  await migrate(url, () => undefined);
});

test('a server that is away is said to be so', async () => {
  const away = migrate('postgres://fugong@127.0.0.1:1/fugong').catch((error: unknown) => error);
  expect(isUnavailable(await away)).toBe(true);
});
