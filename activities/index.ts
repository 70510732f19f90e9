/** All activities, made from the parts and ports they act through. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Channel, ChannelId } from '../channels/channel';
import { FAILURES } from '../contracts/case/failures';
import type { OrderAllocation } from '../contracts/supplies/supply-order';
import type { RecordBatch, Recorded } from '../contracts/case/views';
import type { Bulletins } from './bulletins';
import { deliverRound, type Delivered } from './delivering';
import {
  ForeignCase,
  LedgerConflict,
  NotThere,
  type FactReader,
  type Mailroom,
  type Progress,
  type Recorder,
  type Stock,
} from './ports';
import type { Summaries } from './summaries';
import type { Writer } from './writing';

export interface Dependencies {
  readonly recorder: Recorder;
  readonly facts: FactReader;
  readonly stock: Stock;
  /** A worker without it sends nothing. */
  readonly notices?: {
    readonly mailroom: Mailroom;
    readonly writer: Writer;
    readonly channels: ReadonlyMap<ChannelId, Channel>;
    readonly bulletins: Bulletins;
    readonly summaries: Summaries;
  };
}

/** A quarter of the shortest time after which a worker that says nothing is taken for dead (workflows/activity-proxies.ts). */
const HEARTBEAT_MS = 1_000;

/** Says all the time that the worker lives, so that what a killed one had in hand is taken up again at once. */
async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beats = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beats);
  }
}

export function createActivities({ recorder, facts, stock, notices }: Dependencies) {
  const told = () => {
    if (notices) return notices;
    throw ApplicationFailure.nonRetryable('this worker sends nothing', FAILURES.noChannel);
  };
  return {
    /**
     * Records what a case has answered, and tells it what PostgreSQL has then; closing a round there is part of the answer, and
     * done once. Retried without limit, except for what only a person can mend.
     */
    async record(batch: RecordBatch): Promise<Recorded> {
      const { recording, questions } = batch;
      return beating(async () => {
        try {
          await recorder.record(batch, Context.current().info.workflowExecution?.workflowId);
          return { recording, facts: questions && (await facts.read(batch, questions)) };
        } catch (error) {
          if (error instanceof LedgerConflict)
            throw ApplicationFailure.nonRetryable(error.message, FAILURES.ledgerConflict);
          if (error instanceof ForeignCase) throw ApplicationFailure.nonRetryable(error.message, FAILURES.foreignCase);
          // Tried again for ever the case would record nothing more; so it asks again by itself, with what there is by then.
          if (error instanceof NotThere) throw ApplicationFailure.nonRetryable(error.message, FAILURES.notThere);
          throw error;
        }
      });
    },

    /** Somebody with Temporal's port or UI asked a workflow to end: the ledger has it, once for each run. */
    async noteCancelRequest(workflow: string, run: string, at: number): Promise<void> {
      return beating(() => recorder.noteCancelRequest({ workflow, run, at }));
    },

    /** The order is recorded behind the case's answer: until then it is tried again. */
    async allocateOrder(order: string): Promise<OrderAllocation> {
      return beating(async () => {
        const allocation = await stock.allocate(order);
        if (!allocation) throw new Error(`order ${order} is not recorded yet`);
        return allocation;
      });
    },

    /** Sends what is due on one channel. A repeat after a crash goes on where the messages are. */
    async deliverNotices(id: ChannelId): Promise<Delivered> {
      const { channels, ...parts } = told();
      const channel = channels.get(id);
      if (!channel) throw ApplicationFailure.nonRetryable(`this worker has no channel ${id}`, FAILURES.noChannel);
      return beating(() => deliverRound(channel, parts, Context.current().cancellationSignal));
    },

    /** Makes a bulletin's deliveries when it is due; a repeat finds it done. @returns the state of the bulletin */
    async publishBulletin(bulletin: string, at: number): Promise<string> {
      return beating(() => told().bulletins.publish(bulletin, at));
    },

    /** @returns the day that the summary tells of */
    async makeSummary(id: string, at: number): Promise<string> {
      return beating(() => told().summaries.make(id, at));
    },

    async bulletinProgress(bulletin: string): Promise<Progress> {
      return beating(() => told().bulletins.progress(bulletin));
    },
  };
}
