/** Publishes a bulletin at its time, has the channels look at once, and says how far its deliveries have come. */
import { CHANNEL_IDS } from '../channels/channel';
import type { Instant } from '../domain/programme/edition';
import type { ChannelSettings } from '../programme/channels';
import type { Progress, Publisher, Ringer } from './ports';

export interface Bulletins {
  /** Publishes a bulletin that is due at `at`, once. @returns its state then; `gone` when there is none */
  publish(bulletin: string, at: Instant): Promise<string>;
  progress(bulletin: string): Promise<Progress>;
}

/** @param groups those that a bulletin may be told to */
export function createBulletins(publisher: Publisher, groups: ChannelSettings['groups'], bell: Ringer): Bulletins {
  return {
    async publish(bulletin, at) {
      await publisher.publish(bulletin, at, groups);
      bell.ring(CHANNEL_IDS);
      return (await publisher.stateOf(bulletin)) ?? 'gone';
    },
    progress: (bulletin) => publisher.progressOf(bulletin),
  };
}
