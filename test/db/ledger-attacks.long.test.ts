/** Somebody with SQL as owner, and neither a key nor the seals that left the house, is named by `ledger:verify`, whatever is made anew. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecorder } from '../../db/case/recorder';
import { append } from '../../db/ledger/ledger';
import { addKey, lockRing, revokeKey } from '../../db/ledger/ring';
import { allSeals, findSeal } from '../../db/ledger/seals';
import { registerRelease } from '../../db/operations/releases';
import { transaction, type Client } from '../../db/sql/pool';
import { SCHEMA } from '../../domain/case/state';
import type { Entry } from '../../domain/ledger/entry';
import { chain, EMPTY_STREAM, GENESIS } from '../../proof/chain';
import { publicKeyOf, newSigningKey } from '../../proof/envelope';
import { sealBytes, sealHash, shownSeal, type Seal } from '../../proof/seal';
import { readKept, type KeptSeal } from '../../scripts/ledger/kept-seals';
import { signedBy } from '../../scripts/ledger/signed-by';
import { verifyWithin } from '../../scripts/ledger/verify';
import { readRing } from '../../db/ledger/ring';
import { buildIdOf } from '../../workers/bundle';
import { registrationOf } from '../../workers/stored-bundles';
import { rewriting } from '../support/rewriting';
import { TestDatabase } from '../support/postgres';
import { Recording } from '../support/recording';
import { newRoot, newWorkerKey } from '../support/root';
import { ago, sealed, standingSince } from '../support/sealed-days';

const root = newRoot();
const [key, former] = [newWorkerKey(), newWorkerKey()];
const CODE = 'exports.one = 1;';
let db: TestDatabase;
let one: Recording;
/** The last seal, as an operator has kept it, and as it stands on a paper. */
let kept: KeptSeal;
let noted: KeptSeal;

const act = { at: 0, by: { account: 'a', role: 'operator' }, type: 'opened', details: {} } as const;

beforeAll(async () => {
  db = await TestDatabase.start();
  await standingSince(db.pool, root, key, 9);
  await standingSince(db.pool, root, former, 8);
  one = await Recording.begin(db);
  one.add({ type: 'returned' }, {}, {}, {}, {}, {});
  await createRecorder(db.pool).record(one.batch(1, 3));
  await transaction(db.pool, (client) => append(client, 'accounts', [act]));
  await sealed(db.pool, { root, key }, 5);
  await createRecorder(db.pool).record(one.batch(1, 5));
  await transaction(db.pool, async (client) => {
    await lockRing(client);
    await revokeKey(client, root, { fingerprint: former.fingerprint, reason: 'lost' });
  });
  await sealed(db.pool, { root, key }, 3);
  await createRecorder(db.pool).record(one.batch(1, 6));
  const bundle = { build: buildIdOf(CODE), code: CODE, schema: SCHEMA };
  await registerRelease(db.pool, registrationOf(bundle, key));
  await db.rewrite('DELETE FROM signing_keys');
  const last = await findSeal(db.pool, 2);
  const folder = mkdtempSync(join(tmpdir(), 'fugong-kept-'));
  const file = join(folder, 'seal.json');
  writeFileSync(file, JSON.stringify(last && shownSeal(last)));
  [kept, noted] = [readKept(file), readKept(`2:${last?.hash}`)];
  rmSync(folder, { recursive: true });
});
afterAll(() => db.stop());

const rootPublicKey = root.publicKey;
async function named(client: Client, seals: readonly KeptSeal[] = []): Promise<string[]> {
  const found: string[] = [];
  await verifyWithin(client, (finding) => found.push(finding), { rootPublicKey, kept: seals });
  return found;
}

/** What is named after the attack, which is undone. */
async function after(attack: (client: Client) => Promise<unknown>, seals: readonly KeptSeal[] = []): Promise<string[]> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN');
    await rewriting(client, () => attack(client));
    return await named(client, seals);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
const sql =
  (...statements: string[]) =>
  async (client: Client) => {
    for (const statement of statements) await client.query(statement.replaceAll('$1', `'${one.caseNumber}'`));
  };
const has = (text: string) => expect.stringContaining(text) as unknown;

test('what nobody touched holds, also against the seals that were kept', async () => {
  expect(await after(async () => undefined, [kept, noted])).toEqual([]);
});

