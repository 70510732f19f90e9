/** `ledger:verify` says that the ledger holds, and names the row of whatever somebody changed, deleted, added or cut off. */
import { MACHINE, outsideAct } from '../../domain/ledger/outside-acts';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecorder } from '../../db/case/recorder';
import { append } from '../../db/ledger/ledger';
import { addKey, lockRing } from '../../db/ledger/ring';
import { migrate } from '../../db/sql/migrate';
import { createPool, transaction, type Client } from '../../db/sql/pool';
import { verifyWithin } from '../../scripts/ledger/verify';
import { establishRootKey } from '../../proof/root-key';
import { newWorkerKey, rootFilesIn } from '../support/root';
import { sealed, standingSince } from '../support/sealed-days';
import { rewriting } from '../support/rewriting';
import { TestDatabase } from '../support/postgres';
import { keepActs, KEY, Recording } from '../support/recording';

const ROOT = join(__dirname, '../..');
let db: TestDatabase;
let one: Recording;
const folder = mkdtempSync(join(tmpdir(), 'fugong-verify-'));
const rootFiles = rootFilesIn(folder);
const root = establishRootKey(rootFiles);
const key = newWorkerKey();
const act = outsideAct({ at: 0, by: MACHINE, type: 'token-issued', details: {} });
beforeAll(async () => {
  db = await TestDatabase.start();
  await standingSince(db.pool, root, key, 9);
  await transaction(db.pool, async (client) => {
    await lockRing(client);
    await addKey(client, root, { holder: 'api', publicKey: KEY, standsFor: 0 });
  });
  await transaction(db.pool, (client) => append(client, 'accounts', [act]));
  one = await Recording.begin(db);
  one.add({}, {}, {}, { command: 'c', at: 1_650_000_000_123 }, {});
  await keepActs(db);
  await createRecorder(db.as('worker')).record(one.batch(1, 4));
  await sealed(db.pool, { root, key }, 4);
  await transaction(db.pool, (client) => append(client, 'accounts', [act]));
  await sealed(db.pool, { root, key }, 3);
  await createRecorder(db.as('worker')).record(one.batch(1, 5));
});
afterAll(async () => {
  await db.stop();
  rmSync(folder, { recursive: true });
});

async function findings(client: Client): Promise<string[]> {
  const found: string[] = [];
  await verifyWithin(client, (finding) => found.push(finding), { rootPublicKey: root.publicKey });
  return found;
}

