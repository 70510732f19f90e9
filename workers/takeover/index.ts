/**
 * The takeover: everything that runs on the code of the landed release goes on on this one's. API and worker of the landed release are
 * stopped meanwhile. All of it is derived from Temporal and PostgreSQL, so that a takeover that was cut off is gone on with by the next.
 */
import { Worker, type NativeConnection } from '@temporalio/worker';
import { reopeningId } from '../../contracts/case/ids';
import { enterprisesWithOpenCase, isTakenOver, setTakenOver } from '../../db/operations/takeovers';
import { Bell } from '../bell';
import { keepHistories } from '../histories';
import { adopt, type Takeover } from './adoption';
import { moveClocks } from './clocks';
import { bindAllRules, fillAllStates, renameAllRules } from './kept-cases';
import { LANDED_QUEUE, landedBundle } from './landed-bundle';
import { endOthers } from './others';
import { landedWorkflows, newestRun, Unfit } from './runs';

/** Replays are computed on one core, while the server writes on another. */
const AT_ONCE = 4;
/** Somebody waits for the start and wants to see that it goes on. */
const SAY_EVERY_MS = 1000;

export interface TakeoverParts extends Takeover {
  readonly connection: NativeConnection;
  readonly mode: 'trial' | 'live';
  readonly say: (line: string) => void;
}

/** Does nothing where it was done. What only a person can mend is named, left as it was, and looked at again by the next one. */
export async function takeOver(parts: TakeoverParts): Promise<void> {
  const { client, pool, connection, mode, say } = parts;
  if (await isTakenOver(pool)) return;
  // What is read below must be there when this is cut off and gone on with later.
  await keepHistories(connection, client.options.namespace, say);
  await renameAllRules(parts);
  const left = await adoptAll(parts);
  await endOthers(client);
  const failed = () => say('a bulletin to come could not be started; the worker does it within a minute');
  await new Bell(client, failed).startBulletins(pool);
  const unknown = await bindAllRules(parts);
  await fillAllStates(parts);
  if (mode === 'trial') await moveClocks(client, pool);
  for (const number of unknown) say(`case ${number}: its rules are neither in Temporal nor in the programme's file`);
  if (left === 0) await setTakenOver(pool);
  else say(`${left} cases stay on the release before, where nobody answers them; the next start tries again`);
}

/** @returns how many only a person can mend */
async function adoptAll(parts: TakeoverParts): Promise<number> {
  const { say } = parts;
  const ids = await candidates(parts);
  if (ids.length === 0) return 0;
  const { connection, client } = parts;
  const worker = await Worker.create({
    connection,
    namespace: client.options.namespace,
    taskQueue: LANDED_QUEUE,
    workflowBundle: landedBundle(),
    // What a case asks of PostgreSQL waits, and goes on in the run that adopts it: nothing is recorded from here.
    activities: {},
    maxCachedWorkflows: CACHED,
    maxConcurrentWorkflowTaskExecutions: AT_ONCE,
  });
  return worker.runUntil(() => adoptEach(parts, ids, progress(say, ids.length)));
}

/** The runs in hand and a few that wake meanwhile; the default of some hundred would keep whole towns in memory. */
const CACHED = 20;

/** Ids of workflows of cases that may still be on the landed code: what Temporal lists, which may be a moment late, and what is open. */
async function candidates({ client, pool }: TakeoverParts): Promise<string[]> {
  const listed = await landedWorkflows(client, `WorkflowType = 'reopening'`);
  const open = (await enterprisesWithOpenCase(pool)).map(reopeningId);
  return [...new Set([...listed, ...open])].sort();
}

async function adoptEach(parts: TakeoverParts, ids: readonly string[], done: () => void): Promise<number> {
  const waiting = [...ids];
  let left = 0;
  const adoptNext = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await adopt(parts, id);
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        left += 1;
        const number = (await newestRun(parts.client, id))?.memo.caseNumber ?? id;
        parts.say(`case ${number} stays as it was: ${error.message}`);
      }
      done();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, adoptNext));
  return left;
}

/** At most one line a second, the first and the last among them. */
function progress(say: (line: string) => void, all: number): () => void {
  let count = 0;
  let saidAt = -Infinity;
  return () => {
    count += 1;
    const now = performance.now();
    if (count < all && now - saidAt < SAY_EVERY_MS) return;
    saidAt = now;
    say(`taking over running cases: ${count} of ${all} …`);
  };
}
