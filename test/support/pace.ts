/** How fast this machine is just now: what is promised in seconds of the machine that is written of in docs/measured.md is asked of a slower one in its own. */

/** What the piece of work below takes there: processor time, undisturbed. */
const UNIT_MS = 20;
const PIECES = 5;

// Looked up once: a global costs a hundred times more in jest's sandbox than the call.
const { imul } = Math;

/** How many times longer things take here, now, with whatever else runs; never below 1. */
export function slowness(): number {
  const begun = performance.now();
  for (let piece = 0; piece < PIECES; piece += 1) work();
  return Math.max(1, (performance.now() - begun) / (PIECES * UNIT_MS));
}

/** Whole numbers in registers: nothing that a cache, a disk or the collector of memory decides. */
function work(): number {
  let state = 1;
  for (let turn = 0; turn < 10_000_000; turn += 1) {
    state = (state + 0x6d2b79f5) | 0;
    state = imul(state ^ (state >>> 15), state | 1);
  }
  return state;
}

/** Fails when something took longer than `ms` of the machine above. */
export function expectWithin(ms: number, took: number): void {
  if (took >= ms) expect(took).toBeLessThan(ms * slowness());
}
