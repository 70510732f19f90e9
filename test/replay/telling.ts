/** What the workflows that tell people go through, as stories on a real server: their histories are kept and replayed as well. */
import { randomUUID } from 'node:crypto';
import { bulletinId, DAILY_SUMMARY, noticesId, TASK_QUEUE } from '../../contracts/case/ids';
import type { ScriptedTelling } from '../support/scripted-telling';
import { eventually, type Temporal } from '../support/temporal';

/** @returns the id of the workflow whose history is to be kept */
type TellingStory = (server: Temporal, telling: ScriptedTelling) => Promise<string>;

export const TELLING_STORIES: { readonly [name: string]: TellingStory } = {
  /** Sends, has more at once, finds the server down twice, is rung, and goes on in another run. */
  channel: async (server, telling) => {
    const workflowId = `${noticesId('email')}-${randomUUID()}`;
    const busy = Array.from({ length: 25 }, () => ({ sent: 2, more: true }));
    telling.looks.push(...busy, { down: 'away', waitMs: 1 }, { dead: 1 });
    const before = telling.lookedAt.length;
    const handle = await server.client.workflow.start('noticeChannel', {
      ...{ taskQueue: TASK_QUEUE, workflowId, args: [{ channel: 'email' }] },
      staticSummary: '通知渠道 email',
    });
    await eventually(
      () => telling.lookedAt.length - before,
      (looks) => looks >= busy.length + 2,
    );
    await handle.signal('ring');
    await eventually(
      () => telling.lookedAt.length - before,
      (looks) => looks >= busy.length + 3,
    );
    return workflowId;
  },
  bulletin: async (server, telling) => {
    telling.state = 'published';
    telling.progress.push({ open: 0, sent: 3, dead: 1 });
    return bulletinStory(server, Date.now() + 300);
  },
  withdrawn: async (server, telling) => {
    telling.state = 'withdrawn';
    return bulletinStory(server, Date.now());
  },
  summary: async (server) => {
    const workflowId = `${DAILY_SUMMARY}/${randomUUID()}`;
    await server.client.workflow.execute('dailySummary', { taskQueue: TASK_QUEUE, workflowId, args: [] });
    return workflowId;
  },
};

async function bulletinStory(server: Temporal, publishAt: number): Promise<string> {
  const id = `b-${randomUUID()}`;
  const args = [{ bulletin: id, publishAt }];
  await server.client.workflow.execute('bulletin', { taskQueue: TASK_QUEUE, workflowId: bulletinId(id), args });
  return bulletinId(id);
}
