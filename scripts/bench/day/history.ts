/** Answers for what a workflow's history says that a span of time cost: events, bytes, workflow tasks and activities. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const { History } = temporal.api.history.v1;
const { EventType } = temporal.api.enums.v1;
type Event = temporal.api.history.v1.IHistoryEvent;

export interface Cost {
  readonly events: number;
  /** As the server keeps them, but for the few bytes that hold a batch of events together. */
  readonly bytes: number;
  /** Scheduled, as are the activities: what the server had to hand out. */
  readonly workflowTasks: number;
  readonly activities: number;
}

/** What only a clock that is moved leaves behind: a case in real time has none of it. */
const MOVES = new Set([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
]);

/** Every event of a workflow through all its runs, the oldest first; none of one that never ran. */
export async function eventsOf(client: Client, workflowId: string): Promise<Event[]> {
  const events: Event[] = [];
  for (let runId = await lastRunOf(client, workflowId); runId !== undefined;) {
    const run = (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
    events.unshift(...run);
    runId = run[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  }
  return events;
}

async function lastRunOf(client: Client, workflowId: string): Promise<string | undefined> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Those from `from` on and before `until`, in the workflow's own time: of a case whose clock was moved that is the case's. */
export function eventsWithin(events: readonly Event[], from: number, until: number): Event[] {
  return events.filter((event) => {
    const at = timeOf(event);
    return at >= from && at < until;
  });
}

export function costOf(events: readonly Event[]): Cost {
  return {
    events: events.length,
    bytes: bytesOf(events),
    workflowTasks: events.filter((one) => one.workflowTaskScheduledEventAttributes).length,
    activities: events.filter((one) => one.activityTaskScheduledEventAttributes).length,
  };
}

/** What of them stands there only because the clock was moved. */
export function movesIn(events: readonly Event[]): Pick<Cost, 'events' | 'bytes'> {
  const moves = events.filter(({ eventType }) => MOVES.has(eventType ?? 0));
  return { events: moves.length, bytes: bytesOf(moves) };
}

/** Acts of people that took effect by an Update. */
export function actsIn(events: readonly Event[]): number {
  return events.filter((one) => one.workflowExecutionUpdateAcceptedEventAttributes).length;
}

function bytesOf(events: readonly Event[]): number {
  return History.encode({ events: [...events] }).finish().length;
}

/** Milliseconds. */
function timeOf({ eventTime }: Event): number {
  // 1,000 ms are one second, 1,000,000 ns one millisecond.
  return Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1_000_000;
}
