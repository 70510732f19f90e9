/** Whose keys a process has: the first start makes and registers them, and whoever has others is told which file to copy. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { establishKeys } from '../../api/operations/keys';
import { loadPersonal, Personal } from '../../proof/personal';
import { ConfigurationError } from '../../config/env';
import { newSigningKey, publicKeyOf } from '../../proof/envelope';
import { TestDatabase } from '../support/postgres';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

const folders: string[] = [];
beforeEach(async () => {
  await db.rewrite(
    'TRUNCATE key_fingerprints, signing_keys, cases, people, emergency_contacts, medicine_orders, enterprises, ledger_streams CASCADE',
  );
});
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

interface Machine {
  readonly signingKeyFile: string;
  readonly personalKeyFile: string;
  readonly acceptedKeys: readonly string[];
}

/** A data folder of its own. */
function machine(): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'fugong-machine-'));
  folders.push(folder);
  return {
    signingKeyFile: join(folder, 'signing-key'),
    personalKeyFile: join(folder, 'personal-key'),
    acceptedKeys: [],
  };
}

const start = (one: Machine) => establishKeys(db.pool, one);
const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
const write = (file: string, ...keys: Uint8Array[]) => writeFileSync(file, keys.map((key) => `${hex(key)}\n`).join(''));

async function refusal(one: Machine): Promise<string> {
  const error = await start(one).then(
    () => new Error('it started'),
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error.message).not.toContain('\n');
  return error.message;
}

test('the first start makes both keys, the next ones find them, and PostgreSQL holds nothing that helps to find them', async () => {
  const one = machine();
  const first = await start(one);
  const again = await start(one);
  expect(again.keys.publicKey).toBe(first.keys.publicKey);
  expect(again.personal.fingerprint).toBe(first.personal.fingerprint);
  const { rows } = await db.pool.query('SELECT name, fingerprints FROM key_fingerprints ORDER BY name');
  expect(rows.map((row: { name: string }) => row.name)).toEqual(['personal', 'signing']);
  expect(JSON.stringify(rows)).not.toContain(readFileSync(one.personalKeyFile, 'utf8').trim().slice(0, 16));
  for (const { fingerprints } of rows as { fingerprints: string[] }[])
    expect(fingerprints).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
});

test('of two machines that start first at once, one gets the system, the other one is told, and makes no file', async () => {
  const machines = [machine(), machine()];
  const outcomes = await Promise.allSettled(machines.map(start));
  const refused = machines.filter((_one, index) => outcomes[index]?.status === 'rejected');
  expect(refused).toHaveLength(1);
  for (const one of refused) {
    expect(await refusal(one)).toMatch(
      /^SIGNING_KEY_FILE .+ is missing, and the system of this database has one: copy the file from the machine that is running/,
    );
    expect([one.signingKeyFile, one.personalKeyFile].map(existsSync)).toEqual([false, false]);
  }
});

test('two starts on one folder at once both go on', async () => {
  const one = machine();
  const [a, b] = await Promise.all([start(one), start(one)]);
  expect(a.keys.publicKey).toBe(b.keys.publicKey);
});

test.each([
  ['SIGNING_KEY_FILE', 'signingKeyFile', 'personalKeyFile'],
  ['PERSONAL_KEY_FILE', 'personalKeyFile', 'signingKeyFile'],
] as const)('a machine with another %s does not start, and one with a copy does', async (setting, wrong, right) => {
  const [running, second] = [machine(), machine()];
  await start(running);
  writeFileSync(second[right], readFileSync(running[right]));
  expect(await refusal(second)).toMatch(new RegExp(`^${setting} ${second[wrong]} is missing`));
  write(second[wrong], newSigningKey());
  expect(await refusal(second)).toMatch(
    new RegExp(
      `^${setting} ${second[wrong]} holds another key \\([0-9a-f]{16}\\) than the system of this database has \\([0-9a-f]{16}\\): copy the file`,
    ),
  );
  writeFileSync(second[wrong], readFileSync(running[wrong]));
  await start(second);
});

test('lost for good, a key is replaced by the one whose fingerprint is accepted, and by no other', async () => {
  const one = machine();
  await start(one);
  write(one.personalKeyFile, newSigningKey());
  const { fingerprint } = loadPersonal(one.personalKeyFile);
  expect(await refusal({ ...one, acceptedKeys: ['0'.repeat(16)] })).toContain(fingerprint);
  await start({ ...one, acceptedKeys: [fingerprint] });
  await start(one);
});

