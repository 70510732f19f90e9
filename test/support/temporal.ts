/** A real Temporal dev server with workers for tests. */
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import type { createActivities } from '../../activities';
import { readEnvironment } from '../../config/env';
import { temporalBinary } from '../../config/embedded/temporal-binary';
import { SDK_TYPES, SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { workflowBundle } from '../../workers/bundle';
import { createWorker } from '../../workers/worker';

export type Activities = ReturnType<typeof createActivities>;

/** One bundle per test run. */
let bundled: ReturnType<typeof workflowBundle> | undefined;
export function bundle(): ReturnType<typeof workflowBundle> {
  return (bundled ??= workflowBundle());
}

export class Temporal {
  #workers: { worker: Worker; ended: Promise<void> }[] = [];
  private constructor(readonly env: TestWorkflowEnvironment) {}

  /** `config` are dynamic settings of the server, as `key=json`. */
  static async start(...config: string[]): Promise<Temporal> {
    if (Runtime._instance === undefined) Runtime.install({ logger: new DefaultLogger('ERROR') });
    const path = await temporalBinary(readEnvironment());
    const searchAttributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => ({ name, type: SDK_TYPES[type] }));
    const settings = [
      'frontend.WorkflowTimeSkippingEnabled=true',
      'history.timerProcessorMaxTimeShift="10ms"',
      'history.timerProcessorMaxPollRPS=1000',
      ...config,
    ];
    const extraArgs = [...settings.flatMap((setting) => ['--dynamic-config-value', setting]), '--log-level', 'never'];
    const executable = { type: 'existing-path' as const, path };
    return new Temporal(
      await TestWorkflowEnvironment.createLocal({ server: { executable, searchAttributes, extraArgs } }),
    );
  }

  get client(): Client {
    return this.env.client;
  }

  async work(activities: Activities): Promise<Worker> {
    const worker = await createWorker({
      connection: this.env.nativeConnection,
      namespace: this.env.client.options.namespace,
      bundle: await bundle(),
      activities,
    });
    this.#workers.push({ worker, ended: worker.run() });
    return worker;
  }

  /** Stops all workers and waits until they have ended. */
  async rest(): Promise<void> {
    const ending = this.#workers.splice(0);
    for (const { worker } of ending) worker.shutdown();
    await Promise.all(ending.map(({ ended }) => ended));
  }

  async stop(): Promise<void> {
    await this.rest();
    await this.env.teardown();
  }
}

/** Waits until `holds`, asking again and again; fails with what it saw last. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  holds: (seen: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
