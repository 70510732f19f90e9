/** What stands between a bulletin and its channels: their words, the privacy guard, an audience; and the workflow that publishes it. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ChannelId } from '../../contracts/telling/channel-ids';
import { bulletinId, TASK_QUEUE } from '../../contracts/case/ids';
import { officesOf } from '../../programme/offices';
import { wordBulletin } from '../../channels/bulletin';
import { createGuard, type Finding } from '../../channels/guard';
import { isReadByOthers } from '../../domain/telling/bulletins';
import type { Bulletin } from '../../db/telling/bulletins';
import { readPersonalNames } from '../../db/telling/message-content';
import type { Queryable } from '../../db/sql/pool';
import type { Deps } from '../http/deps';

/** A person waits; the worker starts what could not be started now. */
const START_MS = 4_000;

export interface ChannelPreview {
  readonly channel: ChannelId;
  readonly subject: string;
  readonly text: string;
  readonly problem: string | null;
}

export async function previewsOf(deps: Deps, bulletin: Bulletin): Promise<ChannelPreview[]> {
  const { subject, text } = wordsOf(bulletin);
  const found = await personalDataIn(deps, deps.pool, `${bulletin.title}\n${bulletin.body}`);
  return bulletin.channels.map((channel) => {
    const leaks = isReadByOthers(channel) && found ? `含个人信息 personal data: ${found.shown}` : null;
    const bare = channel === 'official-account' && bulletin.cover === null ? '须有封面图片 needs a cover' : null;
    return { channel, subject, text, problem: leaks ?? bare };
  });
}

/** What the guard finds in words that others than the audience read on one of the channels; null: nothing, or nobody else reads it. */
export async function personalDataFor(
  deps: Deps,
  db: Queryable,
  channels: readonly ChannelId[],
  words: string,
): Promise<Finding | null> {
  return channels.some(isReadByOthers) ? ((await personalDataIn(deps, db, words)) ?? null) : null;
}

/** The same guard as when it is sent: what is known of people may have changed until then. */
async function personalDataIn({ programme }: Deps, db: Queryable, words: string): Promise<Finding | undefined> {
  const names = await readPersonalNames(db, officesOf(programme));
  return createGuard({ names, addresses: [] })(words);
}

function wordsOf(bulletin: Bulletin): { subject: string; text: string } {
  const content = { ...bulletin, part: 'publication' as const, withdrawal: null, cover: null, attachments: [] };
  const words = wordBulletin(content, 'zh', { publicUrl: '' });
  if (!words) throw new Error('a bulletin that holds has words');
  return words;
}

/** Starts its workflow, once: one that runs already is left as it is. */
export async function startBulletin({ temporal }: Deps, bulletin: string, publishAt: number): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + START_MS, () =>
      temporal.workflow.start('bulletin', {
        taskQueue: TASK_QUEUE,
        workflowId: bulletinId(bulletin),
        args: [{ bulletin, publishAt }],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `简报 ${bulletin}`,
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
