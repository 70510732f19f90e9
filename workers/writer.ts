/** Words a claimed message: reads what it is about and who gets it, and hands both to the channels' wording. */
import { Unwritable, type Claim, type Writer } from '../activities/ports';
import type { Channel, Message } from '../channels/channel';
import { createGuard } from '../channels/guard';
import { wordBulletin } from '../channels/bulletin';
import { wordNotices, type Wording } from '../channels/wording';
import type { Content, Destination } from '../contracts/content';
import { officesOf } from '../contracts/offices';
import { readAccountDestination, readContent, readGroupDestination, readPersonalNames } from '../db/contents';
import type { Pool } from '../db/pool';

export function createWriter(pool: Pool, wording: Wording): Writer {
  return {
    async write({ id, destination }, channel) {
      const content = await readContent(pool, id, channel.id);
      if (!content) throw new Unwritable('nothing is joined in it');
      const to = await destinationOf(pool, { id, destination }, channel);
      if (to === undefined) throw new Unwritable('没有邮箱 the account has no address any more');
      try {
        return messageOf(id, content, to, wording);
      } catch (error) {
        throw new Unwritable(error instanceof Error ? error.message : 'unforeseen');
      }
    },

    async guard() {
      const names = await readPersonalNames(pool, officesOf(wording.programme));
      return createGuard({ names, addresses: [] });
    },
  };
}

type To = Destination & { readonly address: string };

/** Undefined: there is nowhere to send it to. */
async function destinationOf(
  pool: Pool,
  { id, destination }: Pick<Claim, 'id' | 'destination'>,
  channel: Channel,
): Promise<To | undefined> {
  if (channel.reach !== 'person') return { ...(await readGroupDestination(pool, id)), address: destination };
  const to = await readAccountDestination(pool, destination);
  if (channel.id !== 'email') return { ...to, address: destination };
  return to.email === null ? undefined : { ...to, address: to.email };
}

/** Undefined: all of it is done meanwhile. */
function messageOf(id: string, content: Content, to: To, wording: Wording): Message | undefined {
  const { address, language, mentions } = to;
  switch (content.of) {
    case 'notices': {
      const owed = content.notices.filter((notice) => notice.owed);
      if (owed.length === 0) return undefined;
      return { id, to: address, ...wordNotices(owed, language, wording), ...(mentions.length > 0 && { mentions }) };
    }
    case 'bulletin': {
      const words = wordBulletin(content.bulletin, language, wording);
      return words && { id, to: address, ...words };
    }
    case 'summary':
      throw new Error(`${content.of} has no words yet`);
  }
}
