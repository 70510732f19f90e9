/**
 * The reconciler: once a minute one worker process compares what runs in Temporal with what PostgreSQL says should run. It ends what
 * is nobody's and names it; all else it names, for a person to mend (docs/operations.md#what-the-reconciler-finds).
 */
import type { Client } from '@temporalio/client';
import { pass } from '../../db/operations/discrepancies';
import type { Pool } from '../../db/sql/pool';
import { compareHeads } from './heads';
import { compareRuns } from './runs';
import { compareVersion } from './version';

/** From the end of a pass to the next: with the look below and the pass itself, what is wrong is named within a minute. */
const EVERY_SECONDS = 50;
/** Every process looks so often whether a pass is due, so that another one goes on soon after one has died. */
const LOOK_MS = 5_000;

export interface ReconcilerParts {
  readonly pool: Pool;
  readonly client: Client;
  /** Hears why a pass did not come to its end. */
  readonly failed: (error: unknown) => void;
}

export class Reconciler {
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<unknown> = Promise.resolve();
  #isLooking = false;

  constructor(private readonly parts: ReconcilerParts) {}

  start(lookMs = LOOK_MS): void {
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#look();
  }

  /** Resolves when the pass under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
  }

  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#underWay = reconcile(this.parts, EVERY_SECONDS)
      .catch((error: unknown) => this.parts.failed(error))
      .finally(() => (this.#isLooking = false));
  }
}

/** One pass, when the last one ended so many seconds ago and no other process is at it. @returns whether it was done */
export function reconcile(parts: Pick<ReconcilerParts, 'pool' | 'client'>, everySeconds: number): Promise<boolean> {
  const asked = { pool: parts.pool, temporal: parts.client };
  return pass(parts.pool, everySeconds, async () => {
    await compareRuns(asked);
    await compareHeads(asked);
    await compareVersion(asked);
  });
}
