/** Answers for how the bench speaks HTTP: kept connections and as little work per request as Node allows, for every contender that is spoken to over HTTP. */
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** What a worker that was killed had in hand takes effect within seconds; 60 s: none runs any more. */
const LATER_MS = 60_000;
/** Often enough beside the 3 s after which an act is handed over. */
const LOOK_MS = 50;

export interface Sent {
  readonly body: string;
  readonly token?: string;
  readonly key?: string;
  readonly type?: string;
}

/** Of a person, under the key that makes its repeat the same act. */
export interface Act extends Sent {
  readonly token: string;
  readonly key: string;
}

interface Answered {
  readonly status: number;
  readonly text: string;
  /** Of the body, as it came. */
  readonly bytes: number;
}

export class HttpSender {
  // One connection for each driver; more than 50 are never at once.
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
  #handedOver = 0;
  #again = 0;

  constructor(private readonly address: string) {}

  /** The answer's text. @throws Error with the answer when its status is another than expected */
  async post(path: string, sent: Sent, expected: number): Promise<string> {
    const { status, text } = await this.#ask('POST', path, sent);
    if (status !== expected) throw unexpected(`POST ${path}`, status, text);
    return text;
  }

  /**
   * An act on a case: done when this resolves. Handed over for later (202), it is waited for; when Temporal takes too long for the
   * API (503), it is sent again under its key, as the answer asks for. Both belong to what it costs.
   * @returns the bytes of the answer that says that it is done
   * @throws Error when it is refused, or not done in time
   */
  async act(path: string, sent: Act): Promise<number> {
    for (const late = performance.now() + LATER_MS; ; this.#again += 1) {
      const { status, text, bytes } = await this.#ask('POST', path, sent);
      if (status === 200) return bytes;
      if (status === 202) return this.#outcome(path, sent, (JSON.parse(text) as { command: string }).command);
      if (status !== 503 || performance.now() > late) throw unexpected(`POST ${path}`, status, text);
      await pause(LOOK_MS);
    }
  }

  async #outcome(path: string, { token }: Act, command: string): Promise<number> {
    this.#handedOver += 1;
    for (const late = performance.now() + LATER_MS; performance.now() <= late;) {
      await pause(LOOK_MS);
      const { status, text, bytes } = await this.#ask('GET', `/commands/${command}`, { body: '', token });
      if (status !== 200) throw unexpected(`GET /commands/${command}`, status, text);
      const { status: outcome } = JSON.parse(text) as { status: string };
      if (outcome === 'done') return bytes;
      if (outcome === 'refused') throw unexpected(`POST ${path}, handed over,`, 'refused', text);
    }
    throw new Error(`POST ${path} was handed over and is not done after ${LATER_MS} ms`);
  }

  /** Acts so far that were not answered as they came: on a machine that is busy with something else. */
  get notAtOnce(): { readonly handedOver: number; readonly again: number } {
    return { handedOver: this.#handedOver, again: this.#again };
  }

  #ask(method: 'GET' | 'POST', path: string, sent: Sent): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const body = Buffer.from(sent.body);
      const headers = {
        ...(method === 'POST' && {
          'content-type': sent.type ?? 'application/json',
          'content-length': body.length,
        }),
        ...(sent.token !== undefined && { authorization: `Bearer ${sent.token}` }),
        ...(sent.key !== undefined && { 'idempotency-key': sent.key }),
      };
      const request = http.request(this.address + path, { method, agent: this.#agent, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.once('error', reject);
        response.once('end', () => {
          const answer = Buffer.concat(pieces);
          resolve({ status: response.statusCode ?? 0, text: answer.toString(), bytes: answer.length });
        });
      });
      request.once('error', reject);
      request.end(method === 'POST' ? body : undefined);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function unexpected(what: string, answered: number | string, text: string): Error {
  return new Error(`${what} was answered ${answered}: ${text.slice(0, 500)}`);
}
