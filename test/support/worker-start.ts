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
  readonly #fleets: Fleet[] = [];

  constructor(
    private readonly temporal: Temporal,
    private readonly database: TestDatabase,
    private readonly activities: Activities,
  ) {}

  /** The process's fleet, when its start is over. @throws as startReleases, with nothing left running */
  async start(own: Build, over: Partial<ReleaseParts> = {}): Promise<Fleet> {
    const { client, env } = this.temporal;
    const { namespace } = client.options;
    const fleet = new Fleet({ connection: env.nativeConnection, namespace, activities: this.activities });
    this.#fleets.push(fleet);
    const policies = { fourthBuild: 'end', otherSdk: 'refuse' } as const;
    try {
      await startReleases({
        ...{ pool: this.database.pool, client, fleet, keys: [this.key], own, ...policies },
        say: (line) => this.said.push(line),
        ...over,
      });
      return fleet;
    } catch (error) {
      await this.end(fleet);
      throw error;
    }
  }

  async end(fleet: Fleet): Promise<void> {
    fleet.stop();
    await fleet.ended();
  }

  async endAll(): Promise<void> {
    await Promise.all(this.#fleets.splice(0).map((fleet) => this.end(fleet)));
  }
}
