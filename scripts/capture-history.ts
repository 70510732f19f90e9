/** Drives stories on a real server and keeps their histories for the replay tests: `npm run capture-history`, after a change of what workflows do. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { orderId } from '../contracts/case/ids';
import { STORIES } from '../test/replay/stories';
import { TELLING_STORIES } from '../test/replay/telling';
import { MemoryLedger } from '../test/support/memory-ledger';
import { ScriptedTelling } from '../test/support/scripted-telling';
import { Temporal } from '../test/support/temporal';

const { History } = temporal.api.history.v1;
const FOLDER = join(__dirname, '../test/replay/histories');
/** Runs end after about this many events, so that the stories hold continue-as-new too. */
const SUGGEST_AT = 120;

async function capture(): Promise<void> {
  // A release's runs go on with its own code: only this code's own are replayed by it.
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const server = await Temporal.start(`limit.historyCount.suggestContinueAsNew=${SUGGEST_AT}`);
  const ledger = new MemoryLedger();
  await server.work(ledger.activities);
  for (const [name, story] of Object.entries(STORIES)) {
    const one = await story(server, ledger);
    await keep(server, one.handle.workflowId, name);
    const { supply } = (await one.status()).view;
    // Orders that waited for goods have histories of their own.
    for (let order = 1; order <= supply.ordersMade; order += 1) {
      const workflowId = orderId(one.caseNumber, order);
      if (await exists(server, workflowId)) await keep(server, workflowId, `${name}-order${order}`);
    }
  }
  await server.rest();
  const telling = new ScriptedTelling();
  await server.work(telling.activities);
  for (const [name, story] of Object.entries(TELLING_STORIES)) {
    await keep(server, await story(server, telling), `telling-${name}`);
  }
  await server.stop();
}

async function keep(server: Temporal, workflowId: string, name: string): Promise<void> {
  for (const [n, runId] of (await runsOf(server, workflowId)).entries()) {
    const history = await server.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const file = `${name}-${n + 1}.json`;
    await writeFile(
      join(FOLDER, file),
      JSON.stringify(
        History.toObject(History.fromObject(history), { enums: String, longs: String, bytes: String }),
        // Where the code lay on the machine that failed says nothing to a replay.
        (key, value: unknown) => (key === 'stackTrace' ? '' : value),
      ),
    );
    console.log(`${file}: ${history.events?.length ?? 0} events`);
  }
}

async function exists(server: Temporal, workflowId: string): Promise<boolean> {
  const { count } = await server.client.workflow.count(`WorkflowId = "${workflowId}"`);
  return count > 0;
}

/** All runs of one workflow, oldest first. */
async function runsOf(server: Temporal, workflowId: string): Promise<string[]> {
  const runs: string[] = [];
  const described = await server.client.workflow.getHandle(workflowId).describe();
  for (let runId: string | undefined = described.runId; runId !== undefined;) {
    const history = await server.client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.unshift(runId);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  }
  return runs;
}

void capture();
