/** The parts with which a worker tells people: its mailroom, words, channels and bulletins; and the bell that makes channels look at once. */
import type { Client } from '@temporalio/client';
import type { Dependencies } from '../activities';
import type { Recorder } from '../activities/ports';
import { CHANNEL_IDS } from '../channels/channel';
import { createChannels } from '../channels';
import type { ChannelSecrets } from '../config/channel-secrets';
import { bulletinStream, MACHINE, outsideAct } from '../domain/ledger/outside-acts';
import { bulletinId, noticesId, TASK_QUEUE } from '../contracts/case/ids';
import { offsetOf, type Programme } from '../programme/schema';
import { findBulletin, publishBulletin, scheduledBulletins } from '../db/telling/bulletins';
import { dailySummary, keepSummary, townDay } from '../db/telling/daily-summary';
import { append } from '../db/ledger/ledger';
import { createMailroom } from '../db/telling/messages';
import { transaction, type Pool } from '../db/sql/pool';
import { progressOf } from '../db/telling/receipts';
import { ofOneMoment } from '../db/figures/statistics';
import { createWriter } from './writer';

export interface TellingOptions {
  readonly pool: Pool;
  readonly programme: Programme;
  readonly publicUrl: string;
  readonly smtpUrl: string;
  readonly secrets: ChannelSecrets;
  /** How long a sender has a message; a test's is shorter. */
  readonly leaseMs?: number;
}

type Notices = NonNullable<Dependencies['notices']>;

export function createNotices(options: TellingOptions, bell: Pick<Bell, 'ring'>): Notices {
  const { pool, programme, publicUrl, smtpUrl, secrets, leaseMs } = options;
  const { channels: settings } = programme;
  const { groups, officialAccount, baseUrl } = secrets;
  const { name, address } = settings.sender;
  return {
    mailroom: createMailroom(pool, {
      settings,
      utcOffsetMinutes: offsetOf(programme),
      ...(leaseMs !== undefined && { leaseMs }),
    }),
    writer: createWriter(pool, { programme, publicUrl }),
    channels: createChannels({
      email: { url: smtpUrl, from: `${name} <${address}>` },
      wecom: { groups, ...(baseUrl !== undefined && { baseUrl }) },
      officialAccount: officialAccount && {
        ...officialAccount,
        ...(baseUrl !== undefined && { baseUrl }),
        author: settings.officialAccount.name,
        mode: settings.officialAccount.mode,
      },
    }),
    bulletins: {
      async publish(bulletin, at) {
        await transaction(pool, async (client) => {
          const entry = await publishBulletin(client, bulletin, new Date(at), settings.groups);
          if (entry) await append(client, bulletinStream(bulletin), [outsideAct({ ...entry, by: MACHINE, at })]);
        });
        bell.ring(CHANNEL_IDS);
        return (await findBulletin(pool, bulletin))?.state ?? 'gone';
      },
      progress: (bulletin) => progressOf(pool, bulletin),
    },
    summaries: {
      async make(id, at) {
        const utcOffsetMinutes = offsetOf(programme);
        const summary = await ofOneMoment(pool, async (client) => {
          const date = await townDay(client, utcOffsetMinutes, at);
          return dailySummary(client, { date, utcOffsetMinutes, now: at, thresholdDays: thresholdsOf(programme) });
        });
        const groups = settings.groups.filter((group) => group.summary);
        await transaction(pool, (client) => keepSummary(client, id, summary, { at: new Date(at), groups }));
        bell.ring(CHANNEL_IDS);
        return summary.date;
      },
    },
  };
}

/** Below so many days of cover an item is short, by the edition of a case whose own rules are not in PostgreSQL yet. */
function thresholdsOf(programme: Programme): (edition: string) => number | null {
  const known = new Map(programme.editions.map(({ id, supplies }) => [id, supplies.thresholdDays]));
  return (edition) => known.get(edition) ?? null;
}

/** What follows within this of a recording is told with it: few looks under a burst, and nobody waits noticeably. */
const BURST_MS = 700;

/**
 * Makes channels look at once. Nothing depends on it: every channel looks by itself within half a minute, so a ring that fails is
 * only said in the log.
 */
export class Bell {
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
        signal: 'ring',
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
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
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
