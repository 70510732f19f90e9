/** `npm run ledger:verify`: says that the ledger holds, or names every row that does not; compares with the open cases in Temporal. */
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ConfigurationError, readEnvironment, type Environment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { createPool, type Pool } from '../db/sql/pool';
import { compareOpenCases } from './ledger/compare';
import { verifyLedger } from './ledger/verify';
import type { Found } from './ledger/finding';

/** Everything that was looked at holds, and the open cases were not compared with Temporal. 1: something does not hold. */
const NOT_COMPARED = 2;

const USAGE = 'npm run ledger:verify [-- --database-url URL] [--temporal ADDRESS | --no-temporal]';
/** A Temporal server that is there answers within this. */
const CONNECT_MS = 5_000;

interface Asked {
  readonly databaseUrl: string;
  /** Undefined: not to be compared, or no address is known. */
  readonly temporal: string | undefined;
  readonly namespace: string;
  /** The operator has said that nothing is to be compared. */
  readonly without: boolean;
  /** The address was asked for: then it is a failure that nobody is there. */
  readonly demanded: boolean;
}

async function main(): Promise<void> {
  const asked = readAsked(readEnvironment());
  let findings = 0;
  const found: Found = (finding) => {
    findings += 1;
    console.error(`✗ ${finding}`);
  };
  const pool = createPool(asked.databaseUrl);
  try {
    const { streams, entries, seals, lastSeal } = await verifyLedger(
      pool,
      found,
      (read) => process.stderr.isTTY && process.stderr.write(`\r${read} 条 \r`),
    );
    const compared = await compare(pool, asked, found);
    if (lastSeal) console.log(`Last seal 末次封存: ${lastSeal.number}, ${lastSeal.day}, ${lastSeal.hash}`);
    const counted = `${streams} streams 台账流, ${entries} entries 条, ${seals} seals 封存`;
    if (findings === 0) console.log(`The chain holds 台账完整. ${counted}`);
    else console.error(`The ledger does not hold in ${findings} place(s) 台账有 ${findings} 处不符. ${counted}`);
    if (!compared) process.exitCode = NOT_COMPARED;
  } finally {
    await pool.end();
  }
  if (findings > 0) process.exitCode = 1;
}

/** What the command line says, else the environment, else the system that runs on the data folder. */
function readAsked(environment: Environment): Asked {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string' },
      temporal: { type: 'string' },
      'no-temporal': { type: 'boolean', default: false },
    },
  });
  const without = values['no-temporal'];
  if (without && values.temporal !== undefined) throw new ConfigurationError(`Either of the two. ${USAGE}`);
  const databaseUrl = values['database-url'] ?? environment.databaseUrl ?? running(environment)?.databaseUrl;
  if (databaseUrl === undefined) {
    throw new ConfigurationError(
      `No database: no system has been started on ${environment.dataDir}, and DATABASE_URL is not set. ${USAGE}`,
    );
  }
  const temporal = without
    ? undefined
    : (values.temporal ?? environment.temporalAddress ?? running(environment)?.temporalAddress);
  return {
    databaseUrl,
    temporal,
    namespace: environment.temporalNamespace,
    demanded: values.temporal !== undefined,
    without,
  };
}

function running(environment: Environment): ReturnType<typeof runningAddresses> | undefined {
  try {
    return runningAddresses(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/** @returns false when a comparison was wanted that could not be made */
async function compare(pool: Pool, { temporal, namespace, demanded, without }: Asked, found: Found): Promise<boolean> {
  if (temporal === undefined) {
    console.log('Open cases were not compared with Temporal 未与运行中的事项比对.');
    return without;
  }
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await Connection.connect({
    ...connectionOptions,
    address: temporal,
    connectTimeout: CONNECT_MS,
  }).catch(() => undefined);
  if (!connection) {
    const said = `Temporal at ${temporal} is not reachable: open cases were not compared 未与运行中的事项比对`;
    tell(said, demanded, found);
    return false;
  }
  try {
    const { compared, silent } = await compareOpenCases(pool, new Client({ connection, namespace }), found);
    console.log(`${compared} open cases agree or are named above 已与运行中的事项比对.`);
    if (silent > 0) tell(`${silent} open cases could not be compared: no worker answered 未比对`, demanded, found);
    return silent === 0;
  } finally {
    await connection.close();
  }
}

function tell(said: string, demanded: boolean, found: Found): void {
  if (demanded) found(said);
  else console.log(`${said}.`);
}

main().catch((error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  // A refused connection is several errors in one, without words of its own.
  console.error(error instanceof ConfigurationError ? message : `ledger:verify: ${message || code}`);
  process.exitCode = 1;
});
