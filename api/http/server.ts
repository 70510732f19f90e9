/** The HTTP server around the application: its limits, and answers to what is not even HTTP. */
import http, { type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problemDocument, type ApiProblemCode } from '../../contracts/words/problems';
import { askBeforeSending, PATIENCE } from './body';

/** Node's own default; a session cookie, a token and a few marks need a tenth of it. */
const HEADER_BYTES = 16 * 1024;
/** Headers are one packet or two: who takes longer holds a connection for nothing. */
const HEADERS_MS = 10_000;
/** Whoever reads a body has given up before (api/http/body.ts): this ends what nobody reads. */
const REQUEST_MS = PATIENCE.wholeMs + HEADERS_MS;
/** How often the two above are checked. */
const CHECK_MS = 2_000;
/** Longer than the 60 s for which proxies keep a connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 65_000;
/** Time to read why one was refused; the connection is not waited for longer. */
const REFUSED_MS = 1_000;

export function createServer(listener: RequestListener): Server {
  const server = http.createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    listener,
  );
  const latest = new WeakMap<Socket, ServerResponse>();
  server.prependListener('request', (request, response) => latest.set(request.socket, response));
  server.on('checkContinue', (request, response) => {
    askBeforeSending(request, response);
    server.emit('request', request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const answer = latest.get(socket);
    // In the middle of an answer no other can be given.
    const answering = answer?.headersSent === true && !answer.writableFinished;
    if (!socket.writable || answering) socket.destroy();
    else refuse(socket, codeOf(error));
  });
  return server;
}

function codeOf({ code }: NodeJS.ErrnoException): ApiProblemCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed-request';
}

function refuse(socket: Socket, code: ApiProblemCode): void {
  const document = problemDocument(code);
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${http.STATUS_CODES[document.status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  // Ended by one side only, a connection and whatever waits for its request would stay for ever.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => {
    if (code === 'request-timeout') socket.destroy();
    else setTimeout(() => socket.destroy(), REFUSED_MS).unref();
  });
}