describe('keys', () => {
  const [stranger, theirs] = [newRoot(), newWorkerKey()];

  test('a row that the root has not signed is named, and its key does not count', async () => {
    const add = async (client: Client) => {
      await addKey(client, stranger, { holder: 'worker', publicKey: theirs.publicKey, standsFor: 0 });
      expect((await readRing(client, rootPublicKey)).byFingerprint(theirs.fingerprint)).toBeUndefined();
    };
    expect(await after(add)).toEqual([has(`(${theirs.fingerprint}): is not signed by the root key`)]);
  });

  test('a key put where cases of before look for theirs is named', async () => {
    const add = sql(`INSERT INTO signing_keys (public_key) VALUES ('${publicKeyOf(newSigningKey())}')`);
    expect(await after(add)).toEqual([has('does not stand under the root key')]);
  });

  test('a revocation that was taken away is named by the seal that holds it', async () => {
    expect(await after(sql(`DELETE FROM key_rows WHERE kind = 'revoked'`))).toEqual([
      has('key row 3: is not what seal 2 holds'),
    ]);
  });

  test('a row that was taken away from between others is named', async () => {
    const found = await after(sql('DELETE FROM key_rows WHERE number = 2'));
    expect(found).toContainEqual(has('key row 2: missing'));
  });

  test('all keys made anew under another root are none', async () => {
    const anew = async (client: Client) => {
      await client.query('DELETE FROM key_rows');
      await addKey(client, stranger, { holder: 'worker', publicKey: theirs.publicKey, standsFor: 0 });
      await rewrite(client, theirs);
    };
    const found = await after(anew);
    expect(found).toContainEqual(has('no key stands under root key'));
    expect(found).toContainEqual(has(`seal 1: is signed by ${theirs.fingerprint}, no worker's key under the root`));
  });
});

/** A return becomes an approval, and every hash, head and seal after it is made anew; signed when there is a key for it. */
async function rewrite(client: Client, signer?: typeof key): Promise<void> {
  const { rows } = await client.query<{ entry: Entry }>(
    'SELECT entry FROM ledger WHERE stream = $1 ORDER BY sequence',
    [one.caseNumber],
  );
  const drafts = rows.map(({ entry: { stream: _s, sequence: _n, previous: _p, hash: _h, ...draft } }) =>
    draft.type === 'returned' ? { ...draft, type: 'approved' as const } : draft,
  );
  const { entries, head } = chain(one.caseNumber, EMPTY_STREAM, drafts);
  for (const entry of entries)
    await client.query(
      'UPDATE ledger SET type = $3, entry = $4, previous = $5, hash = $6 WHERE stream = $1 AND sequence = $2',
      [entry.stream, entry.sequence, entry.type, JSON.stringify(entry), entry.previous, entry.hash],
    );
  await client.query('UPDATE ledger_streams SET hash = $2 WHERE stream = $1', [one.caseNumber, head.hash]);
  await resealed(client, entries, signer);
}

async function resealed(client: Client, entries: readonly Entry[], signer?: typeof key): Promise<void> {
  let previous = GENESIS;
  const seals: Seal[] = [];
  for await (const seal of allSeals(client)) seals.push(seal);
  for (const seal of seals) {
    const heads = seal.heads.map((held) => ({
      ...held,
      hash: held.stream === one.caseNumber ? (entries[held.sequence - 1]?.hash ?? held.hash) : held.hash,
    }));
    const content = { ...seal, heads, previous, key: signer?.fingerprint ?? seal.key };
    const hash = sealHash(content);
    const signature = signer?.sign(sealBytes(hash)).toString('hex') ?? seal.signature;
    await client.query(
      'UPDATE ledger_seals SET heads = $2, previous = $3, hash = $4, signer = $5, signature = $6 WHERE number = $1',
      [seal.number, JSON.stringify(heads), previous, hash, content.key, signature],
    );
    previous = hash;
  }
}

describe('a ledger made anew, with all hashes, heads and seals', () => {
  test('is named by the signatures, which nobody can make without the worker’s key', async () => {
    expect(await after((client) => rewrite(client))).toEqual([
      has(`seal 1: is not what key ${key.fingerprint} signed`),
      has(`seal 2: is not what key ${key.fingerprint} signed`),
    ]);
  });

  test('is named where seals are made such as were not signed', async () => {
    const unsigned = async (client: Client) => {
      await rewrite(client);
      await client.query(
        `UPDATE ledger_seals SET kind = 'all', first_day = NULL, ring = NULL, signer = NULL, signature = NULL`,
      );
      let previous = GENESIS;
      for (const number of [1, 2]) {
        const seal = await findSeal(client, number);
        const hash = sealHash({ ...seal!, previous });
        await client.query('UPDATE ledger_seals SET previous = $2, hash = $3 WHERE number = $1', [
          number,
          previous,
          hash,
        ]);
        previous = hash;
      }
    };
    expect(await after(unsigned)).toEqual([1, 2].map((number) => has(`seal ${number}: is not signed`)));
  });

  test('with a stolen key as well, is named by the seal that left the house', async () => {
    const stolen = (client: Client) => rewrite(client, key);
    expect(await after(stolen)).toEqual([]);
    expect(await after(stolen, [kept])).toEqual([
      has('seal 2: is not the one that was kept elsewhere'),
      has('seal 1: is not the one that seal 2, kept elsewhere, follows'),
      has(`${one.caseNumber}#5: is not what seal 2, kept elsewhere, holds`),
    ]);
    expect(await after(stolen, [noted])).toEqual([
      has('seal 2: is not the one that was kept elsewhere'),
      has('what it holds cannot be told'),
    ]);
  });

  test('with all seals taken away, is named by the kept one too', async () => {
    const away = async (client: Client) => {
      await rewrite(client);
      await client.query('DELETE FROM ledger_seals');
    };
    expect(await after(away, [kept])).toEqual(
      expect.arrayContaining([
        has(`${one.caseNumber}#1: recorded more than 25 hours ago`),
        has('seal 2: missing, and it was kept elsewhere'),
        has(`${one.caseNumber}#5: is not what seal 2, kept elsewhere, holds`),
      ]),
    );
  });

  test('a kept file that was altered is no proof of anything', async () => {
    const altered = { ...kept, heads: [] };
    expect(await after(async () => undefined, [altered])).toEqual([
      has('kept elsewhere: is not what its own hash says'),
    ]);
  });
});

