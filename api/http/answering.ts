/** Ends an answer so that it is read: also when it comes before the request is whole. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** After an early answer, as nginx lingers: who still sends is listened to for so long in all, and so long without a byte. */
const LINGER_MS = 30_000;
const LINGER_SILENT_MS = 5_000;
/** As much again as the largest file: a film of a telephone's that is too large still gets its answer. More is not read. */
const LINGER_BYTES = 20 * 1024 * 1024;

/** Whether a part of the body may still be under way. */
export function isStillComing({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

/**
 * Ends an answer whose head was written. When it comes before the end of the request, the connection is closed only after the
 * sender has ended or gone, or had the time to read the answer: a connection that is closed over unread bytes is reset, and the
 * answer is lost with it. `silent`: who has sent nothing for too long is not waited for again.
 */
export function endAnswer(response: ServerResponse, bytes: Buffer | undefined, silent = false): void {
  const { req: request } = response;
  if (silent || !isStillComing(request)) {
    response.end(bytes);
    // What was read in part is let go of.
    request.resume();
    return;
  }
  if (bytes) response.write(bytes);
  else response.flushHeaders();
  void letThrough(request).then(() => response.end());
}

/** What is still sent is thrown away, within its bounds; past the last byte nothing is read, so that the sender is held up. */
function letThrough(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let read = 0;
    const done = () => {
      clearTimeout(whole);
      clearTimeout(silence);
      request.off('data', arrived).off('end', done).off('close', done);
      resolve();
    };
    const whole = setTimeout(done, LINGER_MS);
    const silence = setTimeout(done, LINGER_SILENT_MS);
    const arrived = (piece: Buffer) => {
      read += piece.length;
      if (read > LINGER_BYTES) request.pause();
      else silence.refresh();
    };
    if (request.destroyed || request.readableEnded) return done();
    request.on('data', arrived).once('end', done).once('close', done).resume();
  });
}
