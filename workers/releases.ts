/** A start of a worker process as a release: which builds it runs, whether its own is registered and made current, and when it must not start. */
import type { Client } from '@temporalio/client';
import { ConfigurationError } from '../config/env';
import { isNewest, locked, registerRelease, releases, type Release } from '../db/operations/releases';
import type { Pool } from '../db/sql/pool';
import type { WorkerKey } from '../proof/worker-key';
import { Deployment, MOVING_TYPES, STAYING_TYPES } from './deployment';
import type { Fleet } from './fleet';
import { moveRuns } from './moving';
import { OtherSdk, RefusedBundle, registrationOf, runnableBundle } from './stored-bundles';

/** Each open build is a worker more in every process, and a release more whose bodies and states today's code must understand. */
export const MOST_OPEN_BUILDS = 3;

export interface OwnBuild {
  readonly build: string;
  readonly code: string;
  /** Of the state that its runs carry. */
  readonly schema: number;
}

export interface ReleaseParts {
  readonly pool: Pool;
  readonly client: Client;
  readonly fleet: Fleet;
  /** The first signs, all are believed. */
  readonly keys: readonly [WorkerKey, ...WorkerKey[]];
  readonly own: OwnBuild;
  readonly fourthBuild: 'end' | 'move';
  readonly otherSdk: 'refuse' | 'elsewhere';
  /** Lines for operators. */
  readonly say: (line: string) => void;
  readonly stopping?: AbortSignal;
}

/**
 * Runs the builds that are needed besides the own one, then registers the own one, runs it, and makes it current when it is the newest.
 * Ended at any point and begun again, it goes on. @throws ConfigurationError with one line when this worker must not start
 */
export async function startReleases(parts: ReleaseParts): Promise<void> {
  await refuseLowerSchema(parts);
  const others = await othersToRun(parts);
  // Before anybody polls: a worker that must not start is not taken for one that works.
  if (parts.fourthBuild === 'end') await refuseFourth(parts);
  for (const { build, code, former } of others) await parts.fleet.start(build, code, { former });
  await locked(parts.pool, () => bringIn(parts));
}

async function refuseLowerSchema({ pool, own }: ReleaseParts): Promise<void> {
  const higher = (await releases(pool)).find(({ schema }) => schema > own.schema);
  if (!higher) return;
  throw new ConfigurationError(
    `This release knows the state of cases up to schema ${own.schema}, and release ${higher.number} (build ${higher.build}) of this system has schema ${higher.schema}: start that release or a later one.`,
  );
}

interface Other {
  readonly build: string;
  readonly code: string;
  readonly former: boolean;
}

/**
 * Builds with open runs, the current one, and the one before the newest, so that a release can be taken back at once. What cannot be
 * run is said, and its runs wait; of another SDK it is a reason not to start. @throws ConfigurationError
 */
async function othersToRun(parts: ReleaseParts): Promise<Other[]> {
  const { client, pool, own } = parts;
  const deployment = new Deployment(client);
  const current = await deployment.current();
  const before = (await releases(pool)).findLast(({ build }) => build !== own.build);
  const open = await openBuilds(deployment, [...MOVING_TYPES, ...STAYING_TYPES]);
  const builds = new Set([
    ...open.keys(),
    ...(current === undefined ? [] : [current]),
    ...(before ? [before.build] : []),
  ]);
  builds.delete(own.build);
  const others: Other[] = [];
  for (const build of builds) {
    try {
      const { code } = await runnableBundle(pool, build, parts.keys);
      others.push({ build, code, former: build !== current });
    } catch (error) {
      if (!(error instanceof RefusedBundle)) throw error;
      withoutIt(parts, error, open.get(build) ?? 0);
    }
  }
  return others;
}

