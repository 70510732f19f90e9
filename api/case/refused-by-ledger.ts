/** Nobody is told that an act is done while the ledger refuses its case. */
import { Problem } from '../http/error-mapper';

/** The case tries again every ten minutes (workflows/reopening/workflow.ts); whoever asks sooner than every minute learns nothing new. */
const AGAIN_SECONDS = '60';

/** @throws Problem `ledger-refuses` with the time since when */
export function requireRecording(refusedSince: Date | null): void {
  if (refusedSince === null) return;
  throw new Problem('ledger-refuses', { since: refusedSince.toISOString() }, [], { 'Retry-After': AGAIN_SECONDS });
}
