/** Answers for how the bench speaks HTTP: kept connections and as little work per request as Node allows, for both HTTP contenders. */
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

interface Answered {
  readonly status: number;
  readonly text: string;
  /** Of the body, as it came. */
  readonly bytes: number;
}

export class HttpSender {
  // One connection for each driver; more than 50 are never at once.
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 50 });

  constructor(private readonly address: string) {}

  /** The answer's text. @throws Error with the answer when its status is another than expected */
  async post(path: string, sent: Sent, expected: number): Promise<string> {
    const { status, text } = await this.#ask('POST', path, sent);
    if (status !== expected) throw unexpected(`POST ${path}`, status, text);
    return text;
  }

  /**
   * An act on a case: done when this resolves. Handed over for later (202), it is waited for, which belongs to what it costs.
   * @returns the bytes of the answer that says that it is done
   * @throws Error when it is refused, or not done in time
   */
  async act(path: string, sent: Sent & { readonly token: string }): Promise<number> {
    const { status, text, bytes } = await this.#ask('POST', path, sent);
    if (status === 200) return bytes;
    if (status !== 202) throw unexpected(`POST ${path}`, status, text);
    const { command } = JSON.parse(text) as { command: string };
    const late = performance.now() + LATER_MS;
    for (;;) {
      if (performance.now() > late)
        throw new Error(`POST ${path} was handed over and is not done after ${LATER_MS} ms`);
      await pause(LOOK_MS);
      const asked = await this.#ask('GET', `/commands/${command}`, { body: '', token: sent.token });
      if (asked.status !== 200) throw unexpected(`GET /commands/${command}`, asked.status, asked.text);
      const { status: outcome } = JSON.parse(asked.text) as { status: string };
      if (outcome === 'done') return asked.bytes;
      if (outcome === 'refused') throw unexpected(`POST ${path}, handed over,`, 'refused', asked.text);
    }
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
