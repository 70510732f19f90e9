/** Slows down whoever guesses passwords: failures are counted per login and per address, in this process. */

/** A person who has forgotten a password tries some five times; a guesser gets 40 tries an hour. */
const FAILURES_PER_LOGIN = 10;
/** A town hall's offices may share one address: far above what people mistype, far below a guesser's needs. */
const FAILURES_PER_ADDRESS = 100;
const WINDOW_MS = 15 * 60_000;
/** Names that are only guessed must not fill the memory: the oldest are forgotten first. */
const REMEMBERED = 10_000;

interface Count {
  failures: number;
  readonly until: number;
}

export class Throttle {
  readonly #counts = new Map<string, Count>();

  constructor(private readonly now: () => number) {}

  /** Seconds to wait before the next attempt; 0 when it may be made. */
  wait(login: string, address: string): number {
    const blocked = [
      this.#seen(`login ${login}`, FAILURES_PER_LOGIN),
      this.#seen(`from ${address}`, FAILURES_PER_ADDRESS),
    ];
    return Math.ceil(Math.max(0, ...blocked) / 1000);
  }

  failed(login: string, address: string): void {
    for (const key of [`login ${login}`, `from ${address}`]) this.#count(key);
  }

  succeeded(login: string): void {
    this.#counts.delete(`login ${login}`);
  }

  #seen(key: string, allowed: number): number {
    const count = this.#counts.get(key);
    return count && count.failures >= allowed ? count.until - this.now() : 0;
  }

  #count(key: string): void {
    const present = this.#counts.get(key);
    if (present && present.until > this.now()) {
      present.failures += 1;
      return;
    }
    this.#counts.delete(key);
    this.#counts.set(key, { failures: 1, until: this.now() + WINDOW_MS });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > REMEMBERED && oldest !== undefined) this.#counts.delete(oldest);
  }
}
