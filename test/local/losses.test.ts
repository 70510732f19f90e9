/** What a start does when half of a system is missing: it says what, and makes nothing anew. What a backup needs is written down. */
import fs from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../config/env';
import { KEPT_FILES, MADE_AGAIN } from '../../config/backup-files';
import { TestDatabase } from '../support/postgres';
import { cleanUp, Start, temporaryFolder } from './stub';

// Two starts with the TypeScript loader, which bundle the workflows meanwhile.

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.start();
});
afterEach(cleanUp);
afterAll(() => database.stop());

async function complaints(variables: Record<string, string>): Promise<string[]> {
  const started = new Start({ FUGONG_MODE: 'trial', ...variables });
  expect(await started.ended).toBe(1);
  return started.lines.filter((said) => !said.startsWith('[fugong]'));
}

test('Temporal’s file is missing, and the database has an open case', async () => {
  await database.register('2026-0001', 'e-1', 'key');
  await database.pool.query(
    `INSERT INTO reopenings (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, overdue, accounts, closed,
                             version, clock, state, opened_at)
     VALUES ('2026-0001', 'e-1', 'x', 'x', 'factory', 'survey', '{}', 0, '{}', false, 1, now(), '{}', now())`,
  );
  const folder = temporaryFolder();
  const file = path.join(folder, 'temporal', 'temporal.db');
  expect(await complaints({ DATA_DIR: folder, DATABASE_URL: database.url })).toEqual([
    expect.stringMatching(
      new RegExp(`^${file} is missing: 1 open cases of the database go on in it\\. Put it back from the backup`),
    ),
  ]);
  expect(fs.existsSync(file)).toBe(false);
});

test('the database is empty, and Temporal’s file holds cases', async () => {
  const folder = temporaryFolder();
  for (const [name, text] of [
    ['temporal/temporal.db', ''],
    ['run/addresses.json', '{}'],
  ] as const) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  const url = await database.empty('nothing');
  expect(await complaints({ DATA_DIR: folder, DATABASE_URL: url })).toEqual([
    expect.stringMatching(
      /^The database is empty, and .+temporal\.db holds the cases of a system that has run: restore/,
    ),
  ]);
});

test('docs/operations.md names every file that a backup needs, with its setting and what is lost without it', () => {
  const page = fs.readFileSync(path.join(PROJECT_ROOT, 'docs', 'operations.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  for (const { name, setting, lost } of KEPT_FILES) {
    const row = rows.find((line) => line.startsWith(`| \`${name}\` |`));
    expect([name, row?.includes(`\`${setting}\``), row?.includes(lost)]).toEqual([name, true, true]);
  }
  for (const name of MADE_AGAIN) expect([name, page.includes(`\`${name}`)]).toEqual([name, true]);
});
