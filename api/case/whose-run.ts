/** Whose a run is: of the case that PostgreSQL says, of one whose start the API signed, or of nobody (docs/ARCHITECTURE.md#whose-run). */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { LEDGER_REFUSALS } from '../../contracts/case/failures';
import { reopeningId } from '../../contracts/case/ids';
import type { Status } from '../../contracts/case/views';
import type { ForeignWhy, UnclearWhy } from '../../contracts/operations/discrepancies';
import { casesOfEnterprise, learnRun, type CaseOfEnterprise } from '../../db/case/runs';
import { streamHead } from '../../db/ledger/ledger';
import { publicKeysUsed } from '../../db/operations/key-fingerprints';
import type { Pool } from '../../db/sql/pool';
import { headDifference, isSameHead } from '../../domain/ledger/heads';
import { status } from '../../workflows/reopening/messages';
import { signedFor, startInput } from './start-input';

/** A look at the server's own record; longer means that it is away or overloaded. */
const DESCRIBE_MS = 5000;
/** A cold case of many entries is replayed in some hundred milliseconds; longer, and nobody works on it. */
const QUERY_MS = 1500;
/** A case begun so long ago may have runs whose history is gone (workers/histories.ts): of a younger one nothing is. */
const HISTORY_DAYS = 30;

const { WORKFLOW_EXECUTION_STATUS_RUNNING, WORKFLOW_EXECUTION_STATUS_PAUSED } =
  temporal.api.enums.v1.WorkflowExecutionStatus;
const STATES: Readonly<Record<number, Run['state']>> = {
  [WORKFLOW_EXECUTION_STATUS_RUNNING]: 'running',
  [WORKFLOW_EXECUTION_STATUS_PAUSED]: 'paused',
};

export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  /** The first run of its chain. */
  readonly firstRun: string;
  readonly type: string;
  readonly state: 'running' | 'paused' | 'ended';
}

/** The open run under this id; `runId`: that one, if it is open. */
export async function openRun(client: Client, workflowId: string, runId?: string): Promise<Run | undefined> {
  const run = await newestRun(client, workflowId, runId);
  return run && run.state !== 'ended' ? run : undefined;
}

/** The newest run under this id, open or not, or the one named, by the server's own record; it needs no worker. */
export async function newestRun(client: Client, workflowId: string, runId?: string): Promise<Run | undefined> {
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { raw } = await client.withDeadline(Date.now() + DESCRIBE_MS, () => handle.describe());
    const { execution, firstRunId, type, status: state } = raw.workflowExecutionInfo ?? {};
    return {
      workflowId,
      runId: execution?.runId ?? '',
      firstRun: firstRunId ?? '',
      type: type?.name ?? '',
      state: STATES[state ?? 0] ?? 'ended',
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

export type Whose =
  | { readonly is: 'own'; readonly caseNumber: string; readonly startCommand: string; readonly closed: boolean }
  | { readonly is: 'foreign'; readonly why: ForeignWhy }
  /** Nobody can say yet: it is neither trusted with anything new nor ended. */
  | { readonly is: 'unclear'; readonly why: UnclearWhy | 'silent'; readonly of: CaseOfEnterprise | undefined };

export interface Asked {
  readonly pool: Pool;
  readonly temporal: Client;
}

/**
 * Says whose a run under a case's id is, and keeps what it learns. Memo, headers and search attributes are anybody's: asked are
 * PostgreSQL, the signed input of the chain's first run, and, when the ledger has something of the case, its own end of it.
 */
export async function whoseRun(asked: Asked, run: Run): Promise<Whose> {
  if (run.type !== 'reopening') return foreign('type');
  const cases = await casesOfEnterprise(asked.pool, run.workflowId.slice(reopeningId('').length), HISTORY_DAYS);
  const known = cases.find(({ firstRun }) => firstRun === run.firstRun);
  if (known) return own(known);
  const started = await startInput(asked.temporal, { workflowId: run.workflowId, runId: run.firstRun });
  if (!started) return withoutStart(asked, run, cases);
  const keys = await publicKeysUsed(asked.pool);
  const caseNumber = signedFor(run.workflowId, started.input, keys);
  // A database in which nobody has signed yet is perhaps not the one of this Temporal.
  if (keys.length === 0) return { is: 'unclear', why: 'unregistered', of: undefined };
  if (caseNumber === undefined) return foreign('start');
  const signed = cases.find((one) => one.caseNumber === caseNumber);
  // As after an older backup: what the API signed and PostgreSQL does not know is not ended.
  if (!signed) return { is: 'unclear', why: 'unregistered', of: undefined };
  if (signed.firstRun !== null) return foreign('chain');
  if (signed.closed) return own(signed);
  return byItsHead(asked, run, signed);
}

/** Nobody has the input of its first run any more: only a case that is older than histories are kept may be in such a run. */
function withoutStart(asked: Asked, run: Run, cases: readonly CaseOfEnterprise[]): Whose | Promise<Whose> {
  const unknown = cases.filter(({ firstRun }) => firstRun === null);
  if (unknown.length === 0) return foreign(cases.some(({ closed }) => !closed) ? 'chain' : 'no-case');
  const [open] = unknown.filter(({ closed }) => !closed);
  if (!open?.isOlder) return { is: 'unclear', why: 'gone', of: open };
  return byItsHead(asked, run, open);
}

/**
 * A start that the API signed can be copied. A copy has opened at another moment, so its ledger is another from the first entry on;
 * as long as PostgreSQL has no entry a copy is as good as the run.
 */
async function byItsHead(asked: Asked, run: Run, of: CaseOfEnterprise): Promise<Whose> {
  const { pool, temporal: client } = asked;
  const before = await streamHead(pool, of.caseNumber);
  if (before.sequence === 0) return learnt(asked, run, of);
  const held = await statusOfRun(client, run);
  if (!held) return { is: 'unclear', why: 'silent', of };
  const after = await streamHead(pool, of.caseNumber);
  if (held.view.caseNumber !== of.caseNumber) return { is: 'unclear', why: 'head', of };
  if (isSameHead(held, after)) return learnt(asked, run, of);
  const isRefused = LEDGER_REFUSALS.some((type) => type === held.needsAttention);
  return { is: 'unclear', why: isRefused || headDifference(held, before, after) ? 'head' : 'silent', of };
}

async function learnt({ pool }: Asked, run: Run, of: CaseOfEnterprise): Promise<Whose> {
  return (await learnRun(pool, of.caseNumber, run.firstRun)) ? own(of) : foreign('chain');
}

/** Undefined when nobody answers in time, or answers something else: whoever reaches Temporal can answer as a worker. */
export async function statusOfRun(
  client: Client,
  { workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>,
  withinMs = QUERY_MS,
): Promise<Status | undefined> {
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    const held: unknown = await client.withDeadline(Date.now() + withinMs, () => handle.query(status));
    return isStatus(held) ? held : undefined;
  } catch {
    return undefined;
  }
}

function isStatus(held: unknown): held is Status {
  const { head, unrecorded, view } = (held ?? {}) as Partial<Status>;
  return [typeof head?.sequence, typeof unrecorded, typeof head?.hash, typeof view?.caseNumber].join() === STATUS_TYPES;
}

const STATUS_TYPES = 'number,number,string,string';

function own({ caseNumber, startCommand, closed }: CaseOfEnterprise): Whose {
  return { is: 'own', caseNumber, startCommand, closed };
}

function foreign(why: ForeignWhy): Whose {
  return { is: 'foreign', why };
}
