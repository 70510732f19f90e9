/** Words a claimed message: asks what it is about and who gets it, and hands both to the channels' wording. */
import type { Channel, Message } from '../channels/channel';
import { createGuard } from '../channels/guard';
import { wordBulletin } from '../channels/bulletin';
import { summaryForGroup, summaryText, summaryWorkbook } from '../channels/daily-summary';
import { wordNotices, type Wording } from '../channels/wording';
import type { Content, Destination } from '../contracts/telling/message-content';
import type { DailySummary } from '../contracts/telling/daily-summary';
import { ownerName, PHASE_NAMES } from '../contracts/words/glossary';
import { officesOf } from '../programme/offices';
import { townWords } from '../programme/town';
import type { Claim, MessageReader } from './ports';

export interface Writer {
  /** The words of a claimed message; undefined when all it would tell is done meanwhile. @throws Unwritable for what has no words */
  write(claim: Claim, channel: Channel): Promise<Message | undefined>;
  /** What must not leave to groups and to everybody, as people are known now. */
  guard(): Promise<(text: string) => { readonly what: string; readonly shown: string } | undefined>;
}

/** A message has no words, whoever tries: it is given up, and the others go on. */
export class Unwritable extends Error {}

export function createWriter(messages: MessageReader, wording: Wording): Writer {
  return {
    async write({ id, destination }, channel) {
      const content = await messages.contentOf(id, channel.id);
      if (!content) throw new Unwritable('nothing is joined in it');
      const to = await destinationOf(messages, { id, destination }, channel);
      if (to === undefined) throw new Unwritable('没有邮箱 the account has no address any more');
      try {
        return await messageOf(id, content, to, channel, wording);
      } catch (error) {
        throw new Unwritable(error instanceof Error ? error.message : 'unforeseen');
      }
    },

    async guard() {
      const names = await messages.personalNames(officesOf(wording.programme));
      return createGuard({ names, addresses: [] });
    },
  };
}

type To = Destination & { readonly address: string };

/** Undefined: there is nowhere to send it to. */
async function destinationOf(
  messages: MessageReader,
  { id, destination }: Pick<Claim, 'id' | 'destination'>,
  channel: Channel,
): Promise<To | undefined> {
  if (channel.reach !== 'person') return { ...(await messages.groupDestination(id)), address: destination };
  const to = await messages.accountDestination(destination);
  if (channel.id !== 'email') return { ...to, address: destination };
  return to.email === null ? undefined : { ...to, address: to.email };
}

/** Undefined: all of it is done meanwhile. */
async function messageOf(
  id: string,
  content: Content,
  to: To,
  channel: Channel,
  wording: Wording,
): Promise<Message | undefined> {
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
      return { id, to: address, ...(await summaryWords(content.summary, channel, wording)) };
  }
}

/** Officials see enterprises and get the workbook with the mail; a group gets counts only. */
async function summaryWords(
  summary: DailySummary,
  { id, reach }: Channel,
  { programme, publicUrl }: Wording,
): Promise<Omit<Message, 'id' | 'to'>> {
  const { villages } = programme;
  const { departments, items } = townWords(programme);
  const names = {
    phase: (phase: keyof typeof PHASE_NAMES) => PHASE_NAMES[phase],
    owner: (owner: string) => ownerName(owner, { departments }),
    item: (item: string) => items.find((one) => one.id === item)?.name ?? item,
    village: (village: string) => villages.find((one) => one.id === village)?.name ?? village,
  };
  if (reach !== 'person') {
    const [subject = '', ...lines] = summaryForGroup(summary).split('\n');
    return { subject, text: lines.join('\n') };
  }
  const words = { ...summaryText(summary, names), link: `${publicUrl}/` };
  return id === 'email' ? { ...words, attachments: [await summaryWorkbook(summary, names)] } : words;
}
