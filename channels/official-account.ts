/** The official-account channel 微信公众号: a bulletin becomes a draft, and is published where the account may do so. */
import { createHash } from 'node:crypto';
import { SEND_LIMIT_MS, type Attachment, type Channel, type Message, type Outcome } from './channel';
import { cutToLength } from './cutting';
import { htmlOf, htmlOfText } from './markdown';
import { away, outcomeOf, outcomeOfPublishing, publishing } from './official-account-codes';
import { connectPlatform, PlatformRefusal, type Call } from './official-account-token';
import { NoAnswer, type Answer } from './weixin-call';

export interface OfficialAccountOptions {
  /** Another server than Weixin's own: the fake of a demonstration. */
  readonly baseUrl?: string;
  readonly appId: string;
  /** Like the tokens that it gets, it appears in no outcome. */
  readonly secret: string;
  /** Shown below the title. */
  readonly author: string;
  /** `draft-only`: a person presses 发表; personal and unverified accounts have nothing else. */
  readonly mode: 'draft-only' | 'publish';
  /** Milliseconds; tests bring their own. */
  readonly now?: () => number;
  /** What one attempt may take with all its calls, in milliseconds. */
  readonly timeoutMs?: number;
}

const WEIXIN = 'https://api.weixin.qq.com';
/** What the platform takes of an article, in characters. */
const TITLE_LIMIT = 32;
const AUTHOR_LIMIT = 16;
const DIGEST_LIMIT = 128;
/** "Fewer than 20,000". */
const CONTENT_LIMIT = 19_999;
/** A bulletin is an article of its own. */
const TOGETHER = 1;
/** Somebody waits for the bulletin, and can write it at the platform by hand. */
const ATTEMPTS = 5;
const DRAFT_MADE = '草稿已建好，请在公众平台发表 draft made; publish it by hand';
/** Errcodes that say what a person has to do rather than that something failed. */
const NOT_AUTHORISED = 48001;
const INVALID_MEDIA = 40007;

/**
 * `to` is not looked at: an account is one destination. What was made at the platform is remembered by this process only. A crash
 * between the making of a draft and the recording of it leaves that draft and makes a second one, at most; a crash just after the
 * submission publishes a second article, which a person deletes.
 */
export function createOfficialAccount(options: OfficialAccountOptions): Channel {
  const { baseUrl = WEIXIN, author, mode, timeoutMs = SEND_LIMIT_MS } = options;
  const callsUntil = connectPlatform({ ...options, baseUrl });
  const attempt = (work: (call: Call) => Promise<Outcome>) =>
    work(callsUntil(AbortSignal.timeout(timeoutMs))).catch(outcomeOfError);
  /** Media ids by the SHA-256 of the picture: most bulletins have the same, and an account keeps 100,000 pictures. */
  const covers = new Map<string, string>();
  /** Media ids by message, of drafts that could not be submitted yet: the next attempt needs no second one. */
  const drafts = new Map<string, string>();
  return {
    id: 'official-account',
    reach: 'public',
    together: TOGETHER,
    atOnce: 1,
    attempts: ATTEMPTS,
    async send(message) {
      const { id, cover } = message;
      if (cover === undefined) return { kind: 'dead', reason: '缺少封面图片 a cover is required' };
      const article = articleOf(message, author);
      if (article.content.length > CONTENT_LIMIT) {
        return { kind: 'dead', reason: '正文过长 the content is too long' };
      }
      return attempt(async (call) => {
        const draft = drafts.get(id) ?? (await makeDraft(call, article, cover, covers));
        if (mode === 'draft-only') return byHand(draft, DRAFT_MADE);
        drafts.set(id, draft);
        const outcome = await submit(call, draft).catch(outcomeOfError);
        if (outcome.kind !== 'retry') drafts.delete(id);
        return outcome;
      });
    },
    ask: (receipt) =>
      attempt(async (call) => {
        const answer = await call('/cgi-bin/freepublish/get', { publish_id: receipt });
        return outcomeOfPublishing(answer['publish_status'], receipt, answer['article_id']);
      }),
    close: () => Promise.resolve(),
  };
}

interface Article {
  readonly article_type: 'news';
  readonly title: string;
  readonly author: string;
  readonly digest: string;
  readonly content: string;
  /** 阅读原文. */
  readonly content_source_url?: string;
}

function articleOf({ subject, text, markdown, link }: Message, author: string): Article {
  return {
    article_type: 'news',
    title: cutToLength(oneLine(subject), TITLE_LIMIT),
    author: cutToLength(oneLine(author), AUTHOR_LIMIT),
    digest: cutToLength(oneLine(text), DIGEST_LIMIT),
    content: markdown === undefined ? htmlOfText(text) : htmlOf(markdown),
    ...(link !== undefined && { content_source_url: link }),
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Gives the draft's media id. A remembered cover may have been deleted at the platform: then it is uploaded again. */
async function makeDraft(
  call: Call,
  article: Article,
  cover: Attachment,
  covers: Map<string, string>,
): Promise<string> {
  const digest = createHash('sha256').update(cover.bytes).digest('hex');
  const known = covers.get(digest);
  if (known !== undefined) {
    try {
      return await addDraft(call, article, known);
    } catch (error) {
      if (!isRefusal(error, INVALID_MEDIA)) throw error;
      covers.delete(digest);
    }
  }
  const thumb = await uploadCover(call, cover);
  covers.set(digest, thumb);
  return addDraft(call, article, thumb);
}

/** The platform goes by the ending of the name, and not every name of ours would reach it unharmed. */
async function uploadCover(call: Call, { mediaType, bytes }: Attachment): Promise<string> {
  const form = new FormData();
  const ending = mediaType.replace(/^.*\//, '');
  form.set('media', new Blob([new Uint8Array(bytes)], { type: mediaType }), `cover.${ending}`);
  return mediaIdOf(await call('/cgi-bin/material/add_material?type=image', form));
}

async function addDraft(call: Call, article: Article, thumb: string): Promise<string> {
  return mediaIdOf(await call('/cgi-bin/draft/add', { articles: [{ ...article, thumb_media_id: thumb }] }));
}

function mediaIdOf({ media_id: id }: Answer): string {
  if (typeof id !== 'string' || id === '') throw new NoAnswer('no media_id');
  return id;
}

/** The account may not publish (or may no longer): a person can. No such draft: it left the box by being published, or by hand. */
async function submit(call: Call, draft: string): Promise<Outcome> {
  try {
    const { publish_id: id } = await call('/cgi-bin/freepublish/submit', { media_id: draft });
    if (typeof id !== 'string' && typeof id !== 'number') throw new NoAnswer('no publish_id');
    return publishing(String(id));
  } catch (error) {
    if (isRefusal(error, NOT_AUTHORISED)) return byHand(draft, DRAFT_MADE);
    if (isRefusal(error, INVALID_MEDIA)) {
      return byHand(draft, '草稿已不在草稿箱，请核对是否已发表 the draft is gone; check whether it is published');
    }
    throw error;
  }
}

function byHand(draft: string, reason: string): Outcome {
  return { kind: 'by-hand', receipt: draft, reason };
}

function isRefusal(error: unknown, errcode: number): boolean {
  return error instanceof PlatformRefusal && error.errcode === errcode;
}

function outcomeOfError(error: unknown): Outcome {
  if (error instanceof NoAnswer) return away(error.message);
  if (error instanceof PlatformRefusal) return outcomeOf(error.errcode, error.unidentified);
  throw error;
}
