/** The API's server on a free port of this machine, until everybody who asked it has been answered. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Changes } from '../../db/sql/changes';

/** Who is still being answered after this is cut off, as in the process (api/main.ts); a test that left somebody so means it. */
const DRAIN_MS = 3_000;

export class Served {
  private constructor(
    private readonly server: Server,
    private readonly changes: Changes,
  ) {}

  static async start(server: Server, changes: Changes): Promise<Served> {
    server.listen(0, '127.0.0.1');
    await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
    return new Served(server, changes);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Streams of events are ended, requests are answered, and only then nobody listens any more. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeIdleConnections();
    await this.changes.close();
    const cutting = setTimeout(() => this.server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearTimeout(cutting);
  }
}
