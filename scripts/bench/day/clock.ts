/** Moves the measured case's clock so that a watched day has the same events every time: the last seconds before a wake-up are waited for. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Story } from '../../demo/story';

/**
 * A skip that ends in the very moment in which the case wakes leaves an event or four more, as it happens. It ends before, by more
 * than a request takes on a busy machine.
 */
const BEFORE_MS = 2000;
const LOOK_MS = 100;
/** What wakes by itself then does so within these seconds, and is answered for once its worker has seen it. */
const LATE_MS = 30_000;

/** To the case's next change, in one step of trial mode. */
export async function moveOn({ town, caseNumber }: Story): Promise<void> {
  await town.post(`/reopenings/${caseNumber}/fast-forward`, { as: town.account('operator') });
}

/** The same, with the last seconds at the pace of real time. @throws Error when the case does not wake */
export async function moveOnGently(story: Story): Promise<void> {
  const { town, caseNumber } = story;
  const wake = await nextWake(story);
  const body = { until: new Date(wake - BEFORE_MS).toISOString() };
  await town.post(`/reopenings/${caseNumber}/fast-forward`, { as: town.account('operator'), body });
  const late = performance.now() + LATE_MS;
  while ((await nextWake(story)) <= wake) {
    if (performance.now() > late) throw new Error(`${caseNumber} has not woken at ${new Date(wake).toISOString()}`);
    await pause(LOOK_MS);
  }
}

/** Milliseconds, of the case's own time. */
async function nextWake({ town, caseNumber, official }: Story): Promise<number> {
  const { nextWake: instant } = await town.get<{ nextWake: number | null }>(`/reopenings/${caseNumber}`, official);
  return instant ?? 0;
}
