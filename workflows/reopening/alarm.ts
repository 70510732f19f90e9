/** One timer of a case: rings once at the instant it was set to last. */
import { CancellationScope, sleep } from '@temporalio/workflow';
import type { Instant } from '../../domain/programme/edition';

export class Alarm {
  #set: { readonly at: Instant; readonly scope: CancellationScope } | undefined;

  /** `ring` may change what the case knows; it gives Temporal no commands (workflows/reopening/workflow.ts). */
  constructor(private readonly ring: () => void) {}

  /** When it rings; null when it is not set. */
  get at(): Instant | null {
    return this.#set?.at ?? null;
  }

  /** `now` is the case's, which stays as it is within a workflow task. The summary is what the Temporal UI shows beside the timer. */
  set(at: Instant, now: Instant, summary: string): void {
    this.#set?.scope.cancel();
    const scope = new CancellationScope();
    const set = { at, scope };
    this.#set = set;
    const rung = () => {
      if (this.#set !== set) return;
      this.#set = undefined;
      this.ring();
    };
    // Rejects when it is set to another instant: then this one is over.
    void scope.run(() => sleep(Math.max(1, at - now), { summary })).then(rung, () => undefined);
  }
}
