/** Connections to PostgreSQL: a pool that outlives dropped connections, and transactions that never mask the first error. */
import pg from 'pg';

/** A worker or an API process needs no more at once; PostgreSQL's own default allows 100 in all. */
const SIZE = 12;
/** A request must hear that PostgreSQL is away while somebody still waits for the answer. */
const CONNECT_MS = 3_000;
/** No statement of ours takes a second; one that does is stuck behind something and must give its lock back. */
const STATEMENT_MS = 10_000;

// bigint columns hold sequence numbers, far below 2^53; dates stay the text they are.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
/** Where a query can be sent: the pool, or the client of a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

export function createPool(databaseUrl: string): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: SIZE,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    application_name: 'fugong',
  });
  // A connection that PostgreSQL drops emits `error` on the pool when idle and on the client when in use: without a listener
  // either ends the process. The query that was under way fails by itself, and the pool makes another connection.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Runs `work` in one transaction. A client whose state is unknown is not given back to the pool. */
export async function transaction<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** SQLSTATE classes of a server that cannot serve now: connection trouble, resources, shutdown or recovery. */
const UNAVAILABLE = /^(08|53|57P0|58)/;
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENOENT']);

/** Whether PostgreSQL is away, rather than having refused what was asked. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (UNAVAILABLE.test(code) || SOCKET.has(code))) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/.test(
    error.message,
  );
}

export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === '23505';
}

export function isExclusionViolation(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === '23P01';
}
