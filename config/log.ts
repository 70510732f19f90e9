/** Answers for what a process writes about itself: lines that may be lost when the disk is full or the reader is gone, never its end. */
import pino, { type Logger } from 'pino';
import type { LogLevel } from './env';

/** The standard output: the start, a container engine or a terminal keeps what comes there. */
const STDOUT = 1;
/** 1 MiB, some thousands of lines: kept until the disk has room again; what comes above is lost. */
const KEPT_BYTES = 1_048_576;

/** The log of one process, as JSON lines on the standard output. */
export function openLog(part: string, level: LogLevel): Logger {
  keepWithoutOutput();
  const destination = pino.destination({ dest: STDOUT, sync: true, maxLength: KEPT_BYTES });
  // ENOSPC, EIO, EPIPE …: a line that cannot be written ends nobody. It is tried again with the next one.
  destination.on('error', () => undefined);
  // Once so much waits, the library takes nothing more and tries nothing by itself.
  destination.on('drop', () => {
    try {
      destination.flushSync();
    } catch {
      // Still full.
    }
  });
  return pino({ level, base: { part } }, destination);
}

/** `console` goes on without its output: a full disk, or a reader that has gone (`npm start | head`), is no reason to end. */
export function keepWithoutOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
