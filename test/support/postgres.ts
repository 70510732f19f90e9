/** A real PostgreSQL for one test file, migrated, and the rows that a case needs before it can record. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keepThrowAway, startThrowAwayPostgres, type ThrowAwayPostgres } from '../../local/throw-away';
import type { DatabaseRole } from '../../db/sql/grants';
import { migrate } from '../../db/sql/migrate';
import { createPool, transaction, type Pool } from '../../db/sql/pool';
import { rewriting } from './rewriting';
import { kept } from './kept';
import { moved } from './progress';

const silent = () => undefined;

/** A person is told after seconds that the database is away; a test of many at once on a slow machine waits its turn. */
const TURN_MS = 120_000;

/** Each answer is progress: a test that hangs on the database gets none. */
function poolOf(url: string): Pool {
  const pool = createPool(url).on('release', moved);
  pool.options.connectionTimeoutMillis = TURN_MS;
  return pool;
}

/** What a migrated cluster is made of. */
const SOURCES = [
  'db/sql/migrate.ts',
  'db/sql/migrations',
  'db/sql/grants.ts',
  'db/sql/roles.ts',
  'local/postgres.ts',
  'package-lock.json',
];

async function keepMigrated(unfinished: string): Promise<void> {
  const server = await startThrowAwayPostgres();
  try {
    await migrate(server.url, silent);
    await keepThrowAway(server, unfinished);
  } finally {
    await server.stop();
  }
}

/**
 * A server of its own for each file, so that whoever kills its connections disturbs nobody: the copy of a migrated one, which
 * costs a tenth of making it.
 */
export class TestDatabase {
  private constructor(
    private readonly server: Pick<ThrowAwayPostgres, 'stop' | 'pause' | 'resume' | 'createDatabase' | 'as'>,
    /** As the owner, as the pool beside it: tests prepare and look with it. */
    readonly url: string,
    readonly pool: Pool,
  ) {}

  readonly #pools = new Map<DatabaseRole, Pool>();

  static async start(): Promise<TestDatabase> {
    const migrated = await kept('postgres', SOURCES, keepMigrated);
    const server = await startThrowAwayPostgres(migrated);
    if (!existsSync(join(migrated, 'postgres'))) await migrate(server.url, silent);
    return new TestDatabase(server, server.url, poolOf(server.url));
  }

  /** The database of a system that runs; it is let go of, not stopped. */
  static of(url: string, as: (role: DatabaseRole) => string = () => url): TestDatabase {
    const foreign = () => Promise.reject(new Error('the server belongs to the system'));
    const server = { stop: () => Promise.resolve(), pause: foreign, resume: foreign, createDatabase: foreign, as };
    return new TestDatabase(server, url, poolOf(url));
  }

  /** The address at which a process of ours uses it. */
  urlAs(role: DatabaseRole): string {
    return this.server.as(role);
  }

  /** As a process of ours uses it: what its role lacks is refused here as well. */
  as(role: DatabaseRole): Pool {
    const pool = this.#pools.get(role) ?? poolOf(this.urlAs(role));
    this.#pools.set(role, pool);
    return pool;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((one) => one.end()));
    await this.pool.end();
    await this.server.stop();
  }

  /** PostgreSQL goes away, as for maintenance. */
  pause(): Promise<void> {
    return this.server.pause();
  }

  /** It is back, with everything it had. */
  resume(): Promise<void> {
    return this.server.resume();
  }

  /** The address of another database on the same server, without any table. */
  empty(name: string): Promise<string> {
    return this.server.createDatabase(name);
  }

  /** Registers what the API registers before a case starts. */
  async register(caseNumber: string, enterprise: string, publicKey: string): Promise<void> {
    const accounts = [
      ['official-1', 'official'],
      ['liaison-1', 'liaison'],
      ['liaison-2', 'liaison'],
    ] as const;
    for (const [id, role] of accounts) {
      await this.pool.query(
        `INSERT INTO accounts (id, login, display_name, role) VALUES ($1, $1, $1, $2) ON CONFLICT DO NOTHING`,
        [id, role],
      );
    }
    await this.pool.query(`INSERT INTO signing_keys (public_key) VALUES ($1) ON CONFLICT DO NOTHING`, [publicKey]);
    await this.pool.query(
      `INSERT INTO enterprises (id, name, uscc, kind, village) VALUES ($1, '华岛精密(演示)', $1, 'factory', 'beixing') ON CONFLICT DO NOTHING`,
      [enterprise],
    );
    await this.pool.query(
      `INSERT INTO cases (case_number, enterprise, start_command, start_body, started_by) VALUES ($1, $2, $3, 'b', 'official-1')`,
      [caseNumber, enterprise, `start-${caseNumber}`],
    );
  }

  /** A statement that changes rows that can only be added, as their owner alone can. */
  async rewrite(statement: string, values: readonly unknown[] = []): Promise<void> {
    await transaction(this.pool, async (client) => {
      await rewriting(client, () => client.query(statement, [...values]));
    });
  }

  /** Ends the server's side of every connection that the application has, this pool's own excepted. */
  async dropConnections(): Promise<void> {
    await this.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fugong' AND pid <> pg_backend_pid()`,
    );
  }

  /** Waits until a connection waits for a lock, and ends it: what it had begun is rolled back. */
  async dropWaiting(): Promise<void> {
    for (;;) {
      const { rowCount } = await this.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      if (rowCount !== null && rowCount > 0) return;
    }
  }
}
