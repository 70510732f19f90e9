/** The copy-text channel: groups of ordinary WeChat have no bots, so the words are made ready and a person copies them there. */
import type { Channel } from './channel';

/** What a person copies at one go. */
const TOGETHER = 10;
const ATTEMPTS = 1;

export function createCopyText(): Channel {
  return {
    id: 'copy-text',
    reach: 'group',
    together: TOGETHER,
    atOnce: 1,
    attempts: ATTEMPTS,
    send: () => Promise.resolve({ kind: 'by-hand', reason: '请复制到群内 to be copied to the group by hand' }),
    close: () => Promise.resolve(),
  };
}
