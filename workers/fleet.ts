/** The workers of one process, one for each build that it runs: they end together. */
import type { Worker } from '@temporalio/worker';
import { createWorker, type WorkerParts } from './worker';

export class Fleet {
  readonly #workers = new Map<string, { readonly worker: Worker; readonly ended: Promise<void> }>();
  #stopping = false;

  constructor(private readonly parts: Pick<WorkerParts, 'connection' | 'namespace' | 'activities'>) {}

  /** Begins to poll for a build; once. `former`: with small settings. */
  async start(build: string, code: string, { former }: { readonly former: boolean }): Promise<void> {
    if (this.#workers.has(build)) return;
    const worker = await createWorker({ ...this.parts, bundle: { code }, build, former });
    const ended = worker.run();
    // Whoever waits for all hears of it; until then it is not nobody's.
    ended.catch(() => this.stop());
    this.#workers.set(build, { worker, ended });
    if (this.#stopping) this.stop();
  }

  get builds(): readonly string[] {
    return [...this.#workers.keys()];
  }

  /** Resolves when all have drained. @throws the error of the first one that failed, after the others have drained */
  async ended(): Promise<void> {
    const ends = await Promise.allSettled([...this.#workers.values()].map(({ ended }) => ended));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** Tells all to drain; those that do so already go on with it. */
  stop(): void {
    this.#stopping = true;
    for (const { worker } of this.#workers.values()) if (worker.getState() === 'RUNNING') worker.shutdown();
  }
}
