/** What stands between a bulletin and its channels: their words, the privacy guard, an audience; and the workflow that publishes it. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ChannelId } from '../../contracts/telling/channel-ids';
import { bulletinId, TASK_QUEUE } from '../../contracts/case/ids';
import { officesOf } from '../../programme/offices';
import { wordBulletin } from '../../channels/bulletin';
import { createGuard } from '../../channels/guard';
import { audienceOf, type Bulletin } from '../../db/telling/bulletins';
import { readPersonalNames } from '../../db/telling/message-content';
import type { Queryable } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';

/** What is read beyond the people whom it was written for. */
const GUARDED: readonly ChannelId[] = ['wecom', 'copy-text', 'official-account'];
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
    const leaks = GUARDED.includes(channel) && found ? `含个人信息 personal data: ${found.shown}` : null;
    const bare = channel === 'official-account' && bulletin.cover === null ? '须有封面图片 needs a cover' : null;
    return { channel, subject, text, problem: leaks ?? bare };
  });
}

/** @throws Problem `personal-data`, `cover-missing`, `nobody-to-tell` */
export async function requireSendable(deps: Deps, db: Queryable, bulletin: Bulletin): Promise<void> {
  const { channels, cover, id, title, body } = bulletin;
  if (channels.includes('official-account') && cover === null) throw new Problem('cover-missing');
  await requireImpersonal(deps, db, channels, `${title}\n${body}`);
  if (channels.some((channel) => GUARDED.includes(channel))) return;
  const { enterprises } = await audienceOf(db, id);
  if (enterprises === 0) throw new Problem('nobody-to-tell');
}

/** @throws Problem `personal-data` for words that would be refused on one of the channels */
export async function requireImpersonal(
  deps: Deps,
  db: Queryable,
  channels: readonly ChannelId[],
  words: string,
): Promise<void> {
  if (!channels.some((channel) => GUARDED.includes(channel))) return;
  const found = await personalDataIn(deps, db, words);
  if (found) throw new Problem('personal-data', { ...found });
}

/** The same guard as when it is sent: what is known of people may have changed until then. */
async function personalDataIn({ programme }: Deps, db: Queryable, words: string) {
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