/** What is found after the statements, which are undone. `$1` is the case. */
async function after(...statements: string[]): Promise<string[]> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN');
    await rewriting(client, async () => {
      for (const statement of statements) await client.query(statement.replaceAll('$1', `'${one.caseNumber}'`));
    });
    return await findings(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

test('a whole ledger holds', async () => {
  const found: string[] = [];
  const progress: number[] = [];
  const counts = await verifyWithin(db.pool, (finding) => found.push(finding), {
    progress: (read) => progress.push(read),
    rootPublicKey: root.publicKey,
  });
  expect(found).toEqual([]);
  expect(counts).toMatchObject({ streams: 2, entries: 7, seals: 2, lastSeal: { number: 2, key: key.fingerprint } });
  expect(progress.at(-1)).toBe(7);
});

const inLedger = (sequence: number) => `ledger WHERE stream = $1 AND sequence = ${sequence}`;
const change = (sequence: number, set: string) =>
  `UPDATE ledger SET ${set} WHERE stream = $1 AND sequence = ${sequence}`;

describe('a row', () => {
  test.each([
    ['detail', `entry = jsonb_set(entry, '{details,to}', '"x"')`],
    ['member that no entry has', `entry = entry || '{"note": 1}'`],
    ['time', `entry = jsonb_set(entry, '{at}', '1')`],
    ['entry that is none', `entry = 'null'`],
  ])('with a changed %s', async (_what, set) => {
    expect(await after(change(3, set))).toEqual([
      expect.stringMatching(`${one.caseNumber}#3: (was changed|is no entry)`),
    ]);
  });

  test.each([
    ['type', `type = 'vetoed'`],
    ['at', `at = at + interval '1 millisecond'`],
    ['account', `account = 'x'`],
    ['role', `role = 'x'`],
    ['command', `command = NULL`],
  ])('with a changed column %s', async (column, set) => {
    expect(await after(change(4, set))).toEqual([expect.stringContaining(`#4: column ${column} was changed`)]);
  });

  test('whose hash was changed with it no longer carries the chain', async () => {
    const found = await after(
      change(3, `hash = '${'0'.repeat(64)}', entry = jsonb_set(entry, '{hash}', '"${'0'.repeat(64)}"')`),
    );
    expect(found.join('\n')).toContain('#3: was changed');
    expect(found.join('\n')).toContain('#4: does not follow #3');
  });

  test('that was deleted', async () => {
    expect(await after(`DELETE FROM ${inLedger(2)}`)).toEqual([
      expect.stringContaining(`${one.caseNumber}#2: missing`),
    ]);
    expect(await after(`DELETE FROM ledger WHERE stream = $1 AND sequence IN (2, 3)`)).toEqual([
      expect.stringContaining(`${one.caseNumber}#2–#3: missing`),
    ]);
  });

  test('that was added after the end, or exchanged with another', async () => {
    const added = await after(
      `INSERT INTO ledger (stream, sequence, type, at, account, role, entry, previous, hash)
       SELECT stream, 6, type, at, account, role, entry, hash, 'x' FROM ${inLedger(5)}`,
    );
    expect(added.join('\n')).toContain(`${one.caseNumber}#6: after the end of the stream`);
    const swapped = await after(change(2, 'sequence = 99'), change(3, 'sequence = 2'), change(99, 'sequence = 3'));
    expect(swapped.join('\n')).toContain('#2: column sequence was changed');
  });
});

describe('a stream cut off', () => {
  const CUT = 'DELETE FROM ledger WHERE stream = $1 AND sequence >= ';
  const turnBack = (to: number) =>
    `UPDATE ledger_streams SET sequence = ${to}, hash = (SELECT hash FROM ${inLedger(to)}) WHERE stream = $1`;

  test('is seen by the end that is kept', async () => {
    expect(await after(`${CUT} 5`)).toEqual([expect.stringContaining('#5: missing at the end')]);
  });

  test('together with that end, by what the case shows', async () => {
    expect(await after(`${CUT} 5`, turnBack(4))).toEqual([expect.stringContaining(`${one.caseNumber}#5: cut off`)]);
  });

  test('together with that too, by the seals', async () => {
    const found = await after(`${CUT} 4`, turnBack(3), `UPDATE reopenings SET version = 3 WHERE case_number = $1`);
    expect(found).toEqual([expect.stringContaining(`${one.caseNumber}#4: is not what seal 1 holds`)]);
  });

  test('as a whole, with its end', async () => {
    const found = await after('DELETE FROM ledger WHERE stream = $1', 'DELETE FROM ledger_streams WHERE stream = $1');
    expect(found.join('\n')).toContain(`${one.caseNumber}#1–#5: cut off`);
    expect(found.join('\n')).toContain(`is not what seal 1 holds`);
  });

  test('whose end has another hash', async () => {
    const found = await after(`UPDATE ledger_streams SET hash = 'x' WHERE stream = $1`);
    expect(found).toEqual([expect.stringContaining('#5: the end of the stream is kept with another hash')]);
  });
});

test.each([
  ['changed', `UPDATE ledger_seals SET heads = '[]' WHERE number = 1`, ['seal 1: was changed']],
  ['moved to another day', `UPDATE ledger_seals SET day = day + 1 WHERE number = 2`, ['seal 2: was changed']],
  ['deleted', 'DELETE FROM ledger_seals WHERE number = 1', ['seal 1: missing']],
  [
    'of another chain',
    `UPDATE ledger_seals SET previous = 'x' WHERE number = 2`,
    ['seal 2: does not follow', 'seal 2: was'],
  ],
])('a seal that was %s', async (_what, statement, expected) => {
  expect(await after(statement)).toEqual(expected.map((line) => expect.stringContaining(line) as unknown));
});

/** Another database with the same rows. */
async function copyOf(original: TestDatabase): Promise<string> {
  const url = await original.empty('copy');
  await migrate(url, () => undefined);
  const copy = createPool(url);
  for (const table of [
    'enterprises',
    'accounts',
    'signing_keys',
    'cases',
    'ledger_streams',
    'ledger',
    'acts',
    'recorded_acts',
    'ledger_seals',
    'reopenings',
    'duties',
    'key_rows',
  ]) {
    const { rows } = await original.pool.query<{ all: string }>(`SELECT jsonb_agg(t)::text AS all FROM ${table} t`);
    await copy.query(
      `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`,
      [rows[0]?.all],
    );
  }
  await copy.end();
  return url;
}

describe('the command', () => {
  interface Ended {
    readonly code: number;
    readonly said: string;
  }
  function verify(...options: string[]): Promise<Ended> {
    const args = ['--import', 'tsx', 'scripts/ledger-verify.ts', '--root', rootFiles.rootPublicKeyFile, ...options];
    const env = { PATH: process.env['PATH'], DATA_DIR: '/nonexistent' };
    return new Promise((resolve) => {
      execFile(process.execPath, args, { cwd: ROOT, env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
      );
    });
  }

  test('ends with 0 and says that the chain holds, with 2 when Temporal could not be compared', async () => {
    const [without, demanded] = await Promise.all([
      verify('--database-url', db.url, '--no-temporal'),
      verify('--database-url', db.url, '--temporal', '127.0.0.1:1'),
    ]);
    expect(without).toMatchObject({
      code: 0,
      said: expect.stringContaining('The chain holds 台账完整. 2 streams') as unknown,
    });
    expect(without.said).toContain('not compared');
    expect(demanded).toMatchObject({
      code: 2,
      said: expect.stringContaining('127.0.0.1:1 is not reachable') as unknown,
    });
  });

  test('ends with 1 and names every row on a copy of which one was changed, one deleted, one cut off', async () => {
    const url = await copyOf(db);
    expect(await verify('--database-url', url, '--no-temporal')).toMatchObject({ code: 0 });
    const copy = createPool(url);
    await transaction(copy, (client) =>
      rewriting(client, async () => {
        await client.query(`UPDATE ledger SET account = 'x' WHERE stream = $1 AND sequence = 1`, [one.caseNumber]);
        await client.query(`DELETE FROM ledger WHERE stream = $1 AND sequence IN (3, 5)`, [one.caseNumber]);
      }),
    );
    await copy.end();
    const { code, said } = await verify('--database-url', url, '--no-temporal');
    expect(code).toBe(1);
    for (const row of ['#1: column account', '#3: missing', '#5: missing at the end'])
      expect(said).toContain(one.caseNumber + row);
    expect(said).toContain('does not hold in 3 place(s)');
  });

  test('says in one line what is wrong with how it was called', async () => {
    const ended = await Promise.all([
      verify('--no-temporal'),
      verify('--database-url', 'postgres://fugong@127.0.0.1:1/fugong', '--no-temporal'),
      verify('--database-url', db.url, '--temporal', 'x', '--no-temporal'),
      verify('--nonsense'),
    ]);
    for (const { code, said } of ended) {
      expect(code).toBe(1);
      expect(said.trim().split('\n')).toHaveLength(1);
    }
    expect(ended.map(({ said }) => said).join('')).toMatch(/No database.*ECONNREFUSED.*Either of the two.*nonsense/s);
  });
});
