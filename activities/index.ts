/** All activities, made from the ports they act through. */
import { ApplicationFailure } from '@temporalio/common';
import { FAILURES } from '../contracts/failures';
import type { RecordBatch } from '../contracts/views';
import { ForeignCase, LedgerConflict, type Recorder } from './ports';

export interface Dependencies {
  readonly recorder: Recorder;
}

export function createActivities({ recorder }: Dependencies) {
  return {
    /** Records what a case has answered. Retried without limit, except for what only a person can mend. */
    async record(batch: RecordBatch): Promise<void> {
      try {
        await recorder.record(batch);
      } catch (error) {
        if (error instanceof LedgerConflict)
          throw ApplicationFailure.nonRetryable(error.message, FAILURES.ledgerConflict);
        if (error instanceof ForeignCase) throw ApplicationFailure.nonRetryable(error.message, FAILURES.foreignCase);
        throw error;
      }
    },
  };
}
