/** A fake of the platform of official accounts 微信公众平台: tokens, covers, drafts and publishing as the platform has them. */
import { Tokens } from './official-account-tokens';
import { asFields, fieldsOf, newId, refusal, type FakeAnswer, type FakeRequest, type Fields } from './request';

/** What was made at the platform; `at` in milliseconds since 1970. */
export type AccountReceived =
  | {
      readonly kind: 'cover';
      readonly at: number;
      readonly mediaId: string;
      readonly name: string;
      readonly size: number;
    }
  | { readonly kind: 'draft'; readonly at: number; readonly mediaId: string; readonly article: Fields }
  | { readonly kind: 'submission'; readonly at: number; readonly mediaId: string; readonly publishId: string };

export interface OfficialAccountFakeOptions {
  readonly appId: string;
  readonly secret: string;
  /** Since July 2025 personal and unverified accounts may not. */
  readonly mayPublish: boolean;
  readonly now?: () => number;
  /** What an earlier life of the fake has received, oldest first; its tokens are gone. */
  readonly earlier?: readonly AccountReceived[];
  /** Called before the sender is told that it was received. */
  readonly keep?: (received: AccountReceived) => void;
}

export interface OfficialAccountFake {
  answer(request: FakeRequest): Promise<FakeAnswer>;
  /** Oldest first. */
  received(): readonly AccountReceived[];
  /** The next calls of this path (`/cgi-bin/draft/add`) get these errcodes, one each, whatever they are; 0: as usual. */
  answerNext(path: string, errcodes: readonly number[]): void;
  /** What `freepublish/get` says of a submission: one after the other, the last for ever. At first 1, then 0. */
  publishAs(statuses: readonly number[]): void;
  /** Tokens given out so far are refused: expired (42001), or as if somebody had made a newer one (40001). */
  endTokens(errcode: 42001 | 40001): void;
  /** A picture or draft deleted by hand at the platform. */
  forget(mediaId: string): void;
}

/** In characters, with the errcode of what is longer. */
const ARTICLE_LIMITS = [
  ['title', 32, 45003],
  ['author', 16, 45110],
  ['digest', 128, 45004],
  ['content', 19_999, 45002],
] as const;
const PICTURE = /\.(?:bmp|png|jpe?g|gif)$/i;
/** 10 MB for a picture. */
const LARGEST_PICTURE = 10_000_000;
/** Theirs have ten digits. */
const FIRST_PUBLISH_ID = 2_247_483_001;

/** What the platform has; the handlers below answer from it. */
class Platform {
  readonly received: AccountReceived[];
  readonly forgotten = new Set<string>();
  readonly #asked = new Map<string, number>();
  statuses: readonly number[] = [1, 0];

  constructor(private readonly options: OfficialAccountFakeOptions) {
    this.received = [...(options.earlier ?? [])];
  }

  get mayPublish(): boolean {
    return this.options.mayPublish;
  }

  now(): number {
    return (this.options.now ?? Date.now)();
  }

  add(made: AccountReceived): void {
    this.options.keep?.(made);
    this.received.push(made);
  }

  has(kind: AccountReceived['kind'], mediaId: unknown): boolean {
    return this.received.some((made) => made.kind === kind && made.mediaId === mediaId && !this.forgotten.has(mediaId));
  }

  isSubmission(publishId: string): boolean {
    return this.received.some((made) => made.kind === 'submission' && made.publishId === publishId);
  }

  /** Each asking is told the next one. */
  statusOf(publishId: string): number {
    const times = this.#asked.get(publishId) ?? 0;
    this.#asked.set(publishId, times + 1);
    return this.statuses[Math.min(times, this.statuses.length - 1)] ?? 0;
  }
}

