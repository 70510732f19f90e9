/** How many acts a minute one account may send and one case takes, so that nobody floods what others share; reading is not counted. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ProblemCode } from '../../contracts/words/problems';
import { Problem } from './error-mapper';

/** Null: as many as come. */
export interface ActsPerMinute {
  readonly account: number | null;
  readonly case: number | null;
}

const MINUTE_SECONDS = 60;

/** Counted in the memory of this process: several processes let through as many times as much (docs/adr/0018-limits-of-acts.md). */
export class ActLimits {
  readonly #ofAccount: Limit;
  readonly #ofCase: Limit;

  /** `windowSeconds` is another than a minute only where somebody waits for its end. */
  constructor(most: ActsPerMinute, windowSeconds = MINUTE_SECONDS) {
    this.#ofAccount = new Limit('too-many-acts', most.account, windowSeconds);
    this.#ofCase = new Limit('too-many-acts-on-case', most.case, windowSeconds);
  }

  /** Counts an act, a repeat and a wrong one as well: else flooding would be free. @throws Problem `too-many-acts` */
  fromAccount(account: string): Promise<void> {
    return this.#ofAccount.count(account);
  }

  /** To be called once it is known that the sender may see the case: nobody uses up what is others'. @throws Problem `too-many-acts-on-case` */
  onCase(caseNumber: string): Promise<void> {
    return this.#ofCase.count(caseNumber);
  }
}

/** A window begins with the first act after the last window; what is refused does not prolong it. */
class Limit {
  readonly #limiter: RateLimiterMemory | undefined;

  constructor(
    private readonly problem: ProblemCode,
    private readonly most: number | null,
    windowSeconds: number,
  ) {
    if (most !== null) this.#limiter = new RateLimiterMemory({ points: most, duration: windowSeconds });
  }

  async count(name: string): Promise<void> {
    try {
      await this.#limiter?.consume(name);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw new Problem(this.problem, { most: this.most, seconds }, [], { 'Retry-After': String(seconds) });
    }
  }
}
