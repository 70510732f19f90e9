/** Hears from PostgreSQL that something has changed: one connection that listens, made again whenever it is lost. */
import pg from 'pg';

/** Where migration 0008 tells of changes. */
const CHANNEL = 'fugong_changes';
/** The first attempt comes soon: most losses are a restart. Later ones must not disturb a server that is coming up. */
const RETRY_MS = { first: 200, longest: 5_000 };
/** A server that takes a connection and says nothing is tried anew, as in db/sql/pool.ts. */
const CONNECT_MS = 3_000;

type Listener = () => void;

export class Changes {
  readonly #listeners = new Map<Listener, Listener>();
  #client: pg.Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #pauseMs = RETRY_MS.first;
  #closed = false;

  constructor(private readonly databaseUrl: string) {
    void this.#listen();
  }

  /** After `close` it is ended at once. `changed` is also called when the connection is back: what was told meanwhile is unknown. @returns how to stop */
  subscribe(changed: Listener, ended: Listener): () => void {
    if (this.#closed) ended();
    else this.#listeners.set(changed, ended);
    return () => void this.#listeners.delete(changed);
  }

  /** Ends every subscription. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const ended of this.#listeners.values()) ended();
    this.#listeners.clear();
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
      application_name: 'fugong-changes',
    });
    this.#client = client;
    client.on('notification', () => this.#tell());
    client.on('error', () => undefined);
    client.once('end', () => this.#again(client));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.#pauseMs = RETRY_MS.first;
      this.#tell();
    } catch {
      await client.end().catch(() => undefined);
      this.#again(client);
    }
  }

  #tell(): void {
    for (const changed of this.#listeners.keys()) changed();
  }

  /** Once for each connection that was lost. */
  #again(lost: pg.Client): void {
    if (this.#closed || this.#client !== lost) return;
    this.#client = undefined;
    this.#retry = setTimeout(() => void this.#listen(), this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, RETRY_MS.longest);
  }
}
