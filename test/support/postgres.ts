/** A real PostgreSQL for one test file, migrated, and the rows that a case needs before it can record. */
import { startThrowAwayPostgres, type ThrowAwayPostgres } from '../../config/embedded/throw-away';
import { migrate } from '../../db/migrate';
import { createPool, type Pool } from '../../db/pool';

export class TestDatabase {
  private constructor(
    private readonly server: ThrowAwayPostgres,
    readonly url: string,
    readonly pool: Pool,
  ) {}

  static async start(): Promise<TestDatabase> {
    const server = await startThrowAwayPostgres();
    await migrate(server.url);
    return new TestDatabase(server, server.url, createPool(server.url));
  }

  async stop(): Promise<void> {
    await this.pool.end();
    await this.server.stop();
  }

  /** Registers what the API registers before a case starts. */
  async register(caseNumber: string, enterprise: string, publicKey: string): Promise<void> {
    const accounts = [
      ['official-1', 'official', null, null],
      ['liaison-1', 'liaison', null, null],
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
}
