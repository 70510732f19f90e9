/** A real Temporal dev server with workers for tests. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import type { createActivities } from '../../activities';
import { readEnvironment } from '../../config/env';
import { temporalBinary } from '../../local/temporal-binary';
import { SDK_TYPES, SEARCH_ATTRIBUTES } from '../../contracts/case/search-attributes';
import { workflowBundle } from '../../workers/bundle';
import { createWorker } from '../../workers/worker';
import { kept, onceInProcess } from './kept';
import { moved } from './progress';
import { Repeats } from './repeated-calls';

export type Activities = ReturnType<typeof createActivities>;

/** What the bundle is made of; of the activities only types. */
export const BUNDLED = [
  'workflows',
  'domain',
  'contracts',
  'proof',
  'activities',
  'workers/bundle.ts',
  'package-lock.json',
];

/** Made once for all runs on the same sources. */
export async function bundle(): ReturnType<typeof workflowBundle> {
  const file = await kept('workflows', BUNDLED, async (unfinished) => {
    writeFileSync(unfinished, (await workflowBundle()).code);
  });
  return { code: readFileSync(file, 'utf8') };
}

export class Temporal {
  #workers: { worker: Worker; ended: Promise<void> }[] = [];
  private constructor(
    readonly env: TestWorkflowEnvironment,
    readonly client: Client,
    private readonly repeats: Repeats,
  ) {}

  /** `config` are dynamic settings of the server, as `key=json`. */
  static async start(...config: string[]): Promise<Temporal> {
    if (Runtime._instance === undefined) Runtime.install({ logger: new DefaultLogger('ERROR') });
    const path = await onceInProcess('temporal', () => temporalBinary(readEnvironment()));
    const searchAttributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => ({ name, type: SDK_TYPES[type] }));
    const settings = [
      'frontend.WorkflowTimeSkippingEnabled=true',
      'history.timerProcessorMaxTimeShift="10ms"',
      'history.timerProcessorMaxPollRPS=1000',
      ...config,
    ];
    const extraArgs = [...settings.flatMap((setting) => ['--dynamic-config-value', setting]), '--log-level', 'never'];
    const executable = { type: 'existing-path' as const, path };
    const env = await TestWorkflowEnvironment.createLocal({ server: { executable, searchAttributes, extraArgs } });
    const repeats = new Repeats();
    const connection = await Connection.connect({ address: env.address, interceptors: [repeats.interceptor] });
    const { namespace } = env.client.options;
    return new Temporal(env, new Client({ connection, namespace }), repeats);
  }

  async work(activities: Activities): Promise<Worker> {
    const worker = await createWorker({
      connection: this.env.nativeConnection,
      namespace: this.client.options.namespace,
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
    await this.repeats.end();
    await this.client.connection.close();
    await this.env.teardown();
  }
}

/** With nothing new to be seen for so long, nothing will come: the slowest single steps, a worker that is back or a lease that ends, take some 10 s here. */
const PATIENCE_MS = 90_000;

/** Waits until `holds`, asking again and again, as long as what it sees still changes now and then; fails with what it saw last. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  holds: (seen: T) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  let before: string | undefined;
  for (let since = Date.now(); ;) {
    const seen = await look();
    if (holds(seen)) return seen;
    const now = JSON.stringify(seen);
    if (now !== before) {
      [before, since] = [now, Date.now()];
      moved();
    }
    if (Date.now() - since > patienceMs) throw new Error(`nothing moved for ${patienceMs} ms; last seen: ${now}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
