/** Answers for whether a database still has running cases of the landed release: asked at every start, before API and worker. */
import { Client } from 'pg';
import { isTakenOver } from '../db/operations/takeovers';

/** 5 s: it has just been migrated. */
const CONNECT_MS = 5_000;

export async function isTakeoverDue(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
  // A server that is stopped while it answers must end the query, not this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return !(await isTakenOver(client));
  } finally {
    await client.end().catch(() => undefined);
  }
}
