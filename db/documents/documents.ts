/** Files in pieces: stored as they arrive, none of them a file before the last, read back piece by piece. */
import { ERASED } from '../../contracts/words/languages';
import type { Client, Queryable } from '../sql/pool';

export interface DocumentRow {
  readonly id: string;
  readonly author: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly hmac: string;
  /** The case it belongs to; null until an entry of its ledger names it. */
  readonly stream: string | null;
}

const COLUMNS = `id, author, CASE WHEN key IS NULL THEN '${ERASED}' ELSE name END AS name, media_type AS "mediaType", bytes, hmac, stream`;

export interface NewDocument {
  readonly id: string;
  readonly author: string;
  readonly name: string;
  readonly key: Buffer;
}

/** What it is, its size and its HMAC are known at the end only; until then nobody finds it, and no connection is held for it. */
export async function beginDocument(db: Queryable, one: NewDocument): Promise<void> {
  await db.query(
    `INSERT INTO documents (id, author, name, media_type, bytes, key, hmac) VALUES ($1, $2, $3, '', 0, $4, '')`,
    [one.id, one.author, one.name, one.key],
  );
}

export async function addPiece(db: Queryable, document: string, number: number, bytes: Buffer): Promise<void> {
  await db.query('INSERT INTO document_chunks (document, number, bytes) VALUES ($1, $2, $3)', [
    document,
    number,
    bytes,
  ]);
}

/** It is whole. @throws Error when it was swept meanwhile */
export async function endDocument(
  db: Queryable,
  id: string,
  { mediaType, bytes, hmac }: Pick<DocumentRow, 'mediaType' | 'bytes' | 'hmac'>,
): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE documents SET media_type = $2, bytes = $3, hmac = $4 WHERE id = $1 AND hmac = ''`,
    [id, mediaType, bytes, hmac],
  );
  if (rowCount !== 1) throw new Error('an upload was swept before it was whole');
}

/** What broke off; a whole file stays. */
export async function dropUnfinished(db: Queryable, id: string): Promise<void> {
  await db.query(`DELETE FROM documents WHERE id = $1 AND hmac = ''`, [id]);
}

export async function findDocument(db: Queryable, id: string): Promise<DocumentRow | undefined> {
  return (await documentsById(db, [id]))[0];
}

/** Whole ones that can be read; `erased`: also those of which nothing is left but that they were there. */
export async function documentsById(
  db: Queryable,
  ids: readonly string[],
  { erased = false }: { readonly erased?: boolean } = {},
): Promise<DocumentRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<DocumentRow>(
    `SELECT ${COLUMNS} FROM documents WHERE id = ANY ($1) AND hmac <> '' AND ($2 OR key IS NOT NULL)`,
    [ids, erased],
  );
  return rows;
}

/** One piece at a time: no connection is held while the reader takes its time. */
export async function* piecesOfDocument(db: Queryable, id: string): AsyncGenerator<Buffer> {
  for (let number = 0; ; number += 1) {
    const { rows } = await db.query<{ bytes: Buffer }>(
      'SELECT bytes FROM document_chunks WHERE document = $1 AND number = $2',
      [id, number],
    );
    if (!rows[0]) return;
    yield rows[0].bytes;
  }
}

/** One's own file that no entry of a ledger names. */
export async function deleteUpload(client: Client, id: string, author: string): Promise<void> {
  await client.query('DELETE FROM documents WHERE id = $1 AND author = $2 AND stream IS NULL', [id, author]);
}

/** The author's own uploads become part of the stream. @returns those that could, and no others */
export async function attachUploads(
  client: Client,
  { stream, sequence, author }: { stream: string; sequence: number; author: string },
  ids: readonly string[],
): Promise<Pick<DocumentRow, 'id' | 'mediaType' | 'bytes'>[]> {
  const { rows } = await client.query<Pick<DocumentRow, 'id' | 'mediaType' | 'bytes'>>(
    `UPDATE documents SET stream = $1, sequence = $2 WHERE id = ANY ($4) AND author = $3 AND stream IS NULL AND hmac <> ''
     RETURNING id, media_type AS "mediaType", bytes`,
    [stream, sequence, author, ids],
  );
  return rows;
}
