/** Answers for what a process writes about itself: lines that may be lost when the disk is full or the reader is gone, never its end. */
import { writeSync } from 'node:fs';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './env';

/** The standard output: the start, a container engine or a terminal keeps what comes there. */
const STDOUT = 1;
/** A reader that is slow for so many looks, of so many milliseconds each, is not waited for: a tenth of a second at most. */
const BUSY_LOOKS = 10;
const BUSY_MS = 10;

/** How a line begins that a worker writes about its release: `npm start` repeats it. */
export const RELEASE_LINE = 'release: ';

/** The log of one process, as JSON lines on the standard output. */
export function openLog(part: string, level: LogLevel): Logger {
  keepWithoutOutput();
  return pino({ level, base: { part } }, new LossyOutput(STDOUT));
}

/** `console` goes on without its output: a full disk, or a reader that has gone (`npm start | head`), is no reason to end. */
export function keepWithoutOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/**
 * Writes at once, and loses what cannot be written (ENOSPC, EIO, EPIPE …). pino's own destination ends the process for such an error,
 * and tries a fatal line for ever.
 */
export class LossyOutput implements DestinationStream {
  /** A line of which only the beginning found room: the next one must not stand behind it. */
  #torn = false;

  constructor(private readonly descriptor: number) {}

  write(line: string): void {
    let rest = Buffer.from(this.#torn ? `\n${line}` : line);
    const bytes = rest.length;
    for (let busy = 0; rest.length > 0;) {
      try {
        rest = rest.subarray(writeSync(this.descriptor, rest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || (busy += 1) > BUSY_LOOKS) break;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS);
      }
    }
    if (rest.length < bytes) this.#torn = rest.length > 0;
  }
}
