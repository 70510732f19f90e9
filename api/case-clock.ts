/** Moves one case's clock by the server's own time skipping, never beyond its next change in one step (FACTS §1). */
import { setTimeout as pause } from 'node:timers/promises';
import { reopeningId } from '../contracts/ids';
import type { Status } from '../contracts/views';
import type { KnownCase } from '../db/cases';
import { liveStatus } from './case-state';
import type { Deps } from './deps';
import { Problem } from './problem';
import { ownTime, skip } from './time-skipping';

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
  if (target > clock) await skip(deps.temporal, reopeningId(known.enterprise), target - clock);
  const end = Date.now() + STEP_MS;
  for (;;) {
    const now = await clockOf(deps, known);
    const seen = now >= target ? await liveStatus(deps, known) : undefined;
    if (seen && (seen.nextWake === null || seen.nextWake > target)) return { clock: now, status: seen };
    if (Date.now() > end) throw new Problem('fast-forward-failed');
    await pause(LOOK_MS);
  }
}

async function clockOf({ temporal, now }: Deps, known: KnownCase): Promise<number> {
  return (await ownTime(temporal, reopeningId(known.enterprise))) ?? now();
}
