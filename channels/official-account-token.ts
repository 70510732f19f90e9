/** Calls to the platform 公众平台 with its token: got when there is none, kept until shortly before it expires, got again when refused. */
import { callWeixin, NoAnswer, type Answer } from './weixin-call';

export interface Credentials {
  readonly baseUrl: string;
  readonly appId: string;
  readonly secret: string;
  readonly now?: () => number;
}

/** Posts JSON or a form. Throws a NoAnswer, or a PlatformRefusal for every errcode but 0. */
export type Call = (path: string, content: object | FormData) => Promise<Answer>;

export class PlatformRefusal extends Error {
  override readonly name = 'PlatformRefusal';
  /** `unidentified`: the platform gave no token. */
  constructor(
    readonly errcode: number,
    readonly unidentified: boolean,
  ) {
    super(`errcode ${errcode}`);
  }
}

/** In the last five minutes of a token the platform gives a new one, while the old still works. */
const MARGIN_MS = 5 * 60_000;
/** Wrong, not known or not the latest; unknown; expired. */
const TOKEN_REFUSED: readonly number[] = [40001, 40014, 42001];

/** Gives the calls of one attempt, which all end with its signal. */
export function connectPlatform({
  baseUrl,
  appId,
  secret,
  now = Date.now,
}: Credentials): (signal: AbortSignal) => Call {
  const root = new URL(baseUrl);
  let token: { readonly value: string; readonly until: number } | undefined;

  async function valid(signal: AbortSignal): Promise<string> {
    if (token !== undefined && now() < token.until) return token.value;
    // Never `force_refresh`: it is given 20 times a day, and would take the token from whoever else uses the account.
    const wanted = { grant_type: 'client_credential', appid: appId, secret, force_refresh: false };
    const answer = await callWeixin(new URL('/cgi-bin/stable_token', root), wanted, signal);
    refuse(answer, true);
    const { access_token: value, expires_in: seconds } = answer;
    if (typeof value !== 'string' || typeof seconds !== 'number') throw new NoAnswer('no token');
    token = { value, until: now() + seconds * 1000 - MARGIN_MS };
    return value;
  }

  async function post(path: string, content: object | FormData, signal: AbortSignal): Promise<Answer> {
    const address = new URL(path, root);
    address.searchParams.set('access_token', await valid(signal));
    return callWeixin(address, content, signal);
  }

  return (signal) => async (path, content) => {
    let answer = await post(path, content, signal);
    if (TOKEN_REFUSED.includes(answer.errcode ?? 0)) {
      token = undefined;
      answer = await post(path, content, signal);
    }
    refuse(answer, false);
    return answer;
  };
}

/** What is made well is often answered without an errcode. */
function refuse({ errcode = 0 }: Answer, unidentified: boolean): void {
  if (errcode !== 0) throw new PlatformRefusal(errcode, unidentified);
}
