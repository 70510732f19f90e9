/** Says that a test has got on. Limits here watch this, never how long the whole takes: see `environment.ts`. */
import { channel } from 'node:diagnostics_channel';

/** Reaches the environment, which lives outside the sandbox that a test file runs in. */
export const MOVED = 'fugong-test-moved';

const told = channel(MOVED);

export function moved(): void {
  told.publish(undefined);
}
