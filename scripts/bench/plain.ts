/** Contender (c): Express with one PostgreSQL transaction per message, sent the same bodies over HTTP. */
import { randomUUID } from 'node:crypto';
import type { HttpSender } from './http';
import { inParallel, type Contender, type PreparedCase } from './measure';

/** As many as the full system's cases are prepared at once. */
const PREPARED_AT_ONCE = 10;

export interface PlainMessage {
  readonly type: string;
  readonly body: unknown;
}

export class Plain implements Contender {
  constructor(
    private readonly http: HttpSender,
    private readonly messages: readonly PlainMessage[],
  ) {}

  prepare(count: number): Promise<PreparedCase[]> {
    return inParallel(Array.from({ length: count }), PREPARED_AT_ONCE, async () => {
      const path = `/cases/${randomUUID()}`;
      await this.http.post(path, { body: '{}' }, 200);
      return this.messages.map(({ type, body }) => {
        const sent = { body: JSON.stringify(body) };
        return async () => void (await this.http.post(`${path}/${type}`, sent, 200));
      });
    });
  }

  /** What is answered is committed: there is nothing to wait for. */
  settle(): Promise<void> {
    return Promise.resolve();
  }
}
