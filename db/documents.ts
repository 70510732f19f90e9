/** Files in pieces: stored as they arrive in one transaction, read back piece by piece. */
import type { Client, Queryable } from './pool';

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

const COLUMNS = `id, author, name, media_type AS "mediaType", bytes, hmac, stream`;

export interface NewDocument {
  readonly id: string;
  readonly author: string;
  readonly name: string;
  readonly key: Buffer;
}

/** What it is, its size and its HMAC are known at the end only. */
export async function beginDocument(client: Client, one: NewDocument): Promise<void> {
  await client.query(
    `INSERT INTO documents (id, author, name, media_type, bytes, key, hmac) VALUES ($1, $2, $3, '', 0, $4, '')`,
    [one.id, one.author, one.name, one.key],
  );
}

export async function addPiece(client: Client, document: string, number: number, bytes: Buffer): Promise<void> {
  await client.query('INSERT INTO document_chunks (document, number, bytes) VALUES ($1, $2, $3)', [
    document,
    number,
    bytes,
  ]);
}

export async function endDocument(
  client: Client,
  id: string,
  { mediaType, bytes, hmac }: Pick<DocumentRow, 'mediaType' | 'bytes' | 'hmac'>,
): Promise<void> {
  await client.query('UPDATE documents SET media_type = $2, bytes = $3, hmac = $4 WHERE id = $1', [
    ...[id, mediaType, bytes, hmac],
  ]);
}

export async function findDocument(db: Queryable, id: string): Promise<DocumentRow | undefined> {
  return (await documentsById(db, [id]))[0];
}

export async function documentsById(db: Queryable, ids: readonly string[]): Promise<DocumentRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<DocumentRow>(`SELECT ${COLUMNS} FROM documents WHERE id = ANY ($1)`, [ids]);
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
