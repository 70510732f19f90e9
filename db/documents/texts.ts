/** Free texts: stored before their command is sent, seen by their author alone until an entry of the ledger names them. */
import { ERASED } from '../../contracts/words/languages';
import type { Queryable } from '../sql/pool';

export interface NewText {
  readonly id: string;
  readonly key: Buffer;
  readonly hmac: string;
  readonly body: string;
}

export async function storeTexts(
  db: Queryable,
  command: string,
  author: string,
  texts: readonly NewText[],
): Promise<void> {
  if (texts.length === 0) return;
  await db.query(
    `INSERT INTO texts (id, command, author, key, hmac, body)
     SELECT id, $1, $2, key, hmac, body FROM unnest($3::text[], $4::bytea[], $5::text[], $6::text[]) AS t (id, key, hmac, body)`,
    [
      command,
      author,
      texts.map((one) => one.id),
      texts.map((one) => one.key),
      texts.map((one) => one.hmac),
      texts.map((one) => one.body),
    ],
  );
}

/** The words of those ids that belong to the stream, or to the reader as long as they belong to none; of an erased one that it is. */
export async function readTexts(
  db: Queryable,
  ids: readonly string[],
  { stream, reader }: { stream: string; reader: string },
): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  const { rows } = await db.query<{ id: string; body: string }>(
    'SELECT id, COALESCE(body, $4) AS body FROM texts WHERE id = ANY ($1) AND (stream = $2 OR (stream IS NULL AND author = $3))',
    [ids, stream, reader, ERASED],
  );
  return Object.fromEntries(rows.map(({ id, body }) => [id, body]));
}
