/**
 * `npm run privacy:scan`: looks for every personal value that the system holds in Temporal, in all logs, in the ledger and in what
 * is told outside, and names each that is there.
 */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { readPersonal } from '../proof/personal';
import { readEnvironment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { createPool } from '../db/sql/pool';
import { checkPrivacy } from './privacy/check';

async function main(): Promise<void> {
  const environment = readEnvironment();
  const { temporalAddress, temporalNamespace, databaseUrl } = runningAddresses(environment);
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await Connection.connect({ ...connectionOptions, address: temporalAddress });
  const client = new Client({ connection, namespace: temporalNamespace });
  const pool = createPool(databaseUrl);
  try {
    const personal = readPersonal(environment.personalKeyFile);
    const { dataDir } = environment;
    const { planted, values, places, findings } = await checkPrivacy({ client, pool, personal, dataDir });
    console.log(`Planted and found 预置并发现: ${planted.join(', ')}`);
    for (const finding of findings) console.error(`✗ ${finding}`);
    console.log(`${values} personal values 个人信息, ${places} places 处, ${findings.length} findings 处发现`);
    if (findings.length > 0) process.exitCode = 1;
  } finally {
    await pool.end();
    await connection.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `✗ ${error.message}` : error);
  process.exitCode = 1;
});