/** @throws ConfigurationError for runs that only a worker of another SDK can go on with, unless there is said to be one */
function withoutIt({ otherSdk, say }: ReleaseParts, error: RefusedBundle, runs: number): void {
  if (error instanceof OtherSdk && runs > 0 && otherSdk === 'refuse')
    throw new ConfigurationError(
      `${error.message} It has ${runs} open runs: move them first, from a worker of that SDK (docs/changing-workflows.md, "Another SDK").`,
    );
  say(`${error.message}${runs > 0 ? ` It has ${runs} open runs.` : ''}`);
}

async function openBuilds(
  deployment: Deployment,
  types: Parameters<Deployment['openRuns']>[1],
): Promise<Map<string, number>> {
  const open = new Map<string, number>();
  for (const build of await deployment.builds()) {
    const runs = await deployment.openRuns(build, types);
    if (runs > 0) open.set(build, runs);
  }
  return open;
}

async function bringIn(parts: ReleaseParts): Promise<void> {
  const { pool, client, own, fleet, keys, say } = parts;
  const deployment = new Deployment(client);
  const registered = (await releases(pool)).some(({ build }) => build === own.build);
  const becomesCurrent = !registered || (await isNewest(pool, own.build));
  const current = await deployment.current();
  await makeRoom(parts);
  // First known to every worker by its bundle, then to Temporal: no case can be on a build that nobody finds.
  await registerRelease(pool, registrationOf(own, keys[0]));
  await fleet.start(own.build, own.code, { former: false });
  if (becomesCurrent) {
    await deployment.makeCurrent(own.build, parts.stopping);
    if (current !== own.build) say(`build ${own.build} is current now`);
  } else if (current !== own.build) {
    say(
      `build ${own.build} is not made current: ${await whyNot(pool, own.build)}; npm run release -- back ${own.build} would`,
    );
  }
}

async function whyNot(pool: Pool, build: string): Promise<string> {
  const newest = (await releases(pool)).at(-1);
  return newest === undefined || newest.build === build
    ? 'an operator has taken it back'
    : `release ${newest.number} (build ${newest.build}) is newer`;
}

/** The builds whose cases are open besides the own one, when that one would be the fourth; undefined when there is room. */
async function tooMany({ client, pool, own }: ReleaseParts): Promise<string[] | undefined> {
  const deployment = new Deployment(client);
  const registered = (await releases(pool)).some(({ build }) => build === own.build);
  if ((await deployment.current()) === own.build || (registered && !(await isNewest(pool, own.build))))
    return undefined;
  const open = await openBuilds(deployment, MOVING_TYPES);
  open.delete(own.build);
  return open.size < MOST_OPEN_BUILDS ? undefined : [...open.keys()];
}

/** @throws ConfigurationError with one line that says what to do */
async function refuseFourth(parts: ReleaseParts): Promise<void> {
  const open = await tooMany(parts);
  if (open) throw fourth(open);
}

function fourth(open: readonly string[]): ConfigurationError {
  return new ConfigurationError(
    `${open.length} builds have open cases (${open.join(', ')}), and this one would be the fourth: move them to the current one first (npm run release -- move).`,
  );
}

/** Before a fourth build opens, the cases of the oldest move to the current one. */
async function makeRoom(parts: ReleaseParts): Promise<void> {
  const open = await tooMany(parts);
  if (!open) return;
  const current = await new Deployment(parts.client).current();
  const oldest = (await releases(parts.pool)).find(({ build }) => open.includes(build) && build !== current);
  if (!oldest || parts.fourthBuild === 'end') throw fourth(open);
  await empty(parts, oldest);
}

async function empty({ client, say, stopping }: ReleaseParts, { build, number }: Release): Promise<void> {
  say(`three builds have open cases: those of the oldest, release ${number} (build ${build}), move to the current one`);
  const { before, after, left } = await moveRuns(client, {
    from: [build],
    ...(stopping && { stopping }),
    progress: (moved, of) => say(`${moved} of ${of} have moved`),
  });
  const [first] = left;
  if (after > 0)
    throw new ConfigurationError(
      `${after} of ${before} runs of build ${build} do not move, and this build would be the fourth: ${first?.workflow}: ${first?.why} (npm run release -- status).`,
    );
}
