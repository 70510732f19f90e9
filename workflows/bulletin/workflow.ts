/** The `bulletin` workflow: publishes one bulletin at its time, then shows how far it has come until nothing of it is on its way. */
import { CancellationScope, setCurrentDetails, sleep } from '@temporalio/workflow';
import { bulletinProgress, publishBulletin } from '../activity-proxies';
import { noteCancelRequests } from '../cancel-requests';

export interface BulletinInput {
  readonly bulletin: string;
  /** Milliseconds since 1970 UTC. */
  readonly publishAt: number;
}

/** A mail is sent within seconds … */
const FIRST_LOOK_MS = 15_000;
/** … a server that is away comes back within hours. */
const LAST_LOOK_MS = 3_600_000;
/** About a week: by then whatever is still open is an operator's business (dead letters), not this workflow's. */
const MOST_LOOKS = 170;

/** @returns the state of the bulletin: one that was withdrawn before its time is not published */
export async function bulletin(input: BulletinInput): Promise<string> {
  const cancelRequests = noteCancelRequests();
  return CancellationScope.nonCancellable(async () => {
    const state = await published(input);
    if (state === 'published') await showProgress(input.bulletin);
    await cancelRequests.noted();
    return state;
  });
}

async function published({ bulletin: id, publishAt }: BulletinInput): Promise<string> {
  setCurrentDetails(`**简报 ${id}** · 待发布`);
  const wait = publishAt - Date.now();
  if (wait > 0) await sleep(wait, { summary: '等待发布时间' });
  const state = await publishBulletin(id, Math.max(publishAt, Date.now()));
  if (state !== 'published') setCurrentDetails(`**简报 ${id}** · 未发布(${state})`);
  return state;
}

async function showProgress(id: string): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const { open, sent, dead } = await bulletinProgress(id);
    setCurrentDetails(
      `**简报 ${id}** · 已发布\n\n| 已发送 | 发送中 | 未能送达 |\n|---|---|---|\n| ${sent} | ${open} | ${dead} |`,
    );
    if (open === 0) return;
    await sleep(Math.min(LAST_LOOK_MS, FIRST_LOOK_MS * 2 ** Math.min(looks, 10)), { summary: '稍后再看发送情况' });
  }
}
