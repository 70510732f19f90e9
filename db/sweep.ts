/** Removes what was stored for commands that came to nothing: texts and files that no ledger entry names (ARCHITECTURE §1.4). */
import { releaseForgotten } from './claims';
import type { Pool } from './pool';

/** A command that is handed over may wait for a worker this long; its texts are kept until then. */
const KEPT = '30 days';

export interface Swept {
  readonly texts: number;
  readonly documents: number;
  readonly claims: number;
}

/** A text goes when its command was refused or recorded without it, a file or a text of unknown fate after 30 days. */
export async function sweep(pool: Pool): Promise<Swept> {
  const texts = await pool.query(
    `DELETE FROM texts AS t WHERE stream IS NULL
       AND NOT EXISTS (SELECT FROM commands c WHERE c.id = t.command AND c.status = 'pending')
       AND (created_at < now() - $1::interval
            OR EXISTS (SELECT FROM commands c WHERE c.id = t.command AND c.status = 'refused')
            OR EXISTS (SELECT FROM ledger l WHERE l.command = t.command))`,
    [KEPT],
  );
  const documents = await pool.query(
    `DELETE FROM documents WHERE stream IS NULL AND created_at < now() - $1::interval`,
    [KEPT],
  );
  return { texts: texts.rowCount ?? 0, documents: documents.rowCount ?? 0, claims: await releaseForgotten(pool) };
}
