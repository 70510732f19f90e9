/** `release -- status`: every build with its number, SDK and schema, which is current, and what is open on each. */
import { releases } from '../../db/operations/releases';
import { Deployment, MOVING_TYPES, oldestOpen, STAYING_TYPES } from '../../workers/deployment';
import type { Desk } from './desk';

export interface BuildStatus {
  readonly build: string;
  /** None: Temporal has it, and the database does not. */
  readonly number: number | null;
  readonly sdk: string | null;
  readonly schema: number | null;
  readonly registeredAt: string | null;
  readonly current: boolean;
  /** A worker has polled for it within 70 s. */
  readonly polled: boolean;
  /** Open runs by type; what is 0 is left out. */
  readonly open: Readonly<Record<string, number>>;
  /** When the oldest of these runs began; a case that has continued as new since is older. */
  readonly oldest: string | null;
}

export async function buildStatuses({ pool, client }: Desk): Promise<BuildStatus[]> {
  const deployment = new Deployment(client);
  const [known, current, temporal, polled] = await Promise.all([
    releases(pool),
    deployment.current(),
    deployment.builds(),
    deployment.polled(),
  ]);
  const foreign = temporal.filter((build) => !known.some((one) => one.build === build));
  const all = [...known, ...foreign.map((build) => ({ build, number: null, sdk: null, schema: null }))];
  const statuses: BuildStatus[] = [];
  for (const one of all) {
    // What Temporal has forgotten has no open runs.
    const open = temporal.includes(one.build) ? await openByType(deployment, one.build) : {};
    statuses.push({
      ...{ build: one.build, number: one.number, sdk: one.sdk, schema: one.schema },
      registeredAt: 'registeredAt' in one ? one.registeredAt.toISOString() : null,
      current: one.build === current,
      polled: polled.has(one.build),
      open,
      oldest: Object.keys(open).length > 0 ? await oldestOpen(client, one.build) : null,
    });
  }
  return statuses;
}

async function openByType(deployment: Deployment, build: string): Promise<Record<string, number>> {
  const open: Record<string, number> = {};
  for (const type of [...MOVING_TYPES, ...STAYING_TYPES]) {
    const runs = await deployment.openRuns(build, [type]);
    if (runs > 0) open[type] = runs;
  }
  return open;
}

export async function status(desk: Desk): Promise<void> {
  const builds = await buildStatuses(desk);
  if (desk.json) return console.log(JSON.stringify({ builds }, null, 2));
  if (builds.length === 0) return console.log('No build is registered yet: start a worker.');
  for (const one of builds) console.log(lineOf(one));
}

function lineOf({ number, build, current, polled, sdk, schema, open, oldest, registeredAt }: BuildStatus): string {
  const runs = Object.entries(open).map(([type, count]) => `${count} ${type}`);
  return [
    `release ${number ?? '–'}  ${build}${current ? '  current' : ''}`,
    registeredAt === null ? 'not registered' : `registered ${registeredAt.slice(0, 16).replace('T', ' ')}`,
    ...(sdk === null ? [] : [`SDK ${sdk}`, `schema ${schema}`]),
    runs.length > 0
      ? `open: ${runs.join(', ')}, the oldest since ${oldest?.slice(0, 16).replace('T', ' ')}`
      : 'nothing open',
    ...(polled || runs.length === 0 ? [] : ['NO WORKER RUNS IT']),
  ].join(' · ');
}
