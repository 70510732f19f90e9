/** Slows down whoever guesses: wrong guesses, and those alone, are counted in PostgreSQL, for all processes of the API together. */
import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Pool } from '../../db/sql/pool';
import { Problem } from './error-mapper';
import { Turns } from './concurrency-limit';

/** How many wrong guesses each sort of thing may make, or have made against it, in one window. */
const ALLOWED = {
  /** A person who has forgotten a password tries some five times; a guesser gets 40 tries an hour. */
  login: 10,
  /** The same for a device that signed in to the account before: no guesser elsewhere uses up what is its owner's. */
  device: 10,
  /** A town hall's offices may share one address: far above what people mistype, far below a guesser's needs. */
  address: 100,
  /** Codes of one printed form, by one reader: nobody closes a case's page to others. */
  paper: 10,
  /** Codes of all forms, by one reader. */
  reader: 100,
};
const WINDOW_SECONDS = 15 * 60;
/**
 * A guess is counted before its check and taken back when it was right: those under way look like failures for so long. So few
 * of them, in each process, that right ones sent together shut nobody out and leave most connections to others; and Node hashes
 * no more passwords at once anyway.
 */
const AT_ONCE = 4;
/** Made by a migration: an API does not change the schema. */
const TABLE = 'attempts';

export interface Count {
  readonly of: keyof typeof ALLOWED;
  readonly name: string;
}

interface Taken extends Count {
  /** By this process's clock. */
  readonly until: number;
}

export class Attempts {
  readonly #limiters: { readonly [Of in Count['of']]: RateLimiterPostgres };
  readonly #turns = new Turns(AT_ONCE);

  constructor(pool: Pool) {
    const limiter = (of: Count['of']) =>
      new RateLimiterPostgres({
        storeClient: pool,
        storeType: 'pool',
        tableName: TABLE,
        tableCreated: true,
        // The worker sweeps (db/operations/sweep.ts).
        clearExpiredByTimeout: false,
        keyPrefix: of,
        points: ALLOWED[of],
        duration: WINDOW_SECONDS,
      });
    this.#limiters = {
      login: limiter('login'),
      device: limiter('device'),
      address: limiter('address'),
      paper: limiter('paper'),
      reader: limiter('reader'),
    };
  }

  /**
   * Checks one guess in its turn. `check` says by `count` what the guess counts against, before it finds out, and undefined when the
   * guess is wrong; when it throws, that was no guess. Should the process die in the middle of it, it counts as a wrong one.
   * @throws Problem `too-many-attempts` out of `count`, when something that it counts against is used up
   */
  guess<T>(
    check: (count: (counts: readonly Count[]) => Promise<void>) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    return this.#turns.take(async () => {
      let taken: Taken[] = [];
      try {
        const found = await check(async (counts) => {
          taken = await this.#take(counts);
        });
        if (found !== undefined) await this.#giveBack(taken);
        return found;
      } catch (error) {
        // With PostgreSQL away as well, the first error is the one to tell.
        await this.#giveBack(taken).catch(() => undefined);
        throw error;
      }
    });
  }

  /** One of each, or none: what is refused is no guess against the others. */
  async #take(counts: readonly Count[]): Promise<Taken[]> {
    const taken: Taken[] = [];
    for (const count of counts) {
      try {
        const { msBeforeNext } = await this.#limiters[count.of].consume(keyOf(count.name));
        taken.push({ ...count, until: Date.now() + msBeforeNext });
      } catch (error) {
        await this.#giveBack(taken);
        throw error instanceof RateLimiterRes ? tooMany(error) : error;
      }
    }
    return taken;
  }

  /** Not into the next window, where nothing was taken. */
  async #giveBack(taken: readonly Taken[]): Promise<void> {
    for (const { of, name, until } of taken) {
      if (Date.now() < until) await this.#limiters[of].reward(keyOf(name));
    }
  }
}

/** What was typed as a login may be a password in the wrong field, an address is personal: neither is kept. Of one length, whatever was typed. */
function keyOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}

function tooMany({ msBeforeNext }: RateLimiterRes): Problem {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new Problem('too-many-attempts', { seconds }, [], { 'Retry-After': String(seconds) });
}
