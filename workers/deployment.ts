/** What Temporal knows of the builds: which is current, which runs are open on each, who polls; and how another becomes current. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { DEPLOYMENT, TASK_QUEUE } from '../contracts/case/ids';

/** The types whose runs move to the current build; the others, bulletins and summaries, end within a week on the build they began on. */
export const MOVING_TYPES = ['reopening', 'supplyOrder', 'noticeChannel'] as const;
export const STAYING_TYPES = ['bulletin', 'dailySummary'] as const;
type WorkflowType = (typeof MOVING_TYPES)[number] | (typeof STAYING_TYPES)[number];

/** What a log of the server shows as the one who changed the current version. */
const IDENTITY = 'fugong';
/** A version is known a second or two after its first poll; a current one everywhere about a second after that. */
const AGAIN_MS = 100;
const PATIENCE_MS = 60_000;
/** A poll lasts up to 60 s and is then made anew. */
const POLL_MS = 70_000;

const { NOT_FOUND, FAILED_PRECONDITION } = { NOT_FOUND: 5, FAILED_PRECONDITION: 9 } as const;

export interface Routing {
  /** The build that new runs begin on; undefined: none, they begin on workers without a version. */
  readonly current: string | undefined;
  /** A build that gets a part of them; this system never sets one. */
  readonly ramping: string | undefined;
}

export class Deployment {
  constructor(private readonly client: Client) {}

  /** The current build; undefined before the first one. */
  async current(): Promise<string | undefined> {
    return (await this.#describe())?.routingConfig?.currentDeploymentVersion?.buildId || undefined;
  }

  /** Where new runs go; undefined before the first build. */
  async routing(): Promise<Routing | undefined> {
    const routing = (await this.#describe())?.routingConfig;
    if (!routing) return undefined;
    const { currentDeploymentVersion, rampingDeploymentVersion, rampingVersionPercentage } = routing;
    return {
      current: currentDeploymentVersion?.buildId || undefined,
      ramping: rampingDeploymentVersion?.buildId || (rampingVersionPercentage ? DEPLOYMENT : undefined),
    };
  }

  async #describe(): Promise<temporal.api.deployment.v1.IWorkerDeploymentInfo | undefined> {
    const { workflowService, options } = this.client;
    try {
      const found = await workflowService.describeWorkerDeployment({
        namespace: options.namespace,
        deploymentName: DEPLOYMENT,
      });
      return found.workerDeploymentInfo ?? undefined;
    } catch (error) {
      if (codeOf(error) === NOT_FOUND) return undefined;
      throw error;
    }
  }

  /**
   * Makes a build current whose worker polls, and waits until runs see it. Done again it changes nothing.
   * @throws Error with one line when the server does not know the build within a minute: no worker polls
   */
  async makeCurrent(build: string, stopping?: AbortSignal): Promise<void> {
    const { workflowService, options } = this.client;
    const giveUpAt = Date.now() + PATIENCE_MS;
    const request = { namespace: options.namespace, deploymentName: DEPLOYMENT, buildId: build, identity: IDENTITY };
    while ((await this.current()) !== build) {
      try {
        await workflowService.setWorkerDeploymentCurrentVersion(request);
      } catch (error) {
        // Nobody has polled for it yet, or its change is still under way.
        if (![NOT_FOUND, FAILED_PRECONDITION].includes(codeOf(error) as 5) || Date.now() > giveUpAt) throw error;
        await pause(AGAIN_MS, undefined, { signal: stopping });
      }
    }
    while (Date.now() < giveUpAt && !(await this.#isEverywhere()))
      await pause(AGAIN_MS, undefined, { signal: stopping });
  }

  async #isEverywhere(): Promise<boolean> {
    const { ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS } = temporal.api.enums.v1.RoutingConfigUpdateState;
    return (await this.#describe())?.routingConfigUpdateState !== ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS;
  }

  /** Open runs of a build, of these types; a moment behind. */
  async openRuns(build: string, types: readonly WorkflowType[]): Promise<number> {
    return (await this.client.workflow.count(openOn(build, types))).count;
  }

  /** Builds that Temporal knows: every one with open runs is among them. */
  async builds(): Promise<string[]> {
    const { versionSummaries } = (await this.#describe()) ?? {};
    return (versionSummaries ?? []).flatMap(({ deploymentVersion }) => deploymentVersion?.buildId ?? []);
  }

  /** Builds for which a worker has polled within 70 s. */
  async polled(): Promise<Set<string>> {
    const { workflowService, options } = this.client;
    const { pollers } = await workflowService.describeTaskQueue({
      namespace: options.namespace,
      taskQueue: { name: TASK_QUEUE },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    });
    const since = Date.now() - POLL_MS;
    const fresh = (pollers ?? []).filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= since);
    return new Set(fresh.flatMap(({ deploymentOptions }) => deploymentOptions?.buildId ?? []));
  }
}

/** A list filter: open runs that are pinned to the build. */
export function openOn(build: string, types: readonly WorkflowType[]): string {
  const names = types.map((type) => `"${type}"`).join(', ');
  return `TemporalWorkerDeploymentVersion = "${DEPLOYMENT}:${build}" AND ExecutionStatus = "Running" AND WorkflowType IN (${names})`;
}

/** When the oldest open run of a build began, as ISO 8601; null: there is none. */
export async function oldestOpen(client: Client, build: string): Promise<string | null> {
  let oldest: Date | null = null;
  for await (const { startTime } of client.workflow.list({ query: openOn(build, [...MOVING_TYPES, ...STAYING_TYPES]) }))
    if (oldest === null || startTime < oldest) oldest = startTime;
  return oldest?.toISOString() ?? null;
}

/** The gRPC status of an error of the server, if it is one. */
function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
