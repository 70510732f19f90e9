/** Moves open runs to the current build: each is asked to look, and continues as new there at its next quiet moment. */
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { move } from '../workflows/continuing';
import { Deployment, MOVING_TYPES, openOn } from './deployment';

/** A second: what a signal and the new run's first task cost beside people's acts is not noticed by them; 500 take 25 s. */
const A_SECOND = 20;
/** A run moves within milliseconds of its signal, one that is recording within some 20 s; then those that are left are asked again. */
const AGAIN_MS = 5_000;
/** Nothing has moved for so long: what is left does not come to rest by itself. */
const PATIENCE_MS = 40_000;
const LOOK_MS = 500;
/** Enough to see what they have in common. */
const MOST_EXPLAINED = 20;

export interface Left {
  readonly build: string;
  readonly workflow: string;
  readonly run: string;
  readonly why: string;
}

export interface Moved {
  /** The current build. */
  readonly to: string;
  /** Open runs on the builds moved from, before and after. */
  readonly before: number;
  readonly after: number;
  /** At most 20 of those that have not moved. */
  readonly left: readonly Left[];
}

export interface Moving {
  /** Those builds; each but the current one when undefined. */
  readonly from?: readonly string[];
  /** Counts, and sends nothing. */
  readonly dryRun?: boolean;
  readonly progress?: (moved: number, of: number) => void;
  readonly stopping?: AbortSignal;
  readonly patienceMs?: number;
}

/**
 * Resolves when nothing is left on the builds, or nothing has moved for `patienceMs`. May be ended and begun again at any time:
 * what has moved is not asked again. @throws Error with one line when no build is current
 */
export async function moveRuns(client: Client, moving: Moving = {}): Promise<Moved> {
  const { progress = () => undefined, patienceMs = PATIENCE_MS, stopping } = moving;
  const deployment = new Deployment(client);
  const to = await deployment.current();
  if (to === undefined) throw new Error('No build is current: start a worker first.');
  const from = (moving.from ?? (await deployment.builds())).filter((build) => build !== to);
  const open = async () => sum(await Promise.all(from.map((build) => deployment.openRuns(build, MOVING_TYPES))));
  const before = await open();
  let after = before;
  const looked = async () => {
    after = await open();
    progress(Math.max(before - after, 0), before);
    return after;
  };
  for (let since = Date.now(); !moving.dryRun && after > 0 && Date.now() - since < patienceMs;) {
    const least = after;
    for (const build of from) await askAll(client, build, looked, stopping);
    // As long as they move, a second signal would only make more work.
    for (let [last, until] = [Infinity, 0]; (await looked()) > 0 && (after < last || Date.now() < until);) {
      if (after < last) [last, until] = [after, Date.now() + AGAIN_MS];
      await pause(LOOK_MS, undefined, { signal: stopping });
    }
    if (after < least) since = Date.now();
  }
  return { to, before, after, left: after === 0 ? [] : await explained(client, from) };
}

/** Asks every run of a build to look, 20 a second. */
async function askAll(
  client: Client,
  build: string,
  looked: () => Promise<unknown>,
  stopping: AbortSignal | undefined,
): Promise<void> {
  const begun = Date.now();
  let asked = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: openOn(build, MOVING_TYPES) })) {
    await pause(Math.max(0, begun + (asked * 1000) / A_SECOND - Date.now()), undefined, { signal: stopping });
    asked += 1;
    // This very run: one that has gone on meanwhile is where it should be.
    await client.workflow
      .getHandle(workflowId, runId)
      .signal(move)
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
    if (asked % A_SECOND === 0) await looked();
  }
}

async function explained(client: Client, builds: readonly string[]): Promise<Left[]> {
  const left: Left[] = [];
  for (const build of builds) {
    for await (const { workflowId, runId } of client.workflow.list({ query: openOn(build, MOVING_TYPES) })) {
      if (left.length === MOST_EXPLAINED) return left;
      left.push({ build, workflow: workflowId, run: runId, why: await whyNot(client, workflowId, runId) });
    }
  }
  return left;
}

async function whyNot(client: Client, workflowId: string, runId: string): Promise<string> {
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
  if (attempt > 1) return `its workflow task has failed ${attempt - 1} times`;
  if (raw.pendingWorkflowTask) return 'no worker of its build takes its workflow task';
  const [activity] = raw.pendingActivities ?? [];
  if (activity)
    return `activity ${activity.activityType?.name}, attempt ${activity.attempt}: ${activity.lastFailure?.message ?? 'under way'}`;
  return 'it has seen the signal and goes on at its next quiet moment';
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
