/** What the errcodes and publish states of the platform 公众平台 mean for a bulletin. */
import type { Outcome } from './channel';

/** The daily quota is back at midnight; an hour keeps the questions few. */
const QUOTA_REST_MS = 60 * 60_000;
/** The limit is by the minute. */
const MINUTE_REST_MS = 60_000;
/** Somebody has to sign in at the platform and change a setting; then it should not take another hour. */
const SETTING_REST_MS = 15 * 60_000;

const REFUSED: { readonly [errcode: number]: string } = {
  40005: '封面文件类型不支持 the cover is no picture the platform takes',
  40006: '封面文件大小不合规 wrong size of the cover',
  40007: '封面素材无效 the cover is not known',
  40009: '封面文件大小不合规 wrong size of the cover',
  45002: '正文过长 the content is too long',
  45003: '标题过长 the title is too long',
  45004: '摘要过长 the digest is too long',
  45110: '作者名过长 the author is too long',
  53503: '草稿未通过发布检查 the draft did not pass the checks',
  53504: '草稿须在公众平台上处理 the draft needs work at the platform',
  53505: '草稿须在公众平台上保存 the draft needs saving at the platform',
};

/** @param unidentified whether the platform refused the account itself, before any bulletin */
export function outcomeOf(errcode: number, unidentified: boolean): Outcome {
  switch (errcode) {
    case -1:
      return { kind: 'retry', channelDown: false, reason: '公众平台繁忙 the platform is busy (-1)' };
    case 40164:
      return resting('本机 IP 不在白名单 this IP is not on the white list (40164)', SETTING_REST_MS);
    case 45009:
      return resting('接口调用超过限额 quota used up (45009)', QUOTA_REST_MS);
    case 45011:
      return resting('接口调用过于频繁 too many calls a minute (45011)', MINUTE_REST_MS);
    case 40001:
    case 40014:
    case 42001:
      return resting(`公众号凭据失效 credentials refused (${errcode})`, SETTING_REST_MS);
    case 48001:
    case 48004:
      return resting(`公众号无此接口权限 the account may not use this (${errcode})`, SETTING_REST_MS);
    default:
      if (unidentified) return resting(`公众号凭据有误 wrong AppID or secret (${errcode})`, SETTING_REST_MS);
      return { kind: 'dead', reason: `${REFUSED[errcode] ?? '公众平台拒收 refused by the platform'} (${errcode})` };
  }
}

/** By `publish_status`, from 2 on. */
const NOT_PUBLISHED: { readonly [status: number]: string } = {
  2: '原创校验未通过 failed the originality check',
  3: '发布失败 publishing failed',
  4: '平台审核未通过 refused by the platform’s review',
  5: '发布后已被删除 deleted after it was published',
  6: '发布后被平台封禁 blocked after it was published',
};

/** @param articleId the platform's own for what was published */
export function outcomeOfPublishing(status: unknown, publishId: string, articleId: unknown): Outcome {
  if (status === 0) return { kind: 'sent', receipt: typeof articleId === 'string' ? articleId : publishId };
  if (status === 1) return publishing(publishId);
  if (typeof status !== 'number') return away('no publish_status');
  return { kind: 'dead', reason: `${NOT_PUBLISHED[status] ?? '未能发布 not published'} (${status})` };
}

export function publishing(publishId: string): Outcome {
  return { kind: 'pending', receipt: publishId, reason: '已提交，发布中 submitted, being published' };
}

export function away(why: string): Outcome {
  return { kind: 'retry', channelDown: true, reason: `公众平台无应答 the platform is away (${why})` };
}

function resting(reason: string, afterMs: number): Outcome {
  return { kind: 'retry', channelDown: true, afterMs, reason };
}
