/** The ledger against the cases that run in a real Temporal: what was cut off with every trace in PostgreSQL, the case still knows. */
import { createActivities } from '../../activities';
import { newSigningKey, publicKeyOf, type Envelope } from '../../proof/envelope';
import { keepAct } from '../../db/ledger/acts';
import { streamHead } from '../../db/ledger/ledger';
import { createFactReader } from '../../db/case/facts';
import { createAllocator } from '../../db/supplies/supply-orders';
import { createRecorder } from '../../db/case/recorder';
import { compareOpenCases } from '../../scripts/ledger/compare';
import { verifyLedger } from '../../scripts/ledger/verify';
import { TestDatabase } from '../support/postgres';
import { DrivenCase, OFFICIAL } from '../support/driven-case';
import { eventually, Temporal } from '../support/temporal';

let db: TestDatabase;
let temporal: Temporal;
let one: DrivenCase;
beforeAll(async () => {
  [db, temporal] = await Promise.all([TestDatabase.start(), Temporal.start()]);
  one = await started();
  await temporal.work(
    createActivities({
      recorder: createRecorder(db.as('worker')),
      facts: createFactReader(db.as('worker')),
      stock: createAllocator(db.as('worker')),
    }),
  );
  await one.toSignOffs();
  await settled(one);
});
afterAll(async () => {
  await temporal.stop();
  await db.stop();
});

/** Started with nobody to work on it yet, then registered as the API does before. */
async function started(): Promise<DrivenCase> {
  const key = newSigningKey();
  const keep = (envelope: Envelope) => keepAct(db.pool, envelope, publicKeyOf(key));
  const begun = await DrivenCase.start(temporal.client, { key, keep });
  await db.register(begun.caseNumber, begun.enterprise.enterprise ?? '', publicKeyOf(key));
  return begun;
}
const settled = (driven: DrivenCase) =>
  eventually(
    () => driven.status(),
    ({ unrecorded }) => unrecorded === 0,
  );
async function compared(queryMs?: number) {
  const found: string[] = [];
  const counts = await compareOpenCases(db.pool, temporal.client, (finding) => found.push(finding), queryMs);
  return { ...counts, found };
}
test('a case that goes on agrees with its ledger, while it is recorded too', async () => {
  const { head } = await one.status();
  expect(await streamHead(db.pool, one.caseNumber)).toEqual(head);
  const acting = Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      one.send(OFFICIAL, { type: 'copy', to: { account: `copied-${n}`, role: 'official' } }),
    ),
  );
  for (let looks = 0; looks < 5; looks += 1) expect(await compared()).toEqual({ compared: 1, silent: 0, found: [] });
  await acting;
  await settled(one);
  expect(await compared()).toEqual({ compared: 1, silent: 0, found: [] });
});

test('another end, or one that the case does not have', async () => {
  const { head } = await one.status();
  const set = (change: string) =>
    db.pool.query(`UPDATE ledger_streams SET ${change} WHERE stream = $1`, [one.caseNumber]);
  await set(`hash = 'x'`);
  expect((await compared()).found).toEqual([expect.stringContaining(`#${head.sequence}: the case has another hash`)]);
  await set(`sequence = sequence + 1`);
  expect((await compared()).found).toEqual([expect.stringContaining(`#${head.sequence + 1}: in the ledger, but`)]);
  await db.pool.query('UPDATE ledger_streams SET sequence = $2, hash = $3 WHERE stream = $1', [
    one.caseNumber,
    head.sequence,
    head.hash,
  ]);
});

test('a case that Temporal does not know, and one in whose place another runs', async () => {
  const enterprise = one.enterprise.enterprise ?? '';
  const instead = (to: string) => db.pool.query('UPDATE reopenings SET enterprise = $1', [to]);
  await db.register('2026-0000', 'e-unknown', 'k');
  await instead('e-unknown');
  expect((await compared()).found).toEqual([
    expect.stringContaining(`${one.caseNumber}: open here, and Temporal does not`),
  ]);
  await instead(enterprise);
  await db.pool.query(
    `INSERT INTO reopenings SELECT '2026-0000', enterprise, enterprise_name, village, kind, phase, waiting_on, next_due,
       overdue, accounts, closed, version, clock, view, opened_at, recorded_at, state, recording FROM reopenings`,
  );
  expect((await compared()).found).toEqual([
    expect.stringContaining(`2026-0000: open here, but ${one.caseNumber} runs`),
  ]);
  await db.pool.query(`DELETE FROM reopenings WHERE case_number = '2026-0000'`);
});

test('what was cut off with everything in PostgreSQL that shows it, the case still knows', async () => {
  const { sequence } = await streamHead(db.pool, one.caseNumber);
  const left = sequence - 2;
  await db.rewrite('DELETE FROM ledger WHERE sequence > $1', [left]);
  await db.pool.query('UPDATE ledger_streams SET sequence = $1, hash = (SELECT hash FROM ledger WHERE sequence = $1)', [
    left,
  ]);
  await db.pool.query('UPDATE reopenings SET version = $1', [left]);
  await db.rewrite('DELETE FROM ledger_seals');
  const found: string[] = [];
  await verifyLedger(db.pool, (finding) => found.push(finding));
  // The words that this case names were never stored.
  expect(found.filter((finding) => !/(?:text|file) \S+ is missing/.test(finding))).toEqual([]);
  expect((await compared()).found).toEqual([
    expect.stringContaining(`${one.caseNumber}#${left + 1}: the case has recorded up to #${sequence}`),
  ]);
});

test('without a worker nothing is compared, and it is not waited for every case', async () => {
  await temporal.rest();
  for (const n of [1, 2, 3, 4]) {
    await db.register(`2026-${n}`, `e-${n}`, 'k');
    await db.pool.query(
      `INSERT INTO reopenings SELECT '2026-${n}', enterprise, enterprise_name, village, kind, phase, waiting_on, next_due,
         overdue, accounts, closed, version, clock, view, opened_at, recorded_at, state, recording FROM reopenings WHERE case_number = $1`,
      [one.caseNumber],
    );
  }
  expect(await compared(500)).toEqual({ compared: 0, silent: 5, found: [] });
});
