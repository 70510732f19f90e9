/** Takes over what runs on the code of the landed release: run once, after `migrate` and before workers and API of this one start. */
import { existsSync } from 'node:fs';
import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, makeTelemetryFilterString, Runtime, type NativeConnection } from '@temporalio/worker';
import { ConfigurationError, readEnvironment, WRONG_SETTING, type Environment } from '../config/env';
import { runningAddresses, type Addresses } from '../config/running-addresses';
import { isTakenOver, lockTakeover } from '../db/operations/takeovers';
import { createPool } from '../db/sql/pool';
import { readProgramme } from '../programme/read';
import { loadSigningKeys, type SigningKeys } from '../proof/signing';
import { takeOver } from '../workers/takeover';
import { connect } from '../workers/connect';

const say = (line: string) => console.log(line);

async function main(): Promise<void> {
  const environment = readEnvironment();
  const addresses = runningAddresses(environment);
  const pool = createPool(addresses.databaseUrl);
  try {
    if (await isTakenOver(pool)) return;
    const keys = signingKeys(environment);
    const unlock = await lockTakeover(pool);
    try {
      await withTemporal(addresses, async (connection) => {
        const client = new Client({ connection, namespace: addresses.temporalNamespace });
        const { mode } = environment;
        await takeOver({ client, connection, pool, keys, mode, say, programme: readProgramme(environment.programme) });
      });
    } finally {
      unlock();
    }
  } finally {
    await pool.end();
  }
}

/** Never makes one: it must be the key that the cases know. @throws ConfigurationError */
function signingKeys({ signingKeyFile }: Environment): SigningKeys {
  if (existsSync(signingKeyFile)) return loadSigningKeys(signingKeyFile);
  throw new ConfigurationError(
    `SIGNING_KEY_FILE ${signingKeyFile} is missing, and running cases of the release before are to be taken over under it: copy the file from the API's machine (docs/operations.md).`,
  );
}

async function withTemporal(
  { temporalAddress }: Addresses,
  work: (connection: NativeConnection) => Promise<void>,
): Promise<void> {
  // What the landed code warns of is of no use any more, and the lines of this script are read by a person.
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await connect({ ...connectionOptions, address: temporalAddress });
  try {
    await work(connection);
  } finally {
    await connection.close();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const foreseen = error instanceof ConfigurationError;
    const { message } = error as Error;
    console.error(foreseen ? message : `Running cases cannot be taken over: ${message}`);
    process.exit(foreseen ? WRONG_SETTING : 1);
  },
);
