/** Rewrites rows that can only be added, as their owner alone can: for tests of what is found afterwards. */
import type { Client } from '../../db/sql/pool';

interface Guard {
  readonly on: string;
  readonly name: string;
}

/** Lifts every guard until the transaction is rolled back, or until they are `restored`. */
export async function liftGuards(client: Client): Promise<readonly Guard[]> {
  const { rows } = await client.query<Guard>(
    `SELECT tgrelid::regclass::text AS "on", tgname AS name FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal`,
  );
  for (const { on, name } of rows) await client.query(`ALTER TABLE ${on} DISABLE TRIGGER ${name}`);
  return rows;
}

/** Within a transaction: what `work` does, without guards; then they stand again. */
export async function withoutGuards<T>(client: Client, work: () => Promise<T>): Promise<T> {
  const lifted = await liftGuards(client);
  const result = await work();
  for (const { on, name } of lifted) await client.query(`ALTER TABLE ${on} ENABLE ALWAYS TRIGGER ${name}`);
  return result;
}
