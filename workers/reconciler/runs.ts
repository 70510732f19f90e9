/** Runs under our ids that are nobody's, and open cases that have none: the first check of the reconciler. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { openRun, whoseRun, type Asked, type Run, type Whose } from '../../api/case/whose-run';
import { bulletinId, DAILY_SUMMARY, noticesId, orderId, reopeningId } from '../../contracts/case/ids';
import type { ForeignWhy, MissingWhy } from '../../contracts/operations/discrepancies';
import { isOpenCase, openCases, seeRuns, type OpenCase } from '../../db/operations/open-cases';
import { hasStood, noteDiscrepancy, settleDiscrepancies } from '../../db/operations/discrepancies';

/** Every id begins with what it is of; `a/` and `b` are cut off again. */
const TYPES = [
  [reopeningId(''), 'reopening'],
  [orderId('', 0).replace(/\/0$/, ''), 'supplyOrder'],
  [noticesId(''), 'noticeChannel'],
  [bulletinId(''), 'bulletin'],
  [DAILY_SUMMARY, 'dailySummary'],
] as const;

/** Everything open under a case's id, and what is of another type than its id says: thousands of orders are not listed. */
const LISTED = TYPES.map(([prefix, type]) => {
  const isUnder = `WorkflowId STARTS_WITH '${prefix}'`;
  return type === 'reopening' ? isUnder : `(${isUnder} AND WorkflowType != '${type}')`;
}).join(' OR ');

/** A case that has ended records what is left of it within seconds: notes at most, for it is recorded as closed. */
const ENDING_SECONDS = 300;
/** So many open cases, and not one of them runs: rather another system's Temporal or PostgreSQL than an attack, and nothing is ended. */
const ANOTHER_SYSTEM = 10;

interface Listed {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly isRunning: boolean;
}

/** What is listed may be a moment behind: before anything is said of a run or a case, the server's own record is asked. */
export async function compareRuns(asked: Asked): Promise<void> {
  const listed = await openWorkflows(asked.temporal);
  const open = await openCases(asked.pool);
  // Those seen in the pass before in the same run need no other look.
  const known = new Map(open.map((one) => [one.currentRun, one]));
  const present = new Set<string>();
  const others: Listed[] = [];
  for (const one of listed) {
    const of = known.get(one.runId);
    if (of && one.isRunning && one.workflowId === reopeningId(of.enterprise)) present.add(of.caseNumber);
    else others.push(one);
  }
  const foreign = await lookAtEach(asked, others, present);
  await nameMissing(
    asked,
    open.filter(({ caseNumber }) => !present.has(caseNumber)),
  );
  const isOther = present.size === 0 && open.length >= ANOTHER_SYSTEM;
  const standing: string[] = [];
  for (const one of foreign) if (!(await endForeign(asked, one, isOther))) standing.push(subjectOf(one.run));
  await settleDiscrepancies(asked.pool, 'foreign-run', standing);
}

async function openWorkflows(client: Client): Promise<Listed[]> {
  const listed: Listed[] = [];
  // A paused one is open as well, and is not `Running`.
  const query = `CloseTime IS NULL AND (${LISTED})`;
  for await (const { workflowId, runId, type, status } of client.workflow.list({ query }))
    listed.push({ workflowId, runId, type, isRunning: status.name === 'RUNNING' });
  return listed;
}

interface Foreign {
  readonly run: Run;
  readonly why: ForeignWhy;
  /** The closed case whose run goes on. */
  readonly of: string | null;
}

/** Adds to `present` the cases of which one cannot say that they have no run. @returns what is nobody's */
async function lookAtEach(asked: Asked, listed: readonly Listed[], present: Set<string>): Promise<Foreign[]> {
  const foreign: Foreign[] = [];
  const own: { caseNumber: string; run: string }[] = [];
  const unclear: string[] = [];
  for (const { workflowId, runId } of listed) {
    const run = await openRun(asked.temporal, workflowId, runId);
    if (!run) continue;
    const whose: Whose = await whoseOf(asked, run);
    if (whose.is === 'foreign') foreign.push({ run, why: whose.why, of: null });
    if (whose.is === 'own' && whose.closed) foreign.push({ run, why: 'closed', of: whose.caseNumber });
    if (whose.is === 'own' && !whose.closed) {
      own.push({ caseNumber: whose.caseNumber, run: run.runId });
      if (run.state === 'running') present.add(whose.caseNumber);
    }
    if (whose.is !== 'unclear') continue;
    if (whose.of) present.add(whose.of.caseNumber);
    if (whose.why === 'silent') continue;
    const caseNumber = whose.of?.caseNumber ?? null;
    unclear.push(subjectOf(run));
    await noteDiscrepancy(asked.pool, { kind: 'unclear-run', subject: subjectOf(run), why: whose.why, caseNumber });
  }
  await settleDiscrepancies(asked.pool, 'unclear-run', unclear);
  await seeRuns(asked.pool, own);
  return foreign;
}

async function whoseOf(asked: Asked, run: Run): Promise<Whose> {
  const [, type] = TYPES.find(([prefix]) => run.workflowId.startsWith(prefix)) ?? [];
  if (type === 'reopening') return whoseRun(asked, run);
  return run.type === type ? { is: 'unclear', why: 'silent', of: undefined } : { is: 'foreign', why: 'type' };
}

/**
 * A case that has ended and is recorded as closed may still run for a moment, and is ended when it goes on for minutes.
 * @returns whether it has ended
 */
async function endForeign({ pool, temporal }: Asked, { run, why, of }: Foreign, isOther: boolean): Promise<boolean> {
  const found = { kind: 'foreign-run', subject: subjectOf(run), why, caseNumber: of } as const;
  // Named before it is ended: a process that dies in between has said it.
  await noteDiscrepancy(pool, found);
  const mayBeEnding = why === 'closed' && !(await hasStood(pool, found.kind, found.subject, ENDING_SECONDS));
  if (isOther || mayBeEnding) return false;
  await terminate(temporal, run, `fugong: no run of this system (${why})`);
  await noteDiscrepancy(pool, found, { over: true });
  return true;
}

async function terminate({ workflow }: Client, { workflowId, runId, firstRun }: Run, reason: string): Promise<void> {
  try {
    // The whole chain: one that has continued as new in this moment is no less foreign.
    await workflow.getHandle(workflowId, undefined, { firstExecutionRunId: firstRun || runId }).terminate(reason);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function nameMissing({ pool, temporal }: Asked, open: readonly OpenCase[]): Promise<void> {
  const missing: string[] = [];
  for (const { caseNumber, enterprise, firstRun } of open) {
    const run = await openRun(temporal, reopeningId(enterprise));
    const why = whyMissing(run, firstRun);
    // It may have ended since, and be recorded so before it ended.
    if (!why || !(await isOpenCase(pool, caseNumber, firstRun))) continue;
    missing.push(caseNumber);
    await noteDiscrepancy(pool, { kind: 'missing-run', subject: caseNumber, why, caseNumber });
  }
  await settleDiscrepancies(pool, 'missing-run', missing);
}

function whyMissing(run: Run | undefined, firstRun: string | null): MissingWhy | undefined {
  if (!run) return 'ended';
  if (firstRun !== null && run.firstRun !== firstRun) return 'replaced';
  return run.state === 'paused' ? 'paused' : undefined;
}

function subjectOf({ workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>): string {
  return `${workflowId} ${runId}`;
}
