/** Activities of telling people that answer as a test says, for the workflows alone. */
import type { Delivered } from '../../activities/delivering';
import { MemoryLedger } from './memory-ledger';
import type { Activities } from './temporal';

export const NOTHING: Delivered = { sent: 0, dead: 0, dropped: 0, more: false, waitMs: null, down: null };

export class ScriptedTelling {
  /** What the next looks of a channel find; afterwards nothing. */
  readonly looks: Partial<Delivered>[] = [];
  /** When each look was taken. */
  readonly lookedAt: number[] = [];
  /** What the next questions after a bulletin's progress are answered; afterwards nothing is open. */
  readonly progress: { open: number; sent: number; dead: number }[] = [];
  state = 'published';

  readonly #ledger = new MemoryLedger();
  /** Workflows that were asked to end. */
  readonly cancelRequests = this.#ledger.cancelRequests;

  readonly activities: Activities = {
    ...this.#ledger.activities,
    deliverNotices: () => {
      this.lookedAt.push(Date.now());
      return Promise.resolve({ ...NOTHING, ...this.looks.shift() });
    },
    publishBulletin: () => Promise.resolve(this.state),
    bulletinProgress: () => Promise.resolve(this.progress.shift() ?? { open: 0, sent: 3, dead: 1 }),
    makeSummary: () => Promise.resolve('2026-05-10'),
  };
}
