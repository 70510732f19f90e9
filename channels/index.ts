/** All channels of an installation. Adding one is a file beside this one, its id in contracts/telling/channel-ids.ts, and a line here. */
import { CHANNEL_IDS, type Channel, type ChannelId } from './channel';
import { createConsole } from './console';
import { createCopyText } from './copy-text';
import { createEmail } from './email';
import { createOfficialAccount, type OfficialAccountOptions } from './official-account';
import { createWecom, type WecomOptions } from './wecom';

export interface ChannelOptions {
  readonly email: { readonly url: string; readonly from: string };
  readonly wecom: WecomOptions;
  /** None: the town has no account, or has not said how it is reached. */
  readonly officialAccount: OfficialAccountOptions | undefined;
}

const CHANNELS: { readonly [C in ChannelId]: (options: ChannelOptions) => Channel } = {
  email: ({ email }) => createEmail(email),
  wecom: ({ wecom }) => createWecom(wecom),
  'official-account': ({ officialAccount }) =>
    officialAccount ? createOfficialAccount(officialAccount) : notSetUp('official-account'),
  console: createConsole,
  'copy-text': createCopyText,
};

export function createChannels(options: ChannelOptions): Map<ChannelId, Channel> {
  return new Map(CHANNEL_IDS.map((id) => [id, CHANNELS[id](options)]));
}

/** What is sent by it is given up at once, where an operator sees why. */
function notSetUp(id: ChannelId): Channel {
  return {
    id,
    reach: 'public',
    together: 1,
    atOnce: 1,
    attempts: 1,
    send: () => Promise.resolve({ kind: 'dead', reason: '渠道未配置 the channel is not set up' }),
    close: () => Promise.resolve(),
  };
}
