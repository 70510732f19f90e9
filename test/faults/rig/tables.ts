/** Reads what PostgreSQL holds of a run's cases, in the caller's transaction. */
import type { Entry, Head } from '../../../domain/ledger/entry';
import type { Client } from '../../../db/sql/pool';
import { countRound } from '../../../db/testing/rounds';
import type {
  Attached,
  Claim,
  CommandRow,
  DutyRow,
  MovementRow,
  OrderRow,
  Projection,
  RoundRow,
  SheetRow,
  StockRow,
  Tables,
} from './evidence';

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
      'SELECT case_number AS "caseNumber", enterprise, phase, closed, version, state FROM reopenings ORDER BY case_number',
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
    sheets: await rows<SheetRow>(
      client,
      `SELECT command, case_number AS "caseNumber", round, sheet, rows,
                (SELECT count(*) FROM test_results r
                 WHERE r.case_number = s.case_number AND r.round = s.round AND r.sheet = s.sheet) AS results
         FROM test_sheets s`,
    ),
    rounds: await readRounds(client),
    stock: await rows<StockRow>(client, 'SELECT item, on_hand AS "onHand", promised FROM stock_items'),
    movements: await rows<MovementRow>(
      client,
      'SELECT item, kind, quantity, order_id AS "order", cause FROM stock_movements',
    ),
    orders: await rows<OrderRow>(
      client,
      `SELECT o.id AS "order", o.case_number AS "caseNumber", o.closed, l.item, l.requested, l.allocated, l.dispatched,
                l.received
         FROM supply_orders o JOIN supply_lines l ON l.order_id = o.id`,
    ),
  };
}

async function readRounds(client: Client): Promise<RoundRow[]> {
  const known = await rows<{ caseNumber: string; round: string }>(
    client,
    'SELECT case_number AS "caseNumber", round FROM test_rounds',
  );
  const rounds: RoundRow[] = [];
  for (const { caseNumber, round } of known)
    rounds.push({ caseNumber, round, counts: await countRound(client, caseNumber, round) });
  return rounds;
}

async function rows<T extends object>(client: Client, query: string): Promise<T[]> {
  return (await client.query<T>(query)).rows;
}
