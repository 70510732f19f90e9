/** Calls to Temporal that are repeated as the SDK does it, and no longer than their connection lives. */
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/**
 * The SDK repeats a failed call after a pause, whether or not its connection is still there, and throws into the void when it is
 * not. This one stops repeating, and can be waited for.
 */
export class Repeats {
  #ended = false;
  #latest = 0;
  #made = 0;
  readonly #usual = defaultGrpcRetryOptions();

  readonly interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !this.#ended && this.#usual.retryableDecider(attempt, status),
    delayFunction: (attempt, status) => {
      this.#made += 1;
      const delayMs = this.#usual.delayFunction(attempt, status);
      this.#latest = Math.max(this.#latest, Date.now() + delayMs);
      return delayMs;
    },
  });

  /** How many repeats there were. */
  get made(): number {
    return this.#made;
  }

  /** Resolves when no repeat is pending and none will be. */
  async end(): Promise<void> {
    this.#ended = true;
    while (Date.now() <= this.#latest)
      await new Promise((resolve) => setTimeout(resolve, this.#latest - Date.now() + 1));
  }
}
