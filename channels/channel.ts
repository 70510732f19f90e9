/** What a channel is: one way by which a message leaves the system, with its limits; adding one is a file here and a line in index.ts. */

import type { ChannelId } from '../contracts/telling/channel-ids';

export { CHANNEL_IDS, type ChannelId } from '../contracts/telling/channel-ids';

/** Who can read what goes this way: one person's own inbox, the members of a group, or anybody. The last two are guarded. */
export type Reach = 'person' | 'group' | 'public';

export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** One message, ready to be sent. */
export interface Message {
  /** Unique and stable: a message that is sent again has the same. */
  readonly id: string;
  /** An e-mail address, the id of a group, or an account; empty where the channel has one destination only. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** Markdown where it was written so (bulletins); channels that cannot show it send `text`. */
  readonly markdown?: string;
  /** Where to act or read on. */
  readonly link?: string;
  /** WeCom user ids to be mentioned. */
  readonly mentions?: readonly string[];
  /** A picture, for channels that show or demand one. */
  readonly cover?: Attachment;
  readonly attachments?: readonly Attachment[];
}

/** What became of one attempt. Reasons are short, Chinese and English, and hold no address, key or token. */
export type Outcome =
  /** The other side has it; `receipt` is its own id for it. */
  | { readonly kind: 'sent'; readonly receipt?: string }
  /** Made ready at the other side or here; a person does the last step (a draft, a text to copy). */
  | { readonly kind: 'by-hand'; readonly receipt?: string; readonly reason: string }
  /** Accepted, and not there yet: ask again with `receipt`. */
  | { readonly kind: 'pending'; readonly receipt: string; readonly reason: string }
  /** Might go another time. `channelDown`: no other message would go either, so the channel rests; `afterMs`: not before. */
  | { readonly kind: 'retry'; readonly reason: string; readonly channelDown: boolean; readonly afterMs?: number }
  /** Will never go. */
  | { readonly kind: 'dead'; readonly reason: string };

/** At most `count` attempts for one destination (a group's key) within any `windowMs`. */
export interface Rate {
  readonly count: number;
  readonly windowMs: number;
}

export interface Channel {
  readonly id: ChannelId;
  readonly reach: Reach;
  /** None: as fast as it goes. */
  readonly rate?: Rate;
  /** So many notices of one destination may stand in one message; 1: each is a message of its own. */
  readonly together: number;
  /** Messages under way at once. */
  readonly atOnce: number;
  /** A message is given up as dead after so many attempts that failed for a reason of its own. */
  readonly attempts: number;
  /** One attempt; never rejects for what the other side does, and ends within `SEND_LIMIT_MS`. */
  send(message: Message): Promise<Outcome>;
  /** What became of a pending message. */
  ask?(receipt: string): Promise<Outcome>;
  /** Lets connections go. */
  close(): Promise<void>;
}

/** One attempt takes at most this long: a mail with an attachment over a slow line; longer means that nobody answers. */
export const SEND_LIMIT_MS = 15_000;
