/** How a case says no: failures that refuse an Update and never stick a workflow task, and how activity failures are told apart. */
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { FAILURES, type FailureType } from '../contracts/case/failures';
import type { Rejection } from '../domain/ledger/rejection';

/** Only an ApplicationFailure fails an Update; any other error would stick the workflow task (docs/temporal-facts.md#update-failures). */
export function failure(type: FailureType, message: string, ...details: unknown[]): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true, details });
}

export function rejected(rejection: Rejection): ApplicationFailure {
  return failure(FAILURES.rejected, rejection.code, rejection);
}

/** The type with which an activity gave up for good, or undefined for anything else. */
export function typeOfActivityFailure(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return undefined;
  return error.cause.type ?? undefined;
}