const cut = (to: number) => [
  `DELETE FROM ledger WHERE stream = $1 AND sequence > ${to}`,
  `UPDATE ledger_streams SET sequence = ${to}, hash = (SELECT hash FROM ledger WHERE stream = $1 AND sequence = ${to}) WHERE stream = $1`,
  `UPDATE reopenings SET version = ${to} WHERE case_number = $1`,
];
test('a tail cut together with its head and what the case shows is named by the seal', async () => {
  expect(await after(sql(...cut(4)))).toEqual([has(`${one.caseNumber}#5: is not what seal 2 holds`)]);
});

describe('recorded_at', () => {
  const moved = (sequence: number, to: string) =>
    sql(`UPDATE ledger SET recorded_at = '${to}' WHERE stream = $1 AND sequence = ${sequence}`);

  test('moved behind the seal that holds the entry', async () => {
    expect(await after(moved(5, ago(1)))).toContainEqual(has(`#5: recorded_at lies after seal 2, which holds it`));
  });
  test('moved before that of the entry before', async () => {
    expect(await after(moved(2, ago(6)))).toContainEqual(has('#2: recorded_at lies before that of #1'));
  });
  test('moved before a seal that does not hold the entry', async () => {
    expect(await after(moved(6, ago(2.5)))).toEqual([
      has('#6: recorded_at lies before seal 2, which does not hold it'),
    ]);
    expect(await after(moved(4, ago(5)))).toEqual([has('#4: recorded_at lies before seal 1, which does not hold it')]);
  });
  test('moved into the future', async () => {
    expect(await after(moved(6, ago(-1)))).toEqual([has('#6: recorded_at has not come yet')]);
  });
});

describe('seals', () => {
  test('a day left out, with everything after it made anew', async () => {
    const without = async (client: Client) => {
      await client.query('DELETE FROM ledger_seals WHERE number = 1');
      await client.query('UPDATE ledger_seals SET number = 1');
      await resealed(client, one.entries, key);
    };
    // With the key this can be done too; the seal that left the house says it.
    expect(await after(without, [noted])).toContainEqual(has('seal 2: missing, and it was kept elsewhere'));
    const twice = sql(`UPDATE ledger_seals SET first_day = first_day - 1 WHERE number = 2`);
    expect(await after(twice)).toContainEqual(has('are due'));
  });

  test('made by a key that was revoked by then', async () => {
    const late = (client: Client) => resealed(client, one.entries, former);
    const found = await after(async (client) => {
      await late(client);
      await client.query(`UPDATE ledger_seals SET sealed_at = now() WHERE number = 2`);
      await resealed(client, one.entries, former);
    });
    expect(found).toContainEqual(has(`seal 2: key ${former.fingerprint} did not count when it was made`));
  });
});

describe('bundles', () => {
  test('one that was replaced, with its build, is signed by no worker’s key', async () => {
    const other = 'exports.one = 2;';
    const foreign = registrationOf({ build: buildIdOf(other), code: other, schema: SCHEMA }, newWorkerKey());
    const replaced = (client: Client) => registerRelease(client, foreign);
    expect(await after(replaced)).toEqual([
      has(`bundle ${foreign.build}: no worker's key under the root has signed it`),
    ]);
  });
  test('one whose code was altered is not its build’s', async () => {
    expect(await after(sql('ALTER TABLE releases DISABLE TRIGGER USER', `UPDATE releases SET code = '\\x00'`))).toEqual(
      [has('is not what its build says')],
    );
  });
});

test('of a key it is told what it has signed, also when somebody has put another name beside it', async () => {
  const ring = await readRing(db.pool, rootPublicKey);
  const lines = async (name: string) => {
    const signed: string[] = [];
    for await (const line of signedBy(db.pool, ring.byFingerprint(name)!)) signed.push(line);
    return signed;
  };
  expect(await lines(key.fingerprint)).toEqual([has(`bundle ${buildIdOf(CODE)}`), has('seal 1'), has('seal 2')]);
  expect(await lines(former.fingerprint)).toEqual([]);
  await db.rewrite(`UPDATE ledger_seals SET signer = $1`, [former.fingerprint]);
  expect(await lines(former.fingerprint)).toEqual([]);
  expect(await lines(key.fingerprint)).toHaveLength(3);
  await db.rewrite(`UPDATE ledger_seals SET signer = $1`, [key.fingerprint]);
});
