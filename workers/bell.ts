/** The bell that makes channels look at once: rung after a recording, and it starts the workflows of channels and bulletins that are missing. */
import type { Client } from '@temporalio/client';
import type { Recorder, Ringer } from '../activities/ports';
import { bulletinId, noticesId, TASK_QUEUE } from '../contracts/case/ids';
import type { Pool } from '../db/sql/pool';
import { scheduledBulletins } from '../db/telling/bulletins';
import { ring } from '../workflows/notice-channel/messages';

/** What follows within this of a recording is told with it: few looks under a burst, and nobody waits noticeably. */
const BURST_MS = 700;

/**
 * Makes channels look at once. Nothing depends on it: every channel looks by itself within half a minute, so a ring that fails is
 * only said in the log.
 */
export class Bell implements Ringer {
  #waiting: NodeJS.Timeout | undefined;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly client: Client,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Also starts a channel's workflow when there is none. */
  ring(channels: readonly string[]): void {
    for (const channel of channels) {
      const ringing = this.client.workflow.signalWithStart('noticeChannel', {
        taskQueue: TASK_QUEUE,
        workflowId: noticesId(channel),
        args: [{ channel }],
        signal: ring,
        staticSummary: `通知渠道 ${channel}`,
      });
      this.#follow(ringing);
    }
  }

  #follow(work: Promise<unknown>): void {
    const followed = work.catch(this.failed).finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
  }

  /** A recorder that lets the channels of what it has recorded look, a moment later. */
  listening(recorder: Recorder, spread: () => Promise<readonly string[]>): Recorder {
    return {
      ...recorder,
      record: async (batch, workflow) => {
        await recorder.record(batch, workflow);
        if (batch.notices.length === 0) return;
        this.#waiting ??= setTimeout(() => {
          this.#waiting = undefined;
          this.#follow(spread().then((channels) => this.ring(channels)));
        }, BURST_MS);
      },
    };
  }

  /** Scheduled bulletins whose workflow could not be started when they were scheduled. */
  async startBulletins(pool: Pool): Promise<void> {
    for (const { id, publishAt } of await scheduledBulletins(pool)) {
      await this.client.workflow
        .start('bulletin', {
          taskQueue: TASK_QUEUE,
          workflowId: bulletinId(id),
          args: [{ bulletin: id, publishAt: publishAt.getTime() }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          // One that was ended from outside, as by a takeover, is started again; what has come to its end is not.
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          staticSummary: `简报 ${id}`,
        })
        .catch(this.failed);
    }
  }

  /** Nothing more is begun by itself, and what is under way has ended: the client's connection may be closed. */
  async stop(): Promise<void> {
    clearTimeout(this.#waiting);
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }
}
