/** Rewrites rows that can only be added, as their owner alone can: for tests of what is found afterwards. */
import type { Client } from '../../db/sql/pool';

/** Within a transaction: what `work` does, with every trigger off that always fires; then they are on again. */
export async function rewriting<T>(client: Client, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ on: string; name: string }>(
    `SELECT tgrelid::regclass::text AS "on", tgname AS name FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal`,
  );
  for (const { on, name } of rows) await client.query(`ALTER TABLE ${on} DISABLE TRIGGER ${name}`);
  const result = await work();
  for (const { on, name } of rows) await client.query(`ALTER TABLE ${on} ENABLE ALWAYS TRIGGER ${name}`);
  return result;
}
