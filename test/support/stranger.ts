/** Somebody with Temporal's port and nothing else, in a running system: ends, copies, squats; and what operators see of it after a pass. */
import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { startInput } from '../../api/case/start-input';
import { openRun, type Run } from '../../api/case/whose-run';
import { reopeningId, TASK_QUEUE } from '../../contracts/case/ids';
import { reconcile } from '../../workers/reconciler';
import { status } from '../../workflows/reopening/messages';
import type { People } from '../api/town';
import type { System } from './system';
import { eventually } from './temporal';

export interface BegunCase {
  readonly enterprise: string;
  readonly number: string;
  /** Of its workflow. */
  readonly id: string;
}

interface Found {
  readonly kind: string;
  readonly subject: string;
  readonly why: string;
  readonly goneSince: string | null;
}

interface Reconciled {
  readonly lastPass: { readonly found: number } | null;
  readonly isLate: boolean;
  readonly discrepancies: readonly Found[];
}

export class Stranger {
  constructor(
    private readonly system: System,
    private readonly people: People,
  ) {}

  private get client() {
    return this.system.temporal.client;
  }

  async rows<T>(text: string, ...values: unknown[]): Promise<T[]> {
    return (await this.system.database.pool.query(text, values)).rows as T[];
  }

  async begin(): Promise<BegunCase> {
    const enterprise = await this.people.enterprise();
    const key = `start-${enterprise}`;
    const answer = await this.people.post('official', '/reopenings', { enterprise }, { key });
    const { caseNumber } = answer.body as { caseNumber: string };
    const one = { enterprise, number: caseNumber, id: reopeningId(enterprise) };
    await this.recorded(one);
    return one;
  }

  recorded({ id }: BegunCase) {
    const held = () => this.client.workflow.getHandle(id).query(status);
    return eventually(held, ({ unrecorded }) => unrecorded === 0);
  }

  /** An act of an official. */
  copyTo({ number }: BegunCase, to = 'a-demo-reviewer-market') {
    return this.people.post('official', `/reopenings/${number}/copy`, { to });
  }

  async firstRunOf({ number }: BegunCase): Promise<string | undefined> {
    const text = 'SELECT first_run AS run FROM case_runs WHERE case_number = $1';
    return (await this.rows<{ run: string }>(text, number))[0]?.run;
  }

  /** As of a case from before first runs were kept, or of a start that was cut off. */
  forget({ number }: BegunCase) {
    return this.rows('DELETE FROM case_runs WHERE case_number = $1', number);
  }

  /** What operators are told of the reconciler. */
  async operations(): Promise<Reconciled> {
    return ((await this.people.get('operator', '/operations')).body as { reconciler: Reconciled }).reconciler;
  }

  /** Why a person is needed, as whoever looks at the case is told. */
  async attentionOf({ number }: BegunCase): Promise<string | null> {
    const { body } = (await this.people.get('official', `/reopenings/${number}`)) as { body: unknown };
    return (body as { needsAttention: string | null }).needsAttention;
  }

  /** A pass, and what operators see then of these subjects: `kind why`, in brackets what is over. */
  async pass(...subjects: string[]): Promise<string[]> {
    expect(await reconcile({ pool: this.system.database.pool, client: this.client }, 0)).toBe(true);
    const found = (await this.operations()).discrepancies.filter(({ subject }) =>
      subjects.some((one) => subject === one || subject.startsWith(`${one} `)),
    );
    return found.map(({ kind, why, goneSince }) => (goneSince ? `(${kind} ${why})` : `${kind} ${why}`)).sort();
  }

  /** Passes until that is what operators see. */
  async passes(subject: string, expected: string): Promise<void> {
    await eventually(
      () => this.pass(subject),
      (found) => found.join() === expected,
    );
  }

  open(id: string): Promise<Run | undefined> {
    return openRun(this.client, id);
  }

  /** Visibility is a moment behind. */
  async listed(id: string, runId: string): Promise<void> {
    const query = `WorkflowId = '${id}' AND RunId = '${runId}' AND CloseTime IS NULL`;
    await eventually(
      async () => (await this.client.workflow.count(query)).count,
      (count) => count === 1,
    );
  }

  /** Terminates the case and starts it again with what its history says it was started with. @returns the run */
  async replaceByCopy(one: BegunCase): Promise<string> {
    const found = await startInput(this.client, { workflowId: one.id });
    await this.client.workflow.getHandle(one.id).terminate('by a stranger');
    return this.squat(one.id, 'reopening', found?.input);
  }

  async squat(id: string, type: string, input: unknown, memo: Record<string, unknown> = {}): Promise<string> {
    const options = { workflowId: id, taskQueue: TASK_QUEUE, args: [input], memo };
    const { firstExecutionRunId } = await this.client.workflow.start(type, options);
    await this.listed(id, firstExecutionRunId);
    return firstExecutionRunId;
  }

  /** Back to the end of its first workflow task, without the acts and signals since. @returns the run */
  async reset({ id }: BegunCase): Promise<string> {
    const { workflowService, options } = this.client;
    const [SIGNALS, UPDATES] = [1, 2];
    const request = {
      namespace: options.namespace,
      workflowExecution: { workflowId: id },
      workflowTaskFinishEventId: FIRST_TASK_ENDED,
      reason: 'by a stranger',
      requestId: randomUUID(),
      resetReapplyExcludeTypes: [SIGNALS, UPDATES],
    };
    type Request = Parameters<typeof workflowService.resetWorkflowExecution>[0];
    // The generated types take a Long where the encoder takes a number as well.
    const { runId } = await workflowService.resetWorkflowExecution(request as unknown as Request);
    await this.listed(id, runId ?? '');
    return runId ?? '';
  }

  async pause(id: string): Promise<void> {
    const { workflowService, options } = this.client;
    const request = { namespace: options.namespace, workflowId: id, requestId: randomUUID() };
    await workflowService.pauseWorkflowExecution(request);
    await eventually(
      async () => (await this.open(id))?.state,
      (state) => state === 'paused',
    );
  }

  async unpause(id: string): Promise<void> {
    const { workflowService, options } = this.client;
    const request = { namespace: options.namespace, workflowId: id, requestId: randomUUID() };
    await workflowService.unpauseWorkflowExecution(request);
  }

  /** Whether the run has taken an act or a signal, or anybody has taken its entries. */
  async wasSpokenTo(id: string, runId: string): Promise<boolean> {
    const { events } = await this.client.workflow.getHandle(id, runId).fetchHistory();
    return (events ?? []).some(
      (event) =>
        event.workflowExecutionUpdateAcceptedEventAttributes ??
        event.workflowExecutionSignaledEventAttributes ??
        event.activityTaskCompletedEventAttributes,
    );
  }

  /** The reason for which the run was terminated. */
  async endedBy(id: string, runId: string): Promise<string> {
    const result = this.client.workflow.getHandle(id, runId).result();
    const ended: unknown = await result.catch((error: unknown) => error);
    return ended instanceof WorkflowFailedError ? (ended.cause?.message ?? '') : 'not terminated';
  }
}

/** Scheduled, started and completed after the start. */
const FIRST_TASK_ENDED = 4;
