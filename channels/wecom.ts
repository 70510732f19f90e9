/** The WeCom channel 企业微信群机器人: one message to the bot of one group, and what each errcode means. */
import { SEND_LIMIT_MS, type Channel, type Message, type Outcome } from './channel';
import { byteLength, cutToBlocks, cutToBytes } from './cutting';
import { linkForWecom, plainTextOf, quietForWecom, wecomMarkdownOf } from './markdown';
import { callWeixin, NoAnswer } from './weixin-call';

export interface WecomOptions {
  /** Another server than WeCom's own: the fake of a demonstration. */
  readonly baseUrl?: string;
  /** By the ids that messages are sent `to`. `key`: the bot's key, or its whole webhook URL. A secret. */
  readonly groups: Readonly<Record<string, { readonly key: string }>>;
  /** What one attempt may take, in milliseconds. */
  readonly timeoutMs?: number;
}

const WECOM = 'https://qyapi.weixin.qq.com';
/** What WeCom takes of a message, in bytes of UTF-8. */
const TEXT_LIMIT = 2048;
const MARKDOWN_LIMIT = 4096;
/** WeCom's: 20 a minute for each key, counted where they arrive; an attempt arrives as long as it may take after it was begun. */
const RATE = { count: 20, windowMs: 60_000 + SEND_LIMIT_MS };
/** A notice has some 300 bytes: five of them stay below what a text may have. */
const TOGETHER = 5;
/** What WeCom advises for a busy server. */
const ATTEMPTS = 3;
/** The limit is by the minute. */
const RATE_LIMIT_REST_MS = 60_000;
/** Others of the same company are sending just now; that is over in seconds. */
const CONCURRENCY_REST_MS = 5_000;

/**
 * `to` is the id of a group. Attachments and covers stay behind: a group gets counts and a link. A message that WeCom took while
 * its answer got lost comes twice: its bots know no ids of messages.
 */
export function createWecom({ baseUrl = WECOM, groups, timeoutMs = SEND_LIMIT_MS }: WecomOptions): Channel {
  const webhook = new URL('/cgi-bin/webhook/send', baseUrl);
  return {
    id: 'wecom',
    reach: 'group',
    rate: RATE,
    together: TOGETHER,
    // One after the other, so that the messages of a group stay in order.
    atOnce: 1,
    attempts: ATTEMPTS,
    async send(message) {
      if (!Object.hasOwn(groups, message.to)) return { kind: 'dead', reason: '没有这个群 no such group' };
      const address = new URL(webhook);
      address.searchParams.set('key', keyOf(groups[message.to]?.key ?? ''));
      try {
        const { errcode } = await callWeixin(address, bodyOf(message), AbortSignal.timeout(timeoutMs));
        return outcomeOf(errcode);
      } catch (error) {
        if (error instanceof NoAnswer) return away(error.message);
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}

function keyOf(given: string): string {
  return (URL.canParse(given) && new URL(given).searchParams.get('key')) || given.trim();
}

/** Mentions are made by a list, which only `text` has: a message with both is sent as text. */
function bodyOf({ subject, text, markdown, link, mentions = [] }: Message): object {
  if (markdown !== undefined && mentions.length === 0) {
    return { msgtype: 'markdown', markdown: { content: markdownContent(subject, markdown, link) } };
  }
  const content = textContent([subject, text].filter((part) => part !== '').join('\n\n'), link);
  return { msgtype: 'text', text: { content, ...(mentions.length > 0 && { mentioned_list: mentions }) } };
}

/** Whatever is cut, the link stays whole. */
function textContent(words: string, link: string | undefined): string {
  if (link === undefined || (words.includes(link) && byteLength(words) <= TEXT_LIMIT)) {
    return cutToBytes(words, TEXT_LIMIT);
  }
  const end = `\n\n${link}`;
  return cutToBytes(words, TEXT_LIMIT - byteLength(end)) + end;
}

/** Cut between blocks, for half a bold word or link would be shown as it stands; a first block that is too long becomes plain text. */
function markdownContent(subject: string, markdown: string, link: string | undefined): string {
  const heading = `# ${quietForWecom(subject)}\n\n`;
  const end = link === undefined ? '' : `\n\n${linkForWecom('查看详情 Read on', link)}`;
  const left = MARKDOWN_LIMIT - byteLength(heading + end);
  const content = cutToBlocks(wecomMarkdownOf(markdown), left);
  if (content !== undefined) return heading + content + end;
  const words = cutToBytes(heading + quietForWecom(plainTextOf(markdown)), MARKDOWN_LIMIT - byteLength(end));
  return words + end;
}

/** WeCom answers with HTTP 200 whatever became of the message. */
function outcomeOf(errcode: number | undefined): Outcome {
  switch (errcode) {
    case 0:
      return { kind: 'sent' };
    case undefined:
      return away('no errcode');
    case -1:
      return { kind: 'retry', channelDown: false, reason: '企业微信繁忙 WeCom is busy (-1)' };
    case 40008:
    case 40058:
      return { kind: 'dead', reason: `消息格式有误 bad request (${errcode})` };
    case 44004:
      return { kind: 'dead', reason: '消息为空 empty message (44004)' };
    case 45002:
      return { kind: 'dead', reason: '消息过长 message too long (45002)' };
    case 45009:
      return resting('企业微信限流 rate limit (45009)', RATE_LIMIT_REST_MS);
    case 45033:
      return resting('企业微信并发超限 too many at once (45033)', CONCURRENCY_REST_MS);
    case 93000:
      return { kind: 'dead', reason: '群机器人密钥有误 wrong key (93000)' };
    default:
      return { kind: 'dead', reason: `企业微信拒收 refused by WeCom (${errcode})` };
  }
}

function away(why: string): Outcome {
  return { kind: 'retry', channelDown: true, reason: `企业微信无应答 WeCom is away (${why})` };
}

function resting(reason: string, afterMs: number): Outcome {
  return { kind: 'retry', channelDown: true, afterMs, reason };
}
