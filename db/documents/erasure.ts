/** Erases words and files: the row stays with the entry that says so, what stood in it and its key are gone. */
import type { Client, Queryable } from '../sql/pool';

/** All that is given must hold; what was erased before is not found. */
export interface Sought {
  readonly author: string | undefined;
  /** The case. */
  readonly stream: string | undefined;
  readonly sequences: readonly number[];
  readonly ids: readonly string[];
  /** Stands in the words, or in the file's name. */
  readonly naming: string | undefined;
}

export interface Erasable {
  readonly what: 'text' | 'document';
  readonly id: string;
  readonly author: string;
  readonly stream: string | null;
  readonly sequence: number | null;
  /** Characters of a text, bytes of a file. */
  readonly size: number;
}

const WHERE = `($1::text IS NULL OR author = $1) AND ($2::text IS NULL OR stream = $2)
  AND (cardinality($3::bigint[]) = 0 OR sequence = ANY ($3)) AND (cardinality($4::text[]) = 0 OR id = ANY ($4))`;

/** In the order of their entries; those that no entry names come last. */
export async function findErasable(
  db: Queryable,
  { author, stream, sequences, ids, naming }: Sought,
): Promise<Erasable[]> {
  const { rows } = await db.query<Erasable>(
    `SELECT 'text' AS what, id, author, stream, sequence, length(body) AS size FROM texts
     WHERE ${WHERE} AND body IS NOT NULL AND ($5::text IS NULL OR strpos(body, $5) > 0)
     UNION ALL
     SELECT 'document', id, author, stream, sequence, bytes FROM documents
     WHERE ${WHERE} AND key IS NOT NULL AND hmac <> '' AND ($5::text IS NULL OR strpos(name, $5) > 0)
     ORDER BY 4, 5, 2`,
    [author ?? null, stream ?? null, sequences, ids, naming ?? null],
  );
  return rows;
}

export interface Erased {
  readonly texts: readonly string[];
  readonly documents: readonly string[];
  /** The entry that says so, in the same transaction. */
  readonly entry: { readonly stream: string; readonly sequence: number };
}

/** As the owner of the tables: no process may. @throws Error when one of them has been erased meanwhile; nothing is done then */
export async function eraseContents(client: Client, { texts, documents, entry }: Erased): Promise<void> {
  const by = [entry.stream, entry.sequence];
  const gone = await client.query(
    `UPDATE texts SET key = NULL, body = NULL, erased_by_stream = $2, erased_by_sequence = $3
     WHERE id = ANY ($1) AND body IS NOT NULL`,
    [texts, ...by],
  );
  const files = await client.query(
    `UPDATE documents SET key = NULL, name = '', erased_by_stream = $2, erased_by_sequence = $3
     WHERE id = ANY ($1) AND key IS NOT NULL`,
    [documents, ...by],
  );
  if (gone.rowCount !== texts.length || files.rowCount !== documents.length)
    throw new Error('something of it was erased meanwhile: nothing was done');
  await client.query('DELETE FROM document_chunks WHERE document = ANY ($1)', [documents]);
}
