/** The channels by which a message leaves the system; each is a file in channels/ and a line in channels/index.ts. */
export const CHANNEL_IDS = ['email', 'wecom', 'official-account', 'console', 'copy-text'] as const;
export type ChannelId = (typeof CHANNEL_IDS)[number];

export const CHANNEL_NAMES: { readonly [C in ChannelId]: string } = {
  email: '邮件',
  wecom: '企业微信群',
  'official-account': '公众号',
  console: '系统内消息',
  'copy-text': '人工转发',
};