type Handler = (platform: Platform, request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;

const HANDLERS: { readonly [path: string]: Handler } = {
  '/cgi-bin/material/add_material': takeCover,
  '/cgi-bin/draft/add': takeDraft,
  '/cgi-bin/freepublish/submit': takeSubmission,
  '/cgi-bin/freepublish/get': tellStatus,
};
const TOKEN_PATH = '/cgi-bin/stable_token';

export function createOfficialAccountFake(options: OfficialAccountFakeOptions): OfficialAccountFake {
  const platform = new Platform(options);
  const tokens = new Tokens(options, () => platform.now());
  const scripted = new Map<string, number[]>();
  return {
    async answer(request) {
      const { pathname, searchParams } = request.url;
      const handler = Object.hasOwn(HANDLERS, pathname) ? HANDLERS[pathname] : undefined;
      if (request.method !== 'POST' || (handler === undefined && pathname !== TOKEN_PATH)) return undefined;
      const errcode = scripted.get(pathname)?.shift() ?? 0;
      if (errcode !== 0) return refusal(errcode, 'as the script says');
      if (handler === undefined) return tokens.give(fieldsOf(request.body) ?? {});
      return tokens.refuse(searchParams.get('access_token')) ?? handler(platform, request);
    },
    received: () => platform.received,
    answerNext: (path, errcodes) => void scripted.set(path, [...(scripted.get(path) ?? []), ...errcodes]),
    publishAs: (statuses) => void (platform.statuses = statuses),
    endTokens: (errcode) => tokens.end(errcode),
    forget: (mediaId) => void platform.forgotten.add(mediaId),
  };
}

async function takeCover(platform: Platform, { url, contentType, body }: FakeRequest): Promise<FakeAnswer> {
  const file = await fileOf(contentType, body);
  if (url.searchParams.get('type') !== 'image') return refusal(40004, 'invalid media type');
  if (file === undefined) return refusal(41005, 'media data missing');
  if (!PICTURE.test(file.name)) return refusal(40005, 'invalid file type');
  if (file.size === 0 || file.size > LARGEST_PICTURE) return refusal(40009, 'invalid image size');
  const mediaId = newId();
  platform.add({ kind: 'cover', at: platform.now(), mediaId, ...file });
  return { media_id: mediaId, url: `http://mmbiz.example/${mediaId}`, item: [] };
}

function takeDraft(platform: Platform, { body }: FakeRequest): FakeAnswer {
  const articles = fieldsOf(body)?.['articles'];
  const article = Array.isArray(articles) ? asFields(articles[0]) : undefined;
  if (article === undefined) return refusal(47001, 'data format error');
  const wrong = wrongIn(article);
  if (wrong !== undefined) return wrong;
  if (!platform.has('cover', article['thumb_media_id'])) return refusal(40007, 'invalid media_id');
  const mediaId = newId();
  platform.add({ kind: 'draft', at: platform.now(), mediaId, article });
  return { media_id: mediaId, item: [] };
}

function takeSubmission(platform: Platform, { body }: FakeRequest): FakeAnswer {
  if (!platform.mayPublish) return refusal(48001, 'api unauthorized');
  const mediaId = String(fieldsOf(body)?.['media_id']);
  // What was submitted has left the box of drafts.
  if (!platform.has('draft', mediaId) || platform.has('submission', mediaId)) {
    return refusal(40007, 'invalid media_id');
  }
  const publishId = String(FIRST_PUBLISH_ID + platform.received.length);
  platform.add({ kind: 'submission', at: platform.now(), mediaId, publishId });
  return { errcode: 0, errmsg: 'ok', publish_id: publishId, msg_data_id: publishId };
}

function tellStatus(platform: Platform, { body }: FakeRequest): FakeAnswer {
  if (!platform.mayPublish) return refusal(48001, 'api unauthorized');
  const publishId = String(fieldsOf(body)?.['publish_id']);
  if (!platform.isSubmission(publishId)) return refusal(40035, 'invalid parameter');
  return publication(publishId, platform.statusOf(publishId));
}

async function fileOf(contentType: string, body: Buffer): Promise<{ name: string; size: number } | undefined> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    const file = form.get('media');
    return file === null || typeof file === 'string' ? undefined : { name: file.name, size: file.size };
  } catch {
    return undefined;
  }
}

function wrongIn(article: Fields): FakeAnswer {
  for (const [field, limit, errcode] of ARTICLE_LIMITS) {
    const value = article[field] ?? '';
    if (typeof value !== 'string') return refusal(47001, 'data format error');
    if ([...value].length > limit) return refusal(errcode, `${field} size out of limit`);
  }
  if (!article['title'] || !article['content']) return refusal(44004, 'empty content');
  return undefined;
}

function publication(publishId: string, status: number): FakeAnswer {
  const answer = { publish_id: publishId, publish_status: status, fail_idx: status === 2 || status === 4 ? [1] : [] };
  if (status !== 0) return answer;
  const item = [{ idx: 1, article_url: `http://mp.weixin.example/s/${publishId}` }];
  return { ...answer, article_id: `article-${publishId}`, article_detail: { count: 1, item } };
}
