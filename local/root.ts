/** Answers for the root key of an embedded system: made at its first start, or at the first of a folder from before there was one. */
import { Client } from 'pg';
import { ConfigurationError, type Environment } from '../config/env';
import { establishRoot, NotStanding } from '../db/ledger/own-keys';

/** 5 s: it has just been migrated. */
const CONNECT_MS = 5_000;

/** @returns whether it was made now. @throws ConfigurationError with one line when the files are lost or do not fit */
export async function makesRoot(
  connectionString: string,
  files: Pick<Environment, 'rootKeyFile' | 'rootPublicKeyFile'>,
): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
  // A server that is stopped while it answers must end the query, not this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await establishRoot(client, files)).made;
  } catch (error) {
    throw error instanceof NotStanding ? new ConfigurationError(error.message) : error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
