/** Contender (b2): the same bodies over HTTP, without sign-in, to an Express server that sends (b)'s workflow its Updates. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { AFTER_START_MS, PREPARED_AT_ONCE, type SampledMessage } from './bare';
import type { HttpSender } from './http';
import { inParallel, type Contender, type PreparedCase } from './measure';

/** What the server is to send and to answer for one message of a case. */
export interface ServedMessage extends SampledMessage {
  /** UTF-8 bytes of the body with which the full system answered it. */
  readonly httpBytes: number;
}

export interface HttpBareParts {
  readonly http: HttpSender;
  /** Only to see the end of the cases: what is measured goes over HTTP. */
  readonly temporal: Client;
  readonly messages: readonly ServedMessage[];
  /** What the full system was sent for each of them. */
  readonly bodies: readonly object[];
}

export function bareCaseId(id: string): string {
  return `bench-http-bare/${id}`;
}

export class HttpBare implements Contender {
  readonly #open: string[] = [];

  private constructor(private readonly parts: HttpBareParts) {}

  /** Tells the server what it is to send and to answer. */
  static async begin(parts: HttpBareParts): Promise<HttpBare> {
    await parts.http.post('/messages', { body: JSON.stringify(parts.messages) }, 200);
    return new HttpBare(parts);
  }

  async prepare(count: number): Promise<PreparedCase[]> {
    const cases = await inParallel(Array.from({ length: count }), PREPARED_AT_ONCE, () => this.#prepareOne());
    await pause(AFTER_START_MS);
    return cases;
  }

  async #prepareOne(): Promise<PreparedCase> {
    const { http, bodies } = this.parts;
    const id = randomUUID();
    await http.post(`/cases/${id}`, { body: '{}' }, 200);
    this.#open.push(id);
    return bodies.map((body, number) => {
      const sent = { body: JSON.stringify(body) };
      return async () => void (await http.post(`/cases/${id}/messages/${number}`, sent, 200));
    });
  }

  async settle(): Promise<void> {
    const { workflow } = this.parts.temporal;
    await Promise.all(this.#open.splice(0).map((id) => workflow.getHandle(bareCaseId(id)).result()));
  }
}
