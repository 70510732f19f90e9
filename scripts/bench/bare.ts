/** Contender (b): the same Temporal server with a bare workflow, sent the very Updates that a full case got, by a Temporal client. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { bare, BareMessage } from './bare-workflow';
import { inParallel, type Contender, type PreparedCase } from './measure';

type Event = temporal.api.history.v1.IHistoryEvent;

export const BARE_QUEUE = 'bench-bare';
/** As many as the full system's cases are prepared at once. */
export const PREPARED_AT_ONCE = 10;
/** The workers have seen the last start by then; the full system's cases wait as well. */
export const AFTER_START_MS = 500;

export interface SampledMessage extends BareMessage {
  readonly argument: unknown;
}

/** Every Update of a history with its argument and the size of its answer. */
export function messagesIn(events: readonly Event[]): SampledMessage[] {
  const answers = new Map<string, number>();
  for (const { workflowExecutionUpdateCompletedEventAttributes: completed } of events) {
    const bytes = completed?.outcome?.success?.payloads?.[0]?.data?.length;
    if (bytes !== undefined) answers.set(completed?.meta?.updateId ?? '', bytes);
  }
  return events.flatMap(({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => {
    const { input, meta } = accepted?.acceptedRequest ?? {};
    const [payload] = input?.args?.payloads ?? [];
    if (!payload) return [];
    const answerBytes = answers.get(meta?.updateId ?? '') ?? 0;
    return [{ update: input?.name ?? '', answerBytes, argument: defaultPayloadConverter.fromPayload(payload) }];
  });
}

export class Bare implements Contender {
  readonly #handles: WorkflowHandle<typeof bare>[] = [];

  constructor(
    private readonly temporal: Client,
    private readonly messages: readonly SampledMessage[],
  ) {}

  async prepare(count: number): Promise<PreparedCase[]> {
    const cases = await inParallel(Array.from({ length: count }), PREPARED_AT_ONCE, () => this.#prepareOne());
    await pause(AFTER_START_MS);
    return cases;
  }

  async #prepareOne(): Promise<PreparedCase> {
    const sizes: BareMessage[] = this.messages.map(({ update, answerBytes }) => ({ update, answerBytes }));
    const options = {
      taskQueue: BARE_QUEUE,
      workflowId: `bench-bare/${randomUUID()}`,
      args: [sizes] as [BareMessage[]],
    };
    const handle = await this.temporal.workflow.start<typeof bare>('bare', options);
    this.#handles.push(handle);
    return this.messages.map(({ update, argument }) => async () => {
      await handle.executeUpdate(update, { args: [argument], updateId: randomUUID() });
    });
  }

  async settle(): Promise<void> {
    await Promise.all(this.#handles.splice(0).map((handle) => handle.result()));
  }
}
