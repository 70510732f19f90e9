/** Brings the database of DATABASE_URL up to this version: run once before workers and API of a new version start. */
import { ConfigurationError, readEnvironment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { migrate, NewerDatabase } from '../db/sql/migrate';

async function main(): Promise<void> {
  const { databaseUrl } = runningAddresses(readEnvironment());
  await migrate(databaseUrl);
}

main().catch((error: unknown) => {
  const { message } = error as Error;
  console.error(
    error instanceof ConfigurationError || error instanceof NewerDatabase
      ? message
      : `The database cannot be brought up to date: ${message}`,
  );
  process.exitCode = 1;
});
