/** All activities, made from the ports they act through. */
import { ApplicationFailure } from '@temporalio/common';
import { FAILURES } from '../contracts/failures';
import type { OrderAllocation } from '../contracts/supply-order';
import type { RecordBatch } from '../contracts/views';
import type { Questions } from '../contracts/facts';
import type { Facts } from '../domain/reopening';
import { ForeignCase, LedgerConflict, type FactReader, type Recorder, type Stock } from './ports';

export interface Dependencies {
  readonly recorder: Recorder;
  readonly facts: FactReader;
  readonly stock: Stock;
}

export function createActivities({ recorder, facts, stock }: Dependencies) {
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

    /** Tells a case what PostgreSQL has; closing a round there is part of the answer, and done once. */
    async readFacts(questions: Questions): Promise<Facts> {
      return facts.read(questions);
    },

    /** The order is recorded behind the case's answer: until then it is tried again. */
    async allocateOrder(order: string): Promise<OrderAllocation> {
      const allocation = await stock.allocate(order);
      if (!allocation) throw new Error(`order ${order} is not recorded yet`);
      return allocation;
    },
  };
}
