/** Contender (c)'s server process: Express with one PostgreSQL transaction per message, and no rules at all. */
import express from 'express';
import { readEnvironment } from '../../config/env';
import { createPool, transaction, type Pool } from '../../db/sql/pool';

async function main(): Promise<void> {
  const { port, databaseUrl = '' } = readEnvironment();
  const pool = createPool(databaseUrl);
  await pool.query(
    `CREATE SCHEMA IF NOT EXISTS bench_plain;
     CREATE TABLE IF NOT EXISTS bench_plain.cases (id text PRIMARY KEY, messages integer NOT NULL);
     CREATE TABLE IF NOT EXISTS bench_plain.messages (
       case_id text NOT NULL REFERENCES bench_plain.cases, number integer NOT NULL, type text NOT NULL, body jsonb NOT NULL,
       at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (case_id, number));`,
  );
  const app = express();
  app.use(express.json());
  app.post('/cases/:case', async (request, response) => {
    await pool.query('INSERT INTO bench_plain.cases (id, messages) VALUES ($1, 0)', [request.params.case]);
    response.json({});
  });
  app.post('/cases/:case/:type', async (request, response) => {
    const { case: id, type } = request.params;
    response.json({ case: id, number: await keep(pool, id, type, request.body), type });
  });
  const server = app.listen(port, '127.0.0.1', () => process.send?.('ready'));
  process.once('disconnect', () => {
    server.closeAllConnections();
    server.close(() => void pool.end());
  });
}

function keep(pool: Pool, id: string, type: string, body: unknown): Promise<number> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ number: number }>({
      name: 'number',
      text: 'UPDATE bench_plain.cases SET messages = messages + 1 WHERE id = $1 RETURNING messages AS number',
      values: [id],
    });
    const number = rows[0]?.number ?? 0;
    await client.query({
      name: 'keep',
      text: 'INSERT INTO bench_plain.messages (case_id, number, type, body) VALUES ($1, $2, $3, $4)',
      values: [id, number, type, JSON.stringify(body)],
    });
    return number;
  });
}

main().catch((error: unknown) => {
  console.error(`plain server: ${String(error)}`);
  process.exit(1);
});
