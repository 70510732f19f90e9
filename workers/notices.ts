/** The parts with which a worker tells people, put together: mailroom, words, channels, bulletins and summaries. */
import type { Dependencies } from '../activities';
import { createBulletins } from '../activities/bulletins';
import type { Ringer } from '../activities/ports';
import { createSummaries } from '../activities/summaries';
import { createWriter } from '../activities/writing';
import { createChannels } from '../channels';
import type { ChannelSecrets } from '../config/channel-secrets';
import type { Pool } from '../db/sql/pool';
import { createSummaryStore } from '../db/telling/daily-summary';
import { createMessageReader } from '../db/telling/message-content';
import { createMailroom } from '../db/telling/messages';
import { createPublisher } from '../db/telling/publishing';
import { offsetOf, type Programme } from '../programme/schema';

export interface TellingOptions {
  readonly pool: Pool;
  readonly programme: Programme;
  readonly publicUrl: string;
  readonly smtpUrl: string;
  readonly secrets: ChannelSecrets;
  /** How long a sender has a message; a test's is shorter. */
  readonly leaseMs?: number;
}

type Notices = NonNullable<Dependencies['notices']>;

export function createNotices(options: TellingOptions, bell: Ringer): Notices {
  const { pool, programme, publicUrl, smtpUrl, secrets, leaseMs } = options;
  const { channels: settings } = programme;
  const { groups, officialAccount, baseUrl } = secrets;
  const { name, address } = settings.sender;
  return {
    mailroom: createMailroom(pool, {
      settings,
      utcOffsetMinutes: offsetOf(programme),
      ...(leaseMs !== undefined && { leaseMs }),
    }),
    writer: createWriter(createMessageReader(pool), { programme, publicUrl }),
    channels: createChannels({
      email: { url: smtpUrl, from: `${name} <${address}>` },
      wecom: { groups, ...(baseUrl !== undefined && { baseUrl }) },
      officialAccount: officialAccount && {
        ...officialAccount,
        ...(baseUrl !== undefined && { baseUrl }),
        author: settings.officialAccount.name,
        mode: settings.officialAccount.mode,
      },
    }),
    bulletins: createBulletins(createPublisher(pool), settings.groups, bell),
    summaries: createSummaries(createSummaryStore(pool), programme, bell),
  };
}
