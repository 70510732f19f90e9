/** A request to cancel a workflow that belongs to no case is written down once for each run, however often it is told. */
import { createRecorder } from '../../db/case/recorder';
import { readEntries, streamHead } from '../../db/ledger/ledger';
import { STREAMS } from '../../domain/ledger/outside-acts';
import { verifyLedger } from '../../scripts/ledger/verify';
import { TestDatabase } from '../support/postgres';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

const AT = Date.parse('2026-05-02T02:00:00Z');
const note = (workflow: string, run: string, at = AT) =>
  createRecorder(db.as('worker')).noteCancelRequest({ workflow, run, at });
async function noted() {
  const entries = await readEntries(db.pool, { stream: STREAMS.operations, after: 0, limit: 100 });
  return entries.map(({ entry: { type, at, details } }) => ({ type, at, ...details }));
}

test('with the workflow, its run and when; told again by a retry, or by several workers at once, it stands there once', async () => {
  await note('notices/email', 'run-1');
  await note('notices/email', 'run-1', AT + 5000);
  await Promise.all(Array.from({ length: 6 }, () => note('bulletin/b-1', 'run-2')));
  await note('notices/email', 'run-3', AT + 60_000);
  const type = 'workflow-cancel-requested';
  expect(await noted()).toEqual([
    { type, at: AT, workflow: 'notices/email', run: 'run-1' },
    { type, at: AT, workflow: 'bulletin/b-1', run: 'run-2' },
    { type, at: AT + 60_000, workflow: 'notices/email', run: 'run-3' },
  ]);
  expect(await streamHead(db.pool, STREAMS.operations)).toMatchObject({ sequence: 3 });
  const found: string[] = [];
  await verifyLedger(db.pool, (finding) => found.push(finding));
  expect(found).toEqual([]);
});
