/** A read of one's own writes waits for what readers are shown: of a case its state, of other streams their last entry. */
import { createRecorder } from '../../db/case/recorder';
import { findProjection } from '../../db/case/cases';
import { waitUntilShown } from '../../db/case/shown';
import { append, streamHead } from '../../db/ledger/ledger';
import { transaction } from '../../db/sql/pool';
import type { Draft } from '../../domain/ledger/entry';
import { Recordings } from '../../workflows/reopening/recordings';
import { TestDatabase } from '../support/postgres';
import { KEY, Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

const act = (n: number): Draft => ({
  at: 1_000 + n,
  by: { account: 'official-1', role: 'official' },
  type: 'copied',
  details: { n },
});
const write = (stream: string, draft: Draft) => transaction(db.pool, (client) => append(client, stream, [draft]));
const isShown = ({ caseNumber }: Recording, sequence: number) => waitUntilShown(db.pool, caseNumber, sequence, 0);

test('who waits for an act outside a case is told as soon as it is there, or that it did not come', async () => {
  expect(await waitUntilShown(db.pool, 'stock', 1, 50)).toBe(false);
  const waiting = waitUntilShown(db.pool, 'stock', 2, 20_000);
  await write('stock', act(1));
  await write('stock', act(2));
  expect(await waiting).toBe(true);
  expect(await waitUntilShown(db.pool, 'stock', 1, 0)).toBe(true);
});

test('of a case whose entries come in more than one batch nothing is said to be shown before the last one, with the state, is there', async () => {
  // One entry more than a batch of the workflow takes, as after a long outage.
  const one = (await Recording.begin(db)).add(...Array.from({ length: 501 }, () => ({})));
  const recordings = new Recordings(one.entries, null, 0);
  const recorder = createRecorder(db.pool);
  const recordNext = async () => {
    await recorder.record(recordings.next({ state: one.state, head: 501, keys: [KEY], questions: null }));
    recordings.arrived();
  };
  expect(await isShown(one, 1)).toBe(false);

  await recordNext();
  expect((await streamHead(db.pool, one.caseNumber)).sequence).toBe(500);
  expect(await findProjection(db.pool, one.caseNumber)).toBeUndefined();
  expect([await isShown(one, 1), await isShown(one, 500)]).toEqual([false, false]);
  const waiting = waitUntilShown(db.pool, one.caseNumber, 500, 20_000);

  await recordNext();
  expect(await waiting).toBe(true);
  expect((await findProjection(db.pool, one.caseNumber))?.view.sequence).toBe(501);
  expect([await isShown(one, 501), await isShown(one, 502)]).toEqual([true, false]);
});
