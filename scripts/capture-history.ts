/** Drives stories on a real server and keeps their histories for the replay tests: `npm run capture-history`, before a change of the workflow. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { STORIES } from '../test/replay/stories';
import { MemoryLedger, Temporal } from '../test/support/temporal';

const { History } = temporal.api.history.v1;
const FOLDER = join(__dirname, '../test/replay/histories');
/** Runs end after about this many events, so that the stories hold continue-as-new too. */
const SUGGEST_AT = 120;

async function capture(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const server = await Temporal.start(`limit.historyCount.suggestContinueAsNew=${SUGGEST_AT}`);
  const ledger = new MemoryLedger();
  await server.work(ledger.activities);
  for (const [name, story] of Object.entries(STORIES)) {
    const one = await story(server, ledger);
    for (const [n, runId] of (await runsOf(server, one.handle.workflowId)).entries()) {
      const history = await server.client.workflow.getHandle(one.handle.workflowId, runId).fetchHistory();
      const file = `${name}-${n + 1}.json`;
      await writeFile(
        join(FOLDER, file),
        JSON.stringify(History.toObject(History.fromObject(history), { enums: String, longs: String, bytes: String })),
      );
      console.log(`${file}: ${history.events?.length ?? 0} events`);
    }
  }
  await server.stop();
}

/** All runs of one case, oldest first. */
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
