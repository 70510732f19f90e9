/** When a run goes on as a new one, and on which build: its history is long, or its build is no longer the current one. */
import { defineSignal, makeContinueAsNewFunc, workflowInfo, type Workflow } from '@temporalio/workflow';

/** A newer release may be there: whoever rests looks. Without content: all it makes is one task. */
export const move = defineSignal('move');

/** Some two days of a case: a worker that has never seen it replays as much in a tenth of a second. */
const EVENTS = 500;
/** A run of large messages: the server warns at four times as much. */
const BYTES = 1_000_000;

export function isNewRunDue(): boolean {
  const { continueAsNewSuggested, historyLength, historySize, targetWorkerDeploymentVersionChanged } = workflowInfo();
  const isLong = continueAsNewSuggested || historyLength >= EVENTS || historySize >= BYTES;
  return isLong || targetWorkerDeploymentVersionChanged;
}

/** The new run begins on the build that is current then. Never returns. */
export function continueOnCurrentBuild<F extends Workflow>(...args: Parameters<F>): Promise<never> {
  return makeContinueAsNewFunc<F>({ initialVersioningBehavior: 'AUTO_UPGRADE' })(...args);
}
