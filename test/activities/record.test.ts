/** The activity `record`: says which failures no retry can mend, and lets every other be retried. */
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import { ForeignCase, LedgerConflict } from '../../activities/ports';
import { FAILURES } from '../../contracts/case/failures';
import type { RecordBatch } from '../../contracts/case/views';

const BATCH = {} as RecordBatch;
/** Ports that recording has nothing to do with. */
const NOTHING_ELSE = {
  facts: { read: () => Promise.reject(new Error('not asked')) },
  stock: { allocate: () => Promise.reject(new Error('not asked')) },
};

async function failureOf(error: Error): Promise<unknown> {
  const activities = createActivities({ ...NOTHING_ELSE, recorder: { record: () => Promise.reject(error) } });
  return new MockActivityEnvironment()
    .run((batch: RecordBatch) => activities.record(batch), BATCH)
    .catch((thrown: unknown) => thrown);
}

test.each([
  [new LedgerConflict('2026-0001#3: gap after 1'), FAILURES.ledgerConflict],
  [new ForeignCase('case 2026-0001 is not registered'), FAILURES.foreignCase],
])('%s is not retried', async (error, type) => {
  const failure = await failureOf(error);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type, nonRetryable: true, message: error.message });
});

test('PostgreSQL being away is retried', async () => {
  const away = new Error('Connection terminated unexpectedly');
  expect(await failureOf(away)).toBe(away);
});

test('the batch is handed to the recorder as it is, with the workflow that sends it', async () => {
  const seen: unknown[] = [];
  const record = async (...handed: unknown[]) => void seen.push(handed);
  const environment = new MockActivityEnvironment({
    workflowExecution: { workflowId: 'reopening/e-1', runId: 'run' },
  });
  const activities = createActivities({ ...NOTHING_ELSE, recorder: { record } });
  await environment.run((batch: RecordBatch) => activities.record(batch), BATCH);
  expect(seen).toEqual([[BATCH, 'reopening/e-1']]);
});
