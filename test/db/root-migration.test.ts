/** A database of before there was a root key goes on: its keys stand under the new root, its seals verify, the next one is signed. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { trustedKeys } from '../../db/accounts/accounts';
import { establishRoot, standIn } from '../../db/ledger/own-keys';
import { append } from '../../db/ledger/ledger';
import { sealEndedDays } from '../../db/ledger/seals';
import { migrate } from '../../db/sql/migrate';
import { createPool, transaction, type Pool } from '../../db/sql/pool';
import { GENESIS } from '../../proof/chain';
import { newSigningKey, publicKeyOf } from '../../proof/envelope';
import { sealHash } from '../../proof/seal';
import { verifyLedger } from '../../scripts/ledger/verify';
import { TestDatabase } from '../support/postgres';
import { rewriting } from '../support/rewriting';
import { newWorkerKey, rootFilesIn } from '../support/root';
import { ago } from '../support/sealed-days';

const MIGRATIONS = join(__dirname, '../../db/sql/migrations');
let db: TestDatabase;
let pool: Pool;
const folder = mkdtempSync(join(tmpdir(), 'fugong-before-'));
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(async () => {
  await pool?.end();
  await db.stop();
  rmSync(folder, { recursive: true });
});

/** As 0017 left it. */
async function ofBefore(): Promise<string> {
  const url = await db.empty('before');
  const dir = join(folder, 'migrations');
  for (const name of readdirSync(MIGRATIONS).filter((file) => file < '0018'))
    cpSync(join(MIGRATIONS, name), join(dir, name));
  const silent = () => undefined;
  await runner({ databaseUrl: url, dir, direction: 'up', migrationsTable: 'migrations', log: silent });
  return url;
}

const act = { at: 0, by: { account: 'a', role: 'operator' }, type: 'opened', details: {} } as const;
const api = publicKeyOf(newSigningKey());

/** What the release before wrote: two seals over all heads, by the first recording of a day. */
async function lived(): Promise<void> {
  await pool.query('INSERT INTO signing_keys (public_key) VALUES ($1)', [api]);
  let previous = GENESIS;
  for (const [number, days] of [
    [1, 3],
    [2, 2],
  ] as const) {
    await transaction(pool, (client) => append(client, `stream-${number}`, [act]));
    await pool.query('UPDATE ledger SET recorded_at = $1 WHERE recorded_at > $2', [ago(days), ago(1)]);
    const { rows: heads } = await pool.query('SELECT stream, sequence, hash FROM ledger_streams ORDER BY stream');
    const day = ago(days).slice(0, 10);
    const content = {
      kind: 'all' as const,
      number,
      day,
      heads,
      previous,
      firstDay: null,
      at: 0,
      ring: null,
      key: null,
    };
    const hash = sealHash(content);
    await pool.query(
      'INSERT INTO ledger_seals (number, day, heads, previous, hash, sealed_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [number, day, JSON.stringify(heads), previous, hash, ago(days)],
    );
    previous = hash;
  }
}

test('a database at 0017 with seals and keys goes on', async () => {
  const url = await ofBefore();
  pool = createPool(url);
  await lived();
  await migrate(url, () => undefined);
  const files = rootFilesIn(folder);
  const { publicKey: rootPublicKey } = await establishRoot(pool, files);
  const worker = newWorkerKey();
  await standIn(pool, { holder: 'api', publicKeys: [api], file: 'FILE' }, files);
  const { ring } = await standIn(pool, { holder: 'worker', publicKeys: [worker.publicKey], file: 'FILE' }, files);
  expect(await trustedKeys(pool, api)).toEqual([api]);
  await transaction(pool, (client) => append(client, 'stream-1', [act]));
  await transaction(pool, (client) =>
    rewriting(client, () =>
      client.query('UPDATE ledger SET recorded_at = $1 WHERE recorded_at > $2', [ago(1), ago(0.5)]),
    ),
  );
  const seal = await transaction(pool, (client) =>
    sealEndedDays(client, { signer: worker, ring, utcOffsetMinutes: 0 }),
  );
  expect(seal).toMatchObject({ number: 3, firstDay: ago(2).slice(0, 10), day: ago(1).slice(0, 10) });
  expect(seal?.heads).toEqual([expect.objectContaining({ stream: 'stream-1', sequence: 2 })]);
  const found: string[] = [];
  const { seals } = await verifyLedger(pool, (finding) => found.push(finding), { rootPublicKey });
  expect([found, seals]).toEqual([[], 3]);
});
