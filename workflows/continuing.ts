/** When a run is to go on in a new one, and how: on the build that is current then (docs/changing-workflows.md). */
import { defineSignal, makeContinueAsNewFunc, workflowInfo, type Workflow } from '@temporalio/workflow';

/** A worker that does not know a run replays it whole within the 10 s of a workflow task: 500 events took it under 2 s with every signature checked. */
const MOST_EVENTS = 500;
/** What travels to such a worker in one answer of the server, whose limit is 4 MB, with room for what comes before the next quiet moment. */
const MOST_BYTES = 1_000_000;

/**
 * Says nothing but "look": the run has a workflow task, and so sees that another build is current. Whoever sends it without a
 * release makes an event or two. For `reopening`, `supplyOrder` and `noticeChannel`; the others stay on their build to the end.
 */
export const move = defineSignal('move');

export const MOVE_DESCRIPTION = '换用新版本(提示:有新版本时在空闲时刻续办)';

/** True when the run is long, or pinned to another build than the current one; the same again in a replay. */
export function isNewRunDue(): boolean {
  const { continueAsNewSuggested, historyLength, historySize, targetWorkerDeploymentVersionChanged } = workflowInfo();
  return (
    continueAsNewSuggested ||
    historyLength >= MOST_EVENTS ||
    historySize >= MOST_BYTES ||
    targetWorkerDeploymentVersionChanged
  );
}

/** Ends the run and begins the next one, pinned to the build that is current at its first task; of an unversioned worker, to none. */
export function continueAsNewOnCurrentBuild<F extends Workflow>(...args: Parameters<F>): Promise<never> {
  return makeContinueAsNewFunc<F>({ initialVersioningBehavior: 'AUTO_UPGRADE' })(...args);
}
