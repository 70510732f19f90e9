/** Starts of a worker process as a release, within the test: what workers/main.ts does, with activities of the test's own. */
import { newSigningKey } from '../../proof/envelope';
import { WorkerKey } from '../../proof/worker-key';
import { Fleet } from '../../workers/fleet';
import { startReleases, type ReleaseParts } from '../../workers/releases';
import type { Build } from './builds';
import type { TestDatabase } from './postgres';
import type { Activities, Temporal } from './temporal';

export class WorkerStarts {
  readonly key = new WorkerKey(newSigningKey());
  readonly said: string[] = [];
  #fleet: Fleet | undefined;

  constructor(
    private readonly temporal: Temporal,
    private readonly database: TestDatabase,
    private readonly activities: Activities,
  ) {}

  /** As if the one process ended and began again with this release. @throws as startReleases, with nothing left running */
  async restart(own: Build, over: Partial<ReleaseParts> = {}): Promise<Fleet> {
    await this.end();
    const { client, env } = this.temporal;
    const { namespace } = client.options;
    const fleet = new Fleet({ connection: env.nativeConnection, namespace, activities: this.activities });
    this.#fleet = fleet;
    const policies = { fourthBuild: 'end', otherSdk: 'refuse' } as const;
    try {
      await startReleases({
        ...{ pool: this.database.as('worker'), client, fleet, keys: [this.key], own, ...policies },
        say: (line) => this.said.push(line),
        ...over,
      });
      return fleet;
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  async end(): Promise<void> {
    this.#fleet?.stop();
    await this.#fleet?.ended();
    this.#fleet = undefined;
  }
}
