/** The activity `record`: says which failures no retry can mend, and lets every other be retried. */
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities, type Dependencies } from '../../activities';
import { ForeignCase, LedgerConflict, NotThere, type FactReader, type Recorder } from '../../activities/ports';
import { FAILURES } from '../../contracts/case/failures';
import type { Questions } from '../../contracts/case/facts';
import type { Facts } from '../../domain/case/reopening';
import type { RecordBatch } from '../../contracts/case/views';

const BATCH = { recording: 7, questions: null } as RecordBatch;
const QUESTIONS: Questions = { rounds: [{ round: '2026-05-02/morning', stage: 'open' }], orders: [3] };
const FACTS: Facts = { rounds: [], orders: [{ order: 3, lines: [] }] };
/** Ports that recording has nothing to do with. */
const NOTHING_ELSE = {
  facts: { read: () => Promise.reject(new Error('not asked')) },
  stock: { allocate: () => Promise.reject(new Error('not asked')) },
};

/** A recorder that does nothing but what is given. */
function recorder(own: Partial<Recorder>): Recorder {
  return {
    record: () => Promise.reject(new Error('not asked')),
    noteCancelRequest: () => Promise.reject(new Error('not asked')),
    ...own,
  };
}

async function failureOf(error: Error): Promise<unknown> {
  const activities = createActivities({ ...NOTHING_ELSE, recorder: recorder({ record: () => Promise.reject(error) }) });
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
  const activities = createActivities({ ...NOTHING_ELSE, recorder: recorder({ record }) });
  const answer = await environment.run((batch: RecordBatch) => activities.record(batch), BATCH);
  expect(seen).toEqual([[BATCH, 'reopening/e-1']]);
  expect(answer).toEqual({ recording: 7, facts: null });
});

describe('what is asked', () => {
  const asking: RecordBatch = { ...BATCH, stream: '2026-0001', questions: QUESTIONS };
  const run = (own: Partial<Dependencies>) => {
    const activities = createActivities({ ...NOTHING_ELSE, recorder: recorder({}), ...own });
    return new MockActivityEnvironment().run((batch: RecordBatch) => activities.record(batch), asking);
  };

  test('is answered once the batch is recorded, and under its number', async () => {
    const done: string[] = [];
    const record = async () => void done.push('recorded');
    const read: FactReader['read'] = async ({ stream }, questions) => {
      done.push(`read of ${stream}`);
      expect(questions).toEqual(QUESTIONS);
      return FACTS;
    };
    expect(await run({ recorder: recorder({ record }), facts: { read } })).toEqual({ recording: 7, facts: FACTS });
    expect(done).toEqual(['recorded', 'read of 2026-0001']);
  });

  test('is not looked at when the batch is refused', async () => {
    const refused = recorder({ record: () => Promise.reject(new LedgerConflict('2026-0001#3: gap after 1')) });
    const failure = await run({ recorder: refused }).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ type: FAILURES.ledgerConflict });
  });

  const failureOfReading = (error: Error) => {
    const facts: FactReader = { read: () => Promise.reject(error) };
    return run({ recorder: recorder({ record: async () => undefined }), facts }).catch((thrown: unknown) => thrown);
  };

  test('is tried again while PostgreSQL is away', async () => {
    const away = new Error('Connection terminated unexpectedly');
    expect(await failureOfReading(away)).toBe(away);
  });

  test('and was never made is not tried again by itself: the case goes on recording, and asks again later', async () => {
    const failure = await failureOfReading(new NotThere('order 3 of 2026-0001 is not there'));
    expect(failure).toMatchObject({ type: FAILURES.notThere, nonRetryable: true });
  });
});

test('a request to cancel is handed over with the workflow, its run and when', async () => {
  const noted: unknown[] = [];
  const noteCancelRequest = async (request: unknown) => void noted.push(request);
  const activities = createActivities({ ...NOTHING_ELSE, recorder: recorder({ noteCancelRequest }) });
  await new MockActivityEnvironment().run(() => activities.noteCancelRequest('notices/email', 'run-1', 42));
  expect(noted).toEqual([{ workflow: 'notices/email', run: 'run-1', at: 42 }]);
});
