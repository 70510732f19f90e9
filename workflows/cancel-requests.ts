/** A request to cancel a workflow that belongs to no case: it is written down for an operator, and the workflow goes on. */
import { CancellationScope, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { noteCancelRequest } from './activity-proxies';
import { NEEDS_ATTENTION } from './reopening/search-attributes';

export interface CancelRequests {
  /** Resolves when none is on its way to PostgreSQL: the run does not end before. */
  noted(): Promise<void>;
}

/** To be called in the workflow's own scope; all else of it runs in one that is not cancelled. */
export function noteCancelRequests(): CancelRequests {
  let noting: Promise<void> = Promise.resolve();
  const { workflowId, runId } = workflowInfo();
  CancellationScope.current().cancelRequested.catch(() => {
    noting = CancellationScope.nonCancellable(() => {
      upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: true }]);
      return noteCancelRequest(workflowId, runId, Date.now());
    });
  });
  return { noted: () => noting };
}