describe('the announced change of the signing key', () => {
  const [old, fresh, other] = [newSigningKey(), newSigningKey(), newSigningKey()];
  let one: Machine;
  beforeEach(async () => {
    one = machine();
    write(one.signingKeyFile, old);
    await start(one);
  });

  test('a new key above the present one is taken, and then a machine with the old one alone is refused', async () => {
    write(one.signingKeyFile, fresh, old);
    const { keys } = await start(one);
    expect(keys.publicKey).toBe(publicKeyOf(fresh));
    const { rows } = await db.pool.query('SELECT public_key FROM signing_keys');
    expect(rows).toHaveLength(2);
    await start(one);
    write(one.signingKeyFile, old);
    expect(await refusal(one)).toContain('SIGNING_KEY_FILE');
  });

  test('the old one may go as soon as no open case needs it', async () => {
    await db.register('2026-0001', 'e-1', publicKeyOf(old));
    await db.pool.query(`UPDATE cases SET created_at = now() - interval '1 day'`);
    await db.pool.query(
      `INSERT INTO reopenings (case_number, enterprise, enterprise_name, village, kind, phase, waiting_on, overdue, accounts, closed,
                               version, clock, state, opened_at)
       VALUES ('2026-0001', 'e-1', 'x', 'x', 'factory', 'survey', '{}', 0, '{}', false, 1, now(), '{}', now())`,
    );
    write(one.signingKeyFile, fresh, old);
    await start(one);
    write(one.signingKeyFile, fresh);
    expect(await refusal(one)).toMatch(/lacks older keys \([0-9a-f]{16}\) that open cases still need \(2026-0001\)/);
    await db.pool.query(`INSERT INTO ledger_streams (stream, sequence, hash) VALUES ('2026-0001', 1, 'h')`);
    await db.pool.query(
      `INSERT INTO ledger (stream, sequence, type, at, account, role, entry, previous, hash)
       VALUES ('2026-0001', 1, 'key-announced', now(), 'a', 'official', $1, 'p', 'h')`,
      [JSON.stringify({ details: { key: publicKeyOf(fresh) } })],
    );
    const { keys } = await start(one);
    expect(keys.publicKeys).toEqual([publicKeyOf(fresh)]);
  });

  test.each([
    ['another key alone', [other]],
    ['another key above a foreign one', [fresh, other]],
    ['the present one with a foreign older one', [old, other]],
  ])('%s is no change', async (_what, keys) => {
    write(one.signingKeyFile, ...keys);
    expect(await refusal(one)).toMatch(/^SIGNING_KEY_FILE .+ holds another key/);
  });
});

describe('a database from before there were fingerprints', () => {
  const signing = newSigningKey();
  const personal = newSigningKey();
  const ID = '11010519491231002X';

  async function landed(): Promise<void> {
    await db.pool.query('INSERT INTO signing_keys (public_key) VALUES ($1)', [publicKeyOf(signing)]);
    await db.pool.query(
      `INSERT INTO enterprises (id, name, uscc, kind, village) VALUES ('e-1', 'x', 'e-1', 'factory', 'beixing')`,
    );
    const sealing = new Personal(personal);
    const lookup = sealing.lookup('document', ID);
    await db.pool.query(
      `INSERT INTO people (id, enterprise, name, document_sealed, document_lookup, loop, joined_on)
       VALUES ('p-1', 'e-1', 'x', $1, $2, 'on-site', '2022-03-01')`,
      [sealing.seal(lookup.toString('hex'), 'document', ID), lookup],
    );
  }

  test('goes on with its own keys: one sealed number opens, and the public key has signed', async () => {
    await landed();
    const one = machine();
    write(one.signingKeyFile, signing);
    write(one.personalKeyFile, personal);
    await start(one);
    const { rows } = await db.pool.query('SELECT name FROM key_fingerprints');
    expect(rows).toHaveLength(2);
  });

  test('may have its signing key changed at once', async () => {
    await landed();
    const one = machine();
    write(one.signingKeyFile, newSigningKey(), signing);
    write(one.personalKeyFile, personal);
    expect((await start(one)).keys.publicKeys).toHaveLength(2);
  });

  test('refuses other keys and missing ones, and registers nothing', async () => {
    await landed();
    const one = machine();
    expect(await refusal(one)).toMatch(/^SIGNING_KEY_FILE .+ is missing/);
    write(one.signingKeyFile, newSigningKey());
    expect(await refusal(one)).toMatch(/^SIGNING_KEY_FILE .+ holds another key/);
    write(one.signingKeyFile, signing);
    expect(await refusal(one)).toMatch(/^PERSONAL_KEY_FILE .+ is missing/);
    write(one.personalKeyFile, newSigningKey());
    expect(await refusal(one)).toMatch(
      /^PERSONAL_KEY_FILE .+ holds another key .+the one under which its numbers are sealed/,
    );
    const { rows } = await db.pool.query('SELECT name FROM key_fingerprints');
    expect(rows).toEqual([]);
  });

  test('is proven by an emergency contact as well', async () => {
    await landed();
    await db.pool.query('DELETE FROM people');
    await db.pool.query(
      `INSERT INTO emergency_contacts (enterprise, position, duty, name, phone_sealed, phone_mask)
       VALUES ('e-1', 0, 'x', 'x', $1, 'x')`,
      [new Personal(personal).seal('e-1', 'phone', '19900001234')],
    );
    const one = machine();
    write(one.signingKeyFile, signing);
    write(one.personalKeyFile, newSigningKey());
    expect(await refusal(one)).toMatch(/^PERSONAL_KEY_FILE/);
    write(one.personalKeyFile, personal);
    await start(one);
  });
});
