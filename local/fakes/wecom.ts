/** A fake of WeCom's group bots 企业微信群机器人: takes what WeCom takes, refuses what it refuses, and keeps what groups would see. */
import { asFields, fieldsOf, refusal, type FakeAnswer, type FakeRequest, type Fields } from './request';

export interface WecomReceived {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As it was posted. */
  readonly body: Fields;
  /** What the group reads. */
  readonly contents: string;
}

export interface WecomFakeOptions {
  /** The bots there are. */
  readonly keys: readonly string[];
  readonly now?: () => number;
  /** What an earlier life of the fake has received, oldest first. */
  readonly earlier?: readonly WecomReceived[];
  /** Called before the sender is told that it was received. */
  readonly keep?: (received: WecomReceived) => void;
}

export interface WecomFake {
  answer(request: FakeRequest): FakeAnswer;
  /** Oldest first. */
  received(): readonly WecomReceived[];
  /** The next messages get these errcodes, one each, whatever they are; 0: as usual. */
  answerNext(errcodes: readonly number[]): void;
}

const PATH = '/cgi-bin/webhook/send';
/** What WeCom takes: bytes of UTF-8, by kind. */
const LIMITS: { readonly [msgtype: string]: number } = { text: 2048, markdown: 4096, markdown_v2: 4096 };
/** 20 messages within any minute for one key. */
const [RATE, RATE_WINDOW_MS] = [20, 60_000];

export function createWecomFake({ keys, now = Date.now, earlier = [], keep }: WecomFakeOptions): WecomFake {
  const received = [...earlier];
  const scripted: number[] = [];

  function take(key: string, posted: Buffer): FakeAnswer {
    if (!keys.includes(key)) return refusal(93000, 'invalid webhook url');
    const body = fieldsOf(posted);
    const contents = body === undefined ? refusal(40008, 'invalid message type') : contentsOf(body);
    if (body === undefined || typeof contents !== 'string') return contents as FakeAnswer;
    const at = now();
    const lately = received.filter((message) => message.key === key && message.at > at - RATE_WINDOW_MS);
    if (lately.length >= RATE) return refusal(45009, 'api freq out of limit');
    const message = { key, at, body, contents };
    keep?.(message);
    received.push(message);
    return { errcode: 0, errmsg: 'ok' };
  }

  return {
    answer({ method, url, body }) {
      if (method !== 'POST' || url.pathname !== PATH) return undefined;
      const errcode = scripted.shift() ?? 0;
      return errcode === 0 ? take(url.searchParams.get('key') ?? '', body) : refusal(errcode, 'as the script says');
    },
    received: () => received,
    answerNext: (errcodes) => void scripted.push(...errcodes),
  };
}

/** The words of a message, or why it is refused. */
function contentsOf(body: Fields): string | FakeAnswer {
  const msgtype = String(body['msgtype']);
  const limit = Object.hasOwn(LIMITS, msgtype) ? LIMITS[msgtype] : undefined;
  if (limit === undefined) return refusal(40008, 'invalid message type');
  const { content = '', mentioned_list: mentioned = [] } = asFields(body[msgtype]) ?? {};
  if (typeof content !== 'string' || !isList(mentioned)) return refusal(40058, 'invalid parameter');
  if (content.trim() === '') return refusal(44004, 'text content is empty');
  if (Buffer.byteLength(content, 'utf8') > limit) return refusal(45002, `content exceeds ${limit} bytes`);
  return content;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
