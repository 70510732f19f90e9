/** The `noticeChannel` workflow: sends one channel's notices for ever; looks by itself, sooner when it is rung, rests while the channel is down. */
import { condition, defineSignal, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { createActivities } from '../../activities';
import { continueAsNewOnCurrentBuild, isNewRunDue, move, MOVE_DESCRIPTION } from '../continuing';
import { deliverNotices } from '../reopening/activity-proxies';

type Activity = ReturnType<typeof createActivities>['deliverNotices'];

export interface NoticeChannelInput {
  readonly channel: Parameters<Activity>[0];
  /** How often in a row the channel was found down, and what was done since the workflow began; none at the start. */
  readonly downs?: number;
  readonly totals?: Totals;
}

interface Totals {
  readonly sent: number;
  readonly dead: number;
  readonly dropped: number;
}

/** There is something to send: look at once. Only a hint; what there is stands in PostgreSQL. */
export const ring = defineSignal('ring');

/** Without a ring the channel looks by itself (docs/ARCHITECTURE.md#telling-people). */
const LOOK_MS = 30_000;
/** A server that is down is asked again after this, then after twice as long … */
const FIRST_REST_MS = 5_000;
/** … and at most after this: it is not noticed to be back later than that. */
const LAST_REST_MS = 300_000;

export async function noticeChannel({
  channel,
  downs: before = 0,
  totals: so = NONE,
}: NoticeChannelInput): Promise<void> {
  let rung = false;
  let downs = before;
  let totals = so;
  setHandler(ring, () => void (rung = true), { description: '有新通知(提示)' });
  setHandler(move, () => undefined, { description: MOVE_DESCRIPTION });

  for (;;) {
    rung = false;
    const done = await deliverNotices(channel);
    totals = {
      sent: totals.sent + done.sent,
      dead: totals.dead + done.dead,
      dropped: totals.dropped + done.dropped,
    };
    downs = done.down === null ? 0 : downs + 1;
    setCurrentDetails(details(channel, totals, done));
    if (isNewRunDue()) await continueAsNewOnCurrentBuild<typeof noticeChannel>({ channel, downs, totals });
    if (done.down !== null) {
      // However often it is rung: whoever is down is not knocked at more often.
      const rest = Math.min(LAST_REST_MS, FIRST_REST_MS * 2 ** Math.min(downs - 1, 10));
      const summary = `渠道暂停: ${done.down}`.slice(0, SUMMARY);
      await condition(isNewRunDue, Math.max(rest, done.waitMs ?? 0), { summary });
    } else if (!done.more) {
      await condition(() => rung || isNewRunDue(), Math.min(LOOK_MS, done.waitMs ?? LOOK_MS), {
        summary: '等待下一批通知',
      });
    }
  }
}

const NONE: Totals = { sent: 0, dead: 0, dropped: 0 };
/** Characters of a summary, of three bytes each within the server's 200. */
const SUMMARY = 66;

function details(channel: string, { sent, dead, dropped }: Totals, { down }: Awaited<ReturnType<Activity>>): string {
  return [
    `**通知渠道 ${channel}** · ${down === null ? '正常' : `暂停: ${down}`}`,
    '',
    '| 已发送 | 未能送达 | 已办结不再发送 |',
    '|---|---|---|',
    `| ${sent} | ${dead} | ${dropped} |`,
  ].join('\n');
}
