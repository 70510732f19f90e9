/** Makes messages of deliveries: what is due for one destination at one moment goes as one, what is urgent goes by itself. */
import { randomBytes } from 'node:crypto';
import { transaction, type Client, type Pool } from '../sql/pool';
import { isDue, STILL_OWED } from './fan-out';

/** Deliveries of one transaction. */
const AT_ONCE = 500;

interface Row {
  readonly key: string;
  readonly destination: string;
  readonly urgent: boolean;
  readonly owed: boolean;
  readonly alone: boolean;
  readonly stream: string | null;
}

/**
 * @param together how many notices one message of the channel may hold
 * @returns how many messages were made
 */
export async function compose(pool: Pool, channel: string, together: number): Promise<number> {
  for (let all = 0; ;) {
    const { taken, made } = await transaction(pool, (client) => composeSome(client, channel, together));
    all += made;
    if (taken < AT_ONCE) return all;
  }
}

async function composeSome(
  client: Client,
  channel: string,
  together: number,
): Promise<{ taken: number; made: number }> {
  const { rows } = await client.query<Row>(
    `SELECT e.key, e.destination, e.urgent, e.notice IS NULL AS alone, e.stream,
            (n.key IS NULL OR ${STILL_OWED}) AS owed
     FROM deliveries e LEFT JOIN outbox n ON n.key = e.notice LEFT JOIN reopenings r ON r.case_number = e.stream
     WHERE e.channel = $1 AND e.state = 'waiting' AND ${isDue('e', 'e.send_at')}
     ORDER BY e.created_at, e.at, e.key LIMIT ${AT_ONCE} FOR UPDATE OF e SKIP LOCKED`,
    [channel],
  );
  const done = rows.filter(({ owed }) => !owed).map(({ key }) => key);
  const messages = grouped(
    rows.filter(({ owed }) => owed),
    together,
  ).map((parts) => ({
    id: `m-${randomBytes(8).toString('hex')}`,
    destination: parts[0]?.destination ?? '',
    urgent: parts.some(({ urgent }) => urgent),
    // A message about several cases belongs to none.
    stream: parts.every(({ stream }) => stream === parts[0]?.stream) ? (parts[0]?.stream ?? null) : null,
    keys: parts.map(({ key }) => key),
  }));
  await client.query(`UPDATE deliveries SET state = 'dropped', reason = '已办结 done meanwhile' WHERE key = ANY ($1)`, [
    done,
  ]);
  await client.query(
    `WITH made AS (SELECT * FROM jsonb_to_recordset($2::jsonb)
                     AS m (id text, destination text, urgent boolean, stream text, keys jsonb)),
          inserted AS (INSERT INTO messages (id, channel, destination, urgent, case_number)
                       SELECT id, $1, destination, urgent, stream FROM made)
     UPDATE deliveries AS e SET state = 'joined', message = made.id FROM made WHERE made.keys ? e.key`,
    [channel, JSON.stringify(messages)],
  );
  return { taken: rows.length, made: messages.length };
}

function grouped(rows: readonly Row[], together: number): Row[][] {
  const messages: Row[][] = [];
  const open = new Map<string, Row[]>();
  for (const row of rows) {
    const joins = !row.urgent && !row.alone;
    const last = joins ? open.get(row.destination) : undefined;
    if (last && last.length < together) last.push(row);
    else {
      const begun = [row];
      messages.push(begun);
      if (joins) open.set(row.destination, begun);
    }
  }
  return messages;
}
