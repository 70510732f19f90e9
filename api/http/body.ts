/** A request's body as it arrives: within its limit and its time, asked for only when somebody wants it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from './error-mapper';

/** How long the API waits for a sender. */
export interface Patience {
  readonly pieceMs: number;
  readonly wholeMs: number;
}

export const PATIENCE: Patience = {
  /** A telephone between two masts, packets that are lost and sent again after 1, 3 and 7 s: more than that is no transfer. */
  pieceMs: 10_000,
  /** 20 MiB at 1.4 Mbit/s, a village's slow line. */
  wholeMs: 120_000,
};

/** Whoever sent the request has gone before it was whole: nobody is there to be answered. */
export class SenderGone extends Error {}

/** Senders who asked by `Expect: 100-continue` whether they may send, and have not been told. */
const asking = new WeakMap<IncomingMessage, ServerResponse>();

/** The body is asked for when somebody wants it, not before: who is refused by headers alone sends nothing. */
export function askBeforeSending(request: IncomingMessage, response: ServerResponse): void {
  asking.set(request, response);
}

/** @throws Problem `too-large` when the sender says so beforehand */
export function requireWithin({ headers }: IncomingMessage, limit: number): void {
  if (Number(headers['content-length'] ?? 0) > limit) throw new Problem('too-large', { limit });
}

/**
 * The body piece by piece, read no faster than it is taken; only the time that the sender takes is counted. Whoever stops in the
 * middle leaves the rest to `endAnswer` (api/http/answering.ts).
 * @throws Problem `too-large`, `request-timeout`; SenderGone
 */
export async function* piecesOf(
  request: IncomingMessage,
  limit: number,
  { pieceMs, wholeMs }: Patience = PATIENCE,
): AsyncGenerator<Buffer> {
  requireWithin(request, limit);
  asking.get(request)?.writeContinue();
  asking.delete(request);
  const arriving = new Arriving(request);
  let [size, left] = [0, wholeMs];
  try {
    for (;;) {
      const began = performance.now();
      const piece = await arriving.next(Math.min(pieceMs, left));
      if (!piece) return;
      left = Math.max(0, left - (performance.now() - began));
      size += piece.length;
      if (size > limit) throw new Problem('too-large', { limit });
      yield piece;
    }
  } finally {
    arriving.leave();
  }
}

/** One piece at a time of a stream that is paused in between. */
class Arriving {
  readonly #pieces: Buffer[] = [];
  #wake: () => void = () => undefined;

  constructor(private readonly request: IncomingMessage) {
    request.on('data', this.#arrived).on('end', this.#changed).on('close', this.#changed);
  }

  /** Undefined at the end. @throws Problem `request-timeout`, SenderGone */
  async next(ms: number): Promise<Buffer | undefined> {
    const until = performance.now() + ms;
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece) return piece;
      const { readableEnded, destroyed } = this.request;
      if (readableEnded) return undefined;
      if (destroyed) throw new SenderGone();
      const left = until - performance.now();
      if (left <= 0) throw new Problem('request-timeout');
      await this.#change(left);
    }
  }

  leave(): void {
    this.request.off('data', this.#arrived).off('end', this.#changed).off('close', this.#changed);
  }

  readonly #arrived = (piece: Buffer) => {
    this.#pieces.push(piece);
    this.request.pause();
    this.#wake();
  };

  readonly #changed = () => this.#wake();

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.request.resume();
    });
  }
}
