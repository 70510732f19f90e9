/** Reads what PostgreSQL holds of a run's cases, in the caller's transaction. */
import type { Entry, Head } from '../../contracts/ledger';
import type { Client } from '../../db/pool';
import type { Attached, Claim, CommandRow, DutyRow, Projection, Tables } from './evidence';

export async function readTables(client: Client): Promise<Tables> {
  const ends = await rows<{ stream: string } & Head>(client, 'SELECT stream, sequence, hash FROM ledger_streams');
  const ledger = await rows<{ entry: Entry }>(client, 'SELECT entry FROM ledger ORDER BY stream, sequence');
  return {
    ledger: ledger.map(({ entry }) => entry),
    ends: new Map(ends.map(({ stream, ...end }) => [stream, end])),
    cases: await rows(
      client,
      'SELECT case_number AS "caseNumber", enterprise, start_command AS "startCommand" FROM cases',
    ),
    projections: await rows<Projection>(
      client,
      'SELECT case_number AS "caseNumber", enterprise, phase, closed, version, view FROM reopenings ORDER BY case_number',
    ),
    duties: await rows<DutyRow>(
      client,
      `SELECT case_number AS "caseNumber", id, owner, account, (extract(epoch FROM due) * 1000)::float8 AS due, overdue,
                reminded FROM duties`,
    ),
    commands: await rows<CommandRow>(client, 'SELECT id, status, sequence FROM commands WHERE case_number IS NOT NULL'),
    notices: await rows(client, 'SELECT key, stream, sequence FROM outbox'),
    claims: await rows<Claim>(
      client,
      'SELECT command, case_number AS "caseNumber", account, confirmed FROM liaison_claims',
    ),
    attached: await rows<Attached>(
      client,
      `SELECT 'text' AS kind, id, hmac, stream, sequence FROM texts WHERE stream IS NOT NULL
         UNION ALL SELECT 'document', id, hmac, stream, sequence FROM documents WHERE stream IS NOT NULL`,
    ),
  };
}

async function rows<T extends object>(client: Client, query: string): Promise<T[]> {
  return (await client.query<T>(query)).rows;
}
