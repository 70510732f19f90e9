/** One case of the landed release: ended there, and begun here by a signed act with exactly what it carried. */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { workflowOptions } from '../../api/case/workflow-options';
import { orderId } from '../../contracts/case/ids';
import type { Adopted, CaseMemo } from '../../contracts/case/start';
import { keepAct } from '../../db/ledger/acts';
import { forgetRun, keepRun } from '../../db/case/runs';
import { streamHead } from '../../db/ledger/ledger';
import { isRegistered } from '../../db/operations/takeovers';
import { bindRules } from '../../db/programme/rules';
import type { Pool } from '../../db/sql/pool';
import type { Reopening } from '../../domain/case/state';
import { MACHINE } from '../../domain/ledger/outside-acts';
import { namedRules } from '../../programme/rules';
import type { Programme } from '../../programme/schema';
import { digestOf } from '../../proof/envelope';
import type { SigningKeys } from '../../proof/signing';
import { continues, upgradeCarried, type LandedCarried } from './carried';
import { inputOf } from './inputs';
import { LANDED_QUEUE } from './landed-bundle';
import { carriedBy, lateSignals, newestRun, terminate, Unfit, wasEndedHere, whenIdle, type Run } from './runs';

export interface Takeover {
  readonly client: Client;
  readonly pool: Pool;
  readonly keys: SigningKeys;
  readonly programme: Programme;
}

/**
 * Brings the case of this workflow id over, from wherever an earlier try was cut off; nothing happens to one that is here already.
 * A worker with the landed bundle runs meanwhile. @throws Unfit before anything is ended when only a person can mend it
 */
export async function adopt(takeover: Takeover, workflowId: string): Promise<void> {
  const { client } = takeover;
  for (;;) {
    const run = await newestRun(client, workflowId);
    if (!run) return;
    if (run.taskQueue !== LANDED_QUEUE) return forwardLate(client, run);
    if (!run.isRunning) {
      if (await wasEndedHere(client, run)) await begin(takeover, run, await fitting(takeover, run));
      return;
    }
    const idle = await whenIdle(client, run);
    if (!idle.isRunning) continue;
    await fitting(takeover, idle);
    // One that has gone on in another run meanwhile is looked at again.
    await terminate(client, idle);
  }
}

/** What the run carries, when the ledger goes on from it. @throws Unfit */
async function fitting({ client, pool, keys }: Takeover, run: Run): Promise<LandedCarried> {
  const carried = await carriedBy(client, run);
  const { caseNumber } = carried.state;
  if (!(await isRegistered(pool, caseNumber))) throw new Unfit('nobody has registered it');
  if (!carried.keys.includes(keys.publicKey)) throw new Unfit('it does not know the present signing key');
  const ledger = await streamHead(pool, caseNumber);
  if (continues(carried, ledger)) return carried;
  const at = ({ sequence, hash }: LandedCarried['head']) => `${sequence} (${hash.slice(0, HASH_SHOWN)})`;
  throw new Unfit(
    `its ledger ends at ${at(ledger)}, which its workflow, at ${at(carried.head)} with ${carried.unrecorded.length} to record, does not continue`,
  );
}

/** Enough to find it in the ledger. */
const HASH_SHOWN = 8;

async function begin(takeover: Takeover, from: Run, landed: LandedCarried): Promise<void> {
  const { client, pool, keys, programme } = takeover;
  const carried = upgradeCarried(landed);
  const { state } = carried;
  await bindRules(pool, state.caseNumber, namedRules(state.edition));
  await endOrders(client, state);
  const digest = digestOf(carried);
  const envelope = keys.seal({
    caseNumber: state.caseNumber,
    // The same act however often it is tried.
    commandId: digestOf({ adopt: from.runId }),
    bodyHash: digest,
    actor: MACHINE,
    madeAt: Date.now(),
    command: { type: 'adopt' as const, from: from.runId, digest },
  });
  await keepAct(pool, envelope, keys.publicKey);
  const input: Adopted = { kind: 'adopted', envelope, carried };
  const memo: CaseMemo = { caseNumber: state.caseNumber, startCommand: from.memo.startCommand ?? '' };
  await forgetRun(pool, state.caseNumber);
  try {
    const started = await client.workflow.start('reopening', {
      ...workflowOptions(state, programme, memo),
      args: [input],
    });
    await keepRun(pool, state.caseNumber, started.firstExecutionRunId);
  } catch (error) {
    // The answer to an earlier try was lost: what runs there now is this, and the reconciler learns its first run.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  await forward(client, from);
}

/** Before the case begins here: it starts them anew under the same ids, and would take these for its own. */
async function endOrders(
  client: Client,
  { caseNumber, supply }: Pick<Reopening, 'caseNumber' | 'supply'>,
): Promise<void> {
  for (const { id } of supply.orders) {
    const run = await newestRun(client, orderId(caseNumber, id));
    if (run?.isRunning && run.taskQueue === LANDED_QUEUE) await terminate(client, run);
  }
}

/** A try that was cut off after the start may not have forwarded everything. */
async function forwardLate(client: Client, run: Run): Promise<void> {
  const input = await inputOf(client, run);
  if (input?.kind !== 'adopted') return;
  await forward(client, { workflowId: run.workflowId, runId: input.envelope.command.from });
}

/** The acts that were handed over at the last moment: the case knows each by its id, so none counts twice. */
async function forward(client: Client, from: Pick<Run, 'workflowId' | 'runId'>): Promise<void> {
  for (const { name, args } of await lateSignals(client, from)) {
    if (name === DEFERRED) await client.workflow.getHandle(from.workflowId).signal(name, ...args);
  }
}

/** The only signal that carries something; the others are hints, and the case looks by itself when it begins. */
const DEFERRED = 'submitLater';
