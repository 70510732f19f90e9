/** Connections to PostgreSQL: a pool that outlives dropped connections, and transactions that never mask the first error. */
import pg from 'pg';

/**
 * Connections of one process. A recording or a request holds one for milliseconds, so few serve many; worker and API together
 * stay below half of what the embedded server allows (60), and leave the rest to scripts.
 */
export const POOL_SIZE = 12;
/** A request must hear that PostgreSQL is away while somebody still waits for the answer. */
const CONNECT_MS = 3_000;
/** No statement of ours takes a second; one that does is stuck behind something and must give its lock back. */
const STATEMENT_MS = 10_000;
/** A server that vanished without a word says nothing for a quarter of an hour; it had its time to end the statement itself. */
const SILENCE_MS = STATEMENT_MS + 2_000;
/** A process that was stopped in the middle of a transaction holds locks that others wait for. */
const IDLE_IN_TRANSACTION_MS = 20_000;

// bigint columns hold sequence numbers, far below 2^53. A date stays the text it is, a timestamptz becomes a Date.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
/** Where a query can be sent: the pool, or the client of a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>;

export function createPool(databaseUrl: string): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: SILENCE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    application_name: 'fugong',
  });
  // A connection that PostgreSQL drops emits `error` on the pool when idle and on the client when in use: without a listener
  // either ends the process. The query that was under way fails by itself, and the pool makes another connection.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Runs `work` in one transaction. A client whose state is unknown is not given back to the pool.
 * @throws the first error; also when `work` swallowed one, for PostgreSQL then has nothing to commit
 */
export async function transaction<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: an error in it was swallowed');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** What `work` reads is of one moment, whatever is written meanwhile: its sums fit its rows. */
export function ofOneMoment<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  return transaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return work(client);
  });
}

/**
 * Within a transaction: does `work`, or nothing of it when PostgreSQL refuses what it holds.
 * @returns the refusal, undefined when all was done. @throws any other error, for which the whole must be tried again
 */
export async function attempt(client: Client, work: () => Promise<void>): Promise<Refusal | undefined> {
  await client.query('SAVEPOINT attempt');
  try {
    await work();
    await client.query('RELEASE SAVEPOINT attempt');
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT attempt');
    return error;
  }
}

/**
 * SQLSTATEs of a server that cannot serve now: connection trouble, resources, shutdown or recovery, input and output, a
 * statement or transaction that took too long, and one that was ended because it and another waited for each other. All
 * have changed nothing and may be tried again.
 */
const UNAVAILABLE = /^(08|53|57P0|57014|58|25P0[34]|55P03|40P01|40001)/;
const SOCKET = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOENT'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
]);
/** What pg says without a code. */
const SAID =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout|Cannot use a pool after calling end/;

/** Whether PostgreSQL is away, rather than having refused what was asked. */
export function isUnavailable(error: unknown): boolean {
  const { code, message, errors } = told(error);
  // A host with several addresses fails with one error for each.
  if (Array.isArray(errors)) return errors.some(isUnavailable);
  if (typeof code === 'string') return UNAVAILABLE.test(code) || SOCKET.has(code);
  return typeof message === 'string' && SAID.test(message);
}

type Refusal = Error & { readonly code: string; readonly constraint?: string };

/** Whether PostgreSQL refuses the data itself (SQLSTATE 22 and 23): trying again cannot help. */
export function isRefusal(error: unknown): error is Refusal {
  const { code } = told(error);
  return typeof code === 'string' && /^2[23]/.test(code);
}

export function isUniqueViolation(error: unknown): boolean {
  return told(error).code === '23505';
}

export function isExclusionViolation(error: unknown): boolean {
  return told(error).code === '23P01';
}

/** What an error says of itself; not by its class, for errors of Node's own come from another realm than a test's. */
function told(error: unknown): { readonly code?: unknown; readonly message?: unknown; readonly errors?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
