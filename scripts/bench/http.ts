/** Answers for how the bench speaks HTTP: kept connections and as little work per request as Node allows, for both HTTP contenders. */
import http from 'node:http';

export interface Sent {
  readonly body: string;
  readonly token?: string;
  readonly key?: string;
  readonly type?: string;
}

export class HttpSender {
  // One connection for each driver; more than 50 are never at once.
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 50 });

  constructor(private readonly address: string) {}

  /** The answer's text. @throws Error with the answer when its status is another than expected */
  post(path: string, sent: Sent, expected: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const body = Buffer.from(sent.body);
      const headers = {
        'content-type': sent.type ?? 'application/json',
        'content-length': body.length,
        ...(sent.token !== undefined && { authorization: `Bearer ${sent.token}` }),
        ...(sent.key !== undefined && { 'idempotency-key': sent.key }),
      };
      const request = http.request(this.address + path, { method: 'POST', agent: this.#agent, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(pieces).toString();
          if (response.statusCode === expected) resolve(text);
          else reject(new Error(`POST ${path} was answered ${response.statusCode}: ${text.slice(0, 500)}`));
        });
      });
      request.once('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
