/** `npm run ledger:verify`: says that the ledger holds, or names every row that does not; compares with the open cases in Temporal. */
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ConfigurationError, readEnvironment, type Environment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { readRing } from '../db/ledger/ring';
import { createPool, type Pool } from '../db/sql/pool';
import { readRootPublicKey, rootFingerprint } from '../proof/root-key';
import { compareOpenCases } from './ledger/compare';
import type { Found } from './ledger/finding';
import { keptIn, readKept, type KeptSeal } from './ledger/kept-seals';
import { signedBy } from './ledger/signed-by';
import { verifyLedger } from './ledger/verify';

const USAGE =
  'npm run ledger:verify [-- --database-url URL] [--root FILE] [--temporal ADDRESS | --no-temporal] [--since SEAL]… | --key FINGERPRINT';
/** A Temporal server that is there answers within this. */
const CONNECT_MS = 5_000;
/** The ledger holds, as far as it could be told: open cases were not compared with Temporal. */
const NOT_COMPARED = 2;

interface Asked {
  readonly databaseUrl: string;
  /** Undefined: no address is known. */
  readonly temporal: string | undefined;
  /** Not to be compared, by the caller's own wish. */
  readonly without: boolean;
  readonly namespace: string;
  /** Undefined: there is no file. */
  readonly rootPublicKey: string | undefined;
  readonly rootFile: string;
  readonly kept: readonly KeptSeal[];
  readonly key: string | undefined;
}

async function main(): Promise<void> {
  const asked = readAsked(readEnvironment());
  const pool = createPool(asked.databaseUrl);
  try {
    process.exitCode = await (asked.key === undefined ? verify(pool, asked) : list(pool, asked.key, asked));
  } finally {
    await pool.end();
  }
}

/** @returns 0: all holds; 1: something is named; 2: all holds, and Temporal could not be compared */
async function verify(pool: Pool, asked: Asked): Promise<number> {
  let findings = 0;
  const found: Found = (finding) => {
    findings += 1;
    console.error(`✗ ${finding}`);
  };
  const progress = (read: number) => process.stderr.isTTY && process.stderr.write(`\r${read} 条 \r`);
  const { rootPublicKey, kept } = asked;
  const { streams, entries, seals, lastSeal } = await verifyLedger(pool, found, { progress, rootPublicKey, kept });
  await sayRoot(pool, asked, found);
  const compared = await compare(pool, asked, found);
  if (lastSeal) {
    const { number, day, hash, key } = lastSeal;
    console.log(`Last seal 末次封存: ${number}, ${day}, ${hash}${key === null ? '' : `, key 密钥 ${key}`}`);
  }
  const counted = `${streams} streams 台账流, ${entries} entries 条, ${seals} seals 封存`;
  if (findings === 0) console.log(`The chain holds 台账完整. ${counted}`);
  else console.error(`The ledger does not hold in ${findings} place(s) 台账有 ${findings} 处不符. ${counted}`);
  return findings > 0 ? 1 : compared ? 0 : NOT_COMPARED;
}

/** Without the file nothing can be said of a signature: a failure where there are any. */
async function sayRoot(pool: Pool, { rootPublicKey, rootFile }: Asked, found: Found): Promise<void> {
  if (rootPublicKey !== undefined) {
    const { number, hash } = (await readRing(pool, rootPublicKey)).head;
    console.log(
      `Root key 根密钥指纹: ${rootFingerprint(rootPublicKey)}; last key row 末条密钥记录: ${number}, ${hash}`,
    );
    return;
  }
  const { rows } = await pool.query('SELECT FROM key_rows UNION ALL SELECT FROM ledger_seals WHERE signer IS NOT NULL');
  const said = `ROOT_PUBLIC_KEY_FILE ${rootFile} is missing: no signature was checked 未核对签名`;
  if (rows.length > 0) found(said);
  else console.log(`${said}.`);
}

/** A key that the ring does not know has signed nothing that counts. */
async function list(pool: Pool, fingerprint: string, { rootPublicKey, rootFile }: Asked): Promise<number> {
  if (rootPublicKey === undefined) throw new ConfigurationError(`ROOT_PUBLIC_KEY_FILE ${rootFile} is missing.`);
  const key = (await readRing(pool, rootPublicKey)).byFingerprint(fingerprint);
  if (!key) throw new ConfigurationError(`No key ${fingerprint} stands under the root key.`);
  const time = (at: number) => new Date(at).toISOString();
  const revoked =
    key.revokedAt === null ? '' : `, revoked ${time(key.revokedAt)}${key.reason ? ` (${key.reason})` : ''}`;
  console.log(
    `Key ${fingerprint} of ${key.holder}: added ${time(key.addedAt)}, counts from ${time(key.countsFrom)}${revoked}`,
  );
  let signed = 0;
  for await (const line of signedBy(pool, key)) {
    console.log(`  ${line}`);
    signed += 1;
  }
  console.log(`${signed} signed 已签.`);
  return 0;
}

/** What the command line says, else the environment, else the system that runs on the data folder. */
function readAsked(environment: Environment): Asked {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string' },
      temporal: { type: 'string' },
      'no-temporal': { type: 'boolean', default: false },
      root: { type: 'string' },
      since: { type: 'string', multiple: true, default: [] },
      key: { type: 'string' },
    },
  });
  const without = values['no-temporal'];
  if (without && values.temporal !== undefined) throw new ConfigurationError(`Either of the two. ${USAGE}`);
  const kept = [...keptIn(environment.dataDir), ...values.since.map(readKept)];
  const databaseUrl = values['database-url'] ?? environment.databaseUrl ?? running(environment)?.databaseUrl;
  if (databaseUrl === undefined) {
    throw new ConfigurationError(
      `No database: no system has been started on ${environment.dataDir}, and DATABASE_URL is not set. ${USAGE}`,
    );
  }
  const temporal = without
    ? undefined
    : (values.temporal ?? environment.temporalAddress ?? running(environment)?.temporalAddress);
  const rootFile = values.root ?? environment.rootPublicKeyFile;
  const rootPublicKey = readRootPublicKey(rootFile);
  const { temporalNamespace: namespace } = environment;
  return { databaseUrl, temporal, without, namespace, rootPublicKey, rootFile, kept, key: values.key };
}

function running(environment: Environment): ReturnType<typeof runningAddresses> | undefined {
  try {
    return runningAddresses(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/** @returns false when cases were to be compared and could not be */
async function compare(pool: Pool, { temporal, without, namespace }: Asked, found: Found): Promise<boolean> {
  const not = 'open cases were not compared 未与运行中的事项比对';
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
    console.error(`Temporal at ${temporal} is not reachable: ${not}.`);
    return false;
  }
  try {
    const { compared, silent } = await compareOpenCases(pool, new Client({ connection, namespace }), found);
    console.log(`${compared} open cases agree or are named above 已与运行中的事项比对.`);
    if (silent > 0) console.error(`${silent} open cases could not be compared: no worker answered 未比对.`);
    return silent === 0;
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  // A refused connection is several errors in one, without words of its own.
  console.error(error instanceof ConfigurationError ? message : `ledger:verify: ${message || code}`);
  process.exitCode = 1;
});
