/** The access tokens of the fake platform: given for the account's credentials, renewed, refused. */
import { newId, refusal, type FakeAnswer, type Fields } from './request';

/** 7,200 s, the platform's longest. */
const TOKEN_SECONDS = 7200;
/** In its last five minutes a new one is given, and both work. */
const RENEWAL_MS = 5 * 60_000;

export class Tokens {
  /** When each ends, in milliseconds since 1970. */
  readonly #ends = new Map<string, number>();
  /** With what those are refused that ended before their time. */
  readonly #ended = new Map<string, number>();
  #current = '';

  constructor(
    private readonly account: { readonly appId: string; readonly secret: string },
    private readonly now: () => number,
  ) {}

  /** Answers `stable_token`. */
  give(wanted: Fields): FakeAnswer {
    if (wanted['grant_type'] !== 'client_credential') return refusal(40002, 'invalid grant_type');
    if (wanted['appid'] !== this.account.appId) return refusal(40013, 'invalid appid');
    if (wanted['secret'] !== this.account.secret) return refusal(40125, 'invalid appsecret');
    const forced = wanted['force_refresh'] === true;
    // Not the latest any more.
    if (forced) this.end(40001);
    if (forced || this.#ended.has(this.#current) || this.#left() <= RENEWAL_MS) {
      this.#current = newId();
      this.#ends.set(this.#current, this.now() + TOKEN_SECONDS * 1000);
    }
    return { access_token: this.#current, expires_in: Math.floor(this.#left() / 1000) };
  }

  #left(): number {
    return (this.#ends.get(this.#current) ?? 0) - this.now();
  }

  /** Undefined for a token that is good. */
  refuse(token: string | null): FakeAnswer {
    if (token === null || token === '') return refusal(41001, 'access_token missing');
    const end = this.#ends.get(token);
    const errcode = end === undefined ? 40001 : (this.#ended.get(token) ?? (end <= this.now() ? 42001 : 0));
    return errcode === 0 ? undefined : refusal(errcode, 'access_token is invalid, expired or not latest');
  }

  /** Ends those given so far; the errcode says why. */
  end(errcode: number): void {
    for (const token of this.#ends.keys()) if (!this.#ended.has(token)) this.#ended.set(token, errcode);
  }
}
