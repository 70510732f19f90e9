/** Moves one case's clock by the server's own time skipping, never beyond its next change in one step (FACTS §1). */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { reopeningId } from '../contracts/ids';
import type { Status } from '../contracts/views';
import type { KnownCase } from '../db/cases';
import { liveStatus } from './case-state';
import type { Deps } from './deps';
import { Problem } from './problem';

/** A skip takes some tenths of a second; with a worker that has just started, some seconds. */
const STEP_MS = 20_000;
/** Asked so often whether a step has come to its end. */
const LOOK_MS = 40;

export interface Reached {
  /** The case's own time, as the server says it. */
  readonly clock: number;
  readonly status: Status;
}

export async function present(deps: Deps, known: KnownCase): Promise<Reached> {
  const status = await liveStatus(deps, known, STEP_MS);
  if (!status) throw new Problem('fast-forward-failed');
  return { clock: await clockOf(deps, known), status };
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
  if (target > clock) await skip(deps, known, target - clock);
  const end = Date.now() + STEP_MS;
  for (;;) {
    const now = await clockOf(deps, known);
    const seen = now >= target ? await liveStatus(deps, known) : undefined;
    if (seen && (seen.nextWake === null || seen.nextWake > target)) return { clock: now, status: seen };
    if (Date.now() > end) throw new Problem('fast-forward-failed');
    await pause(LOOK_MS);
  }
}

async function skip({ temporal }: Deps, known: KnownCase, milliseconds: number): Promise<void> {
  const duration = { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
  const request = {
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId: reopeningId(known.enterprise) },
    workflowExecutionOptions: {
      timeSkippingConfig: { enabled: true, fastForwardConfig: { id: randomUUID(), duration } },
    },
    updateMask: { paths: ['time_skipping_config'] },
  };
  type Request = Parameters<typeof temporal.workflowService.updateWorkflowExecutionOptions>[0];
  // The generated types take a Long where the encoder takes a number as well.
  await temporal.workflowService.updateWorkflowExecutionOptions(request as unknown as Request);
}

interface TimeSkipping {
  readonly workflowExtendedInfo?: {
    readonly timeSkippingInfo?: {
      readonly currentTime?: { readonly seconds?: unknown; readonly nanos?: number } | null;
    };
  };
}

/** A case whose clock was never moved has no time of its own. */
async function clockOf({ temporal, now }: Deps, known: KnownCase): Promise<number> {
  const { raw } = await temporal.workflow.getHandle(reopeningId(known.enterprise)).describe();
  const time = (raw as unknown as TimeSkipping).workflowExtendedInfo?.timeSkippingInfo?.currentTime;
  if (!time) return now();
  return Number(time.seconds) * 1000 + Math.floor((time.nanos ?? 0) / 1_000_000);
}
