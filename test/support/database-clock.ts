/** PostgreSQL's clock at another time, for one transaction: what asks `clock_timestamp()` there is told so. */
import { transaction, type Client, type Pool } from '../../db/sql/pool';

export async function atTime<T>(pool: Pool, time: string, work: (client: Client) => Promise<T>): Promise<T> {
  await pool.query(
    `DO $$ BEGIN
       CREATE SCHEMA IF NOT EXISTS other_clock;
       CREATE OR REPLACE FUNCTION other_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql
         AS 'SELECT current_setting(''fugong.time'')::timestamptz';
     END $$`,
  );
  return transaction(pool, async (client) => {
    // Before pg_catalog, which else is looked into first.
    await client.query('SET LOCAL search_path = other_clock, pg_catalog, public');
    await client.query(`SELECT set_config('fugong.time', $1, true)`, [time]);
    return work(client);
  });
}
