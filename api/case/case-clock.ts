/** Moves one case's clock by the server's own time skipping, never beyond its next change in one step (docs/temporal-facts.md#skips-and-continue-as-new). */
import { setTimeout as pause } from 'node:timers/promises';
import { reopeningId } from '../../contracts/case/ids';
import type { Status } from '../../contracts/case/views';
import type { KnownCase } from '../../db/case/cases';
import { liveStatus } from './case-state';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { ownTime, skip } from './time-skipping';

/** A skip takes some tenths of a second; with a worker that has just started, some seconds. */
const STEP_MS = 20_000;
/** Ten times what a skip takes: one that is still under way is not asked for twice. */
const ASK_AGAIN_MS = 3000;
/** A child that has heard of its order's end ends within this. */
const CHILD_MS = 3000;
/** Asked so often whether a step has come to its end. */
const LOOK_MS = 40;

export interface Reached {
  /** The case's own time, as the server says it. */
  readonly clock: number;
  readonly status: Status;
}

/** A run that has just begun answers no query until its first workflow task is done: it is asked again. */
export async function present(deps: Deps, known: KnownCase): Promise<Reached> {
  const end = Date.now() + STEP_MS;
  for (;;) {
    const status = await liveStatus(deps, known);
    if (status) return { clock: await clockOf(deps, known), status };
    if (Date.now() > end) throw new Problem('fast-forward-failed');
    await pause(LOOK_MS);
  }
}

/**
 * Moves the clock to the case's next change, or to `until` when that comes first, and waits until the case has seen it. One skip
 * never spans a continue-as-new: timers of the next run would fire days late.
 */
export async function step(
  deps: Deps,
  known: KnownCase,
  { status, clock }: Reached,
  until = Infinity,
): Promise<Reached> {
  const target = Math.min(status.nextWake ?? Infinity, until);
  if (target === Infinity) throw new Problem('nothing-ahead');
  const end = Date.now() + STEP_MS;
  let asked = -Infinity;
  for (let now = clock; ; now = await clockOf(deps, known)) {
    // A skip that meets a continue-as-new may end with the run: what is left of it is asked for again.
    if (now < target && Date.now() - asked > ASK_AGAIN_MS) {
      await requireNoChild(deps, reopeningId(known.enterprise));
      await skip(deps.temporal, reopeningId(known.enterprise), target - now);
      asked = Date.now();
    }
    const seen = now >= target ? await liveStatus(deps, known) : undefined;
    if (seen && (seen.nextWake === null || seen.nextWake > target)) return { clock: now, status: seen };
    if (Date.now() > end) throw new Problem('fast-forward-failed');
    await pause(LOOK_MS);
  }
}

/**
 * The server skips no time of a workflow as long as a child of it runs, whatever the child waits for (tried): an order that waits
 * for goods gets them, or is cancelled, first. One that has just got them ends in this moment.
 * @throws Problem `order-under-way`
 */
async function requireNoChild({ temporal }: Deps, workflowId: string): Promise<void> {
  const end = Date.now() + CHILD_MS;
  for (;;) {
    const { raw } = await temporal.workflow.getHandle(workflowId).describe();
    const running = (raw.pendingChildren ?? []).flatMap((child) => child.workflowId ?? []);
    if (running.length === 0) return;
    if (Date.now() > end) throw new Problem('order-under-way', { orders: running });
    await pause(LOOK_MS);
  }
}

async function clockOf({ temporal, now }: Deps, known: KnownCase): Promise<number> {
  return (await ownTime(temporal, reopeningId(known.enterprise))) ?? now();
}
