/** Reads what Temporal holds of a run's cases: every run's history, and what the open ones answer. */
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Envelope } from '../../../proof/envelope';
import type { CaseMemo, ReopeningInput } from '../../../contracts/case/start';
import type { Answer, Status } from '../../../contracts/case/views';
import { agenda, status, submitLater } from '../../../workflows/reopening/messages';
import { inParallel } from '../../../scripts/bench/measure';
import type { CaseWorkflow, Effect } from './evidence';

/** Histories are some megabytes each while they are decoded; four at once keep two cores busy. */
const AT_ONCE = 4;
/** A worker replays the longest of these cases within a second. */
const QUERY_MS = 10_000;

type Event = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

/** Every run of the workflow type, as the server lists them: a moment after they began or ended. */
async function listRuns(client: Client): Promise<WorkflowExecutionInfo[]> {
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowType = 'reopening'` })) runs.push(run);
  return runs;
}

function caseNumberOf({ memo }: WorkflowExecutionInfo): string {
  return (memo as unknown as CaseMemo).caseNumber;
}

/** How the open cases stand by case number; undefined for one that does not answer. */
export async function askOpenCases(client: Client): Promise<Map<string, Status | undefined>> {
  const running = (await listRuns(client)).filter((run) => run.status.name === 'RUNNING');
  const asked = await inParallel(running, AT_ONCE, async (run) => {
    const held = await ask(client, run).catch(() => undefined);
    return [caseNumberOf(run), held?.status] as const;
  });
  return new Map(asked);
}

export async function readWorkflows(client: Client): Promise<Map<string, CaseWorkflow>> {
  const ofCases = new Map<string, WorkflowExecutionInfo[]>();
  for (const run of await listRuns(client)) {
    const number = caseNumberOf(run);
    ofCases.set(number, [...(ofCases.get(number) ?? []), run]);
  }
  const read = await inParallel([...ofCases], AT_ONCE, async ([caseNumber, runs]) => {
    return [caseNumber, await readCase(client, runs)] as const;
  });
  return new Map(read);
}

async function readCase(client: Client, runs: readonly WorkflowExecutionInfo[]): Promise<CaseWorkflow> {
  const effects = new Map<string, Effect>();
  for (const { workflowId, runId } of runs) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    addEffects(events ?? [], effects);
  }
  const running = runs.find((run) => run.status.name === 'RUNNING');
  const held = running && (await ask(client, running).catch(() => undefined));
  return { open: running !== undefined, effects, held };
}

function ask(client: Client, { workflowId, runId }: WorkflowExecutionInfo) {
  const handle = client.workflow.getHandle(workflowId, runId);
  return client.withDeadline(Date.now() + QUERY_MS, async () => ({
    status: await handle.query(status),
    agenda: await handle.query(agenda),
  }));
}

/** Counts in `effects` what one run's history has of each command. */
export function addEffects(events: readonly Event[], effects: Map<string, Effect>): void {
  const effectOf = (id: string): Effect => {
    const known = effects.get(id) ?? { accepted: 0, replayed: 0, signalled: 0, sequences: [] };
    effects.set(id, known);
    return known;
  };
  const accepted = new Map<string, string>();
  for (const event of events) {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) {
      const input = first<ReopeningInput>(started.input);
      if (input?.kind === 'open') effectOf(input.envelope.commandId).accepted += 1;
    }
    const signal = event.workflowExecutionSignaledEventAttributes;
    // An order's hint that stock has moved is of no act.
    if (signal?.signalName === submitLater.name)
      effectOf(first<Envelope>(signal.input)?.commandId ?? '').signalled += 1;
    const { acceptedRequest } = event.workflowExecutionUpdateAcceptedEventAttributes ?? {};
    const command = first<Envelope>(acceptedRequest?.input?.args)?.commandId;
    if (command !== undefined) accepted.set(acceptedRequest?.meta?.updateId ?? '', command);
    const completed = event.workflowExecutionUpdateCompletedEventAttributes;
    const answer = first<Answer>(completed?.outcome?.success);
    if (answer) addAnswer(effectOf(accepted.get(completed?.meta?.updateId ?? '') ?? ''), answer);
  }
}

function addAnswer(effect: Effect, { replayed, sequence }: Answer): void {
  if (replayed) effect.replayed += 1;
  else effect.accepted += 1;
  effect.sequences.push(sequence);
}

function first<T>(payloads: Payloads): T | undefined {
  const [payload] = payloads?.payloads ?? [];
  return payload && defaultPayloadConverter.fromPayload<T>(payload);
}
