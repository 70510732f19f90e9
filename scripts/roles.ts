/** `npm run roles`: makes the roles under which API, worker and readers of statistics connect, on a PostgreSQL of one's own. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ConfigurationError, readEnvironment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { grantRoles, DATABASE_ROLES, type DatabaseRole } from '../db/sql/grants';
import { addressOf, makeRoles, type RolePasswords } from '../db/sql/roles';

const USAGE = `npm run roles -- --administrator postgres://postgres:PASSWORD@HOST:5432/fugong
Makes ${Object.values(DATABASE_ROLES).join(', ')} with new passwords, gives them what the tables of DATABASE_URL need, and prints the
addresses once. Run again, it gives other passwords. The administrator may make roles (superuser, or CREATEROLE).`;

/** A server that does not answer within this is away. */
const CONNECT_MS = 10_000;

async function main(): Promise<void> {
  const { administrator, help } = readArguments();
  if (help) return console.log(USAGE);
  if (administrator === undefined || !URL.canParse(administrator)) throw new ConfigurationError(USAGE);
  const { databaseUrl } = runningAddresses(readEnvironment());
  const passwords = passwordsOf(Object.keys(DATABASE_ROLES) as DatabaseRole[]);
  const database = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  await connected(administrator, (client) => makeRoles(client, database, passwords));
  await connected(databaseUrl, grantRoles);
  console.log(
    'Shown once, kept nowhere. For npm start beside DATABASE_URL; elsewhere each is the DATABASE_URL of its process:',
  );
  console.log(`API_DATABASE_URL=${addressOf(databaseUrl, 'api', passwords)}`);
  console.log(`WORKER_DATABASE_URL=${addressOf(databaseUrl, 'worker', passwords)}`);
  console.log(`For statistics: ${addressOf(databaseUrl, 'reader', passwords)}`);
}

function readArguments(): { readonly administrator?: string; readonly help: boolean } {
  try {
    const { values } = parseArgs({
      options: { administrator: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
    return values;
  } catch (error) {
    throw new ConfigurationError(`${(error as Error).message}\n${USAGE}`);
  }
}

/** 24 random bytes each: 192 bits; base64url needs no quoting in an address. */
function passwordsOf(roles: readonly DatabaseRole[]): RolePasswords {
  return Object.fromEntries(
    roles.map((role) => [role, randomBytes(24).toString('base64url')]),
  ) as unknown as RolePasswords;
}

async function connected(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

main().catch((error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  console.error(error instanceof ConfigurationError ? message : `roles: ${message || code}`);
  process.exitCode = 1;
});
