/** Answers for what a database holds of a system, seen from outside: whether it has tables at all, and open cases. */
import { Client } from 'pg';

export interface Holdings {
  /** Whether it was ever migrated. */
  readonly tables: boolean;
  /** Recorded and not closed: each goes on in Temporal. */
  readonly openCases: number;
}

/** 5 s: it has just been found ready. */
const CONNECT_MS = 5_000;

export async function holdings(connectionString: string): Promise<Holdings> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
  // A server that is stopped while it answers must end the query, not this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ tables: boolean }>(`SELECT to_regclass('reopenings') IS NOT NULL AS tables`);
    if (!rows[0]?.tables) return { tables: false, openCases: 0 };
    const open = await client.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM reopenings WHERE NOT closed',
    );
    return { tables: true, openCases: open.rows[0]?.count ?? 0 };
  } finally {
    await client.end().catch(() => undefined);
  }
}
