/** `npm run release -- status | move | back`: which builds of the workflow code there are, and how cases come to another one. */
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ConfigurationError, readEnvironment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { createPool } from '../db/sql/pool';
import { goBack } from './release/back';
import { moveTo } from './release/move';
import { Refusal, type Desk } from './release/desk';
import { status } from './release/status';

const USAGE = `npm run release -- status            builds, and how many runs are open on each
npm run release -- move [--from BUILD] [--dry-run]   moves open runs to the current build
npm run release -- back [BUILD]      makes the former build current again, and moves open runs to it
--json for programs`;

/** A Temporal server that is there answers within this. */
const CONNECT_MS = 5_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [act, build, ...more] = positionals;
  if (more.length > 0 || (build !== undefined && act !== 'back')) throw new ConfigurationError(USAGE);
  const { temporalAddress: address, temporalNamespace: namespace, databaseUrl } = runningAddresses(readEnvironment());
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await Connection.connect({ ...connectionOptions, address, connectTimeout: CONNECT_MS });
  const desk: Desk = {
    pool: createPool(databaseUrl),
    client: new Client({ connection, namespace }),
    json: values.json,
  };
  try {
    if (act === 'status') await status(desk);
    else if (act === 'move')
      await moveTo(desk, { dryRun: values['dry-run'], ...(values.from !== undefined && { from: values.from }) });
    else if (act === 'back') await goBack(desk, build);
    else throw new ConfigurationError(USAGE);
  } finally {
    await connection.close();
    await desk.pool.end();
  }
}

main().catch((error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  const foreseen = error instanceof ConfigurationError || error instanceof Refusal;
  // A refused connection is several errors in one, without words of its own.
  console.error(foreseen ? message : `release: ${message || code}`);
  process.exitCode = 1;
});
