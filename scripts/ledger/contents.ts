/** Verifies the words and files that entries name: each is what it was when it was named, or an entry says that it was erased. */
import { createHmac } from 'node:crypto';
import { piecesOfDocument } from '../../db/documents/documents';
import { referencesIn, type Reference } from '../../db/case/attachments';
import type { Queryable } from '../../db/sql/pool';
import type { Entry } from '../../domain/ledger/entry';
import type { Found } from './finding';

interface Kept {
  readonly id: string;
  readonly key: Buffer | null;
  readonly hmac: string;
  readonly stream: string | null;
  readonly erasedBy: { readonly stream: string; readonly sequence: number } | null;
}

const COLUMNS = `id, key, hmac, stream, CASE WHEN erased_by_stream IS NOT NULL
  THEN json_build_object('stream', erased_by_stream, 'sequence', erased_by_sequence) END AS "erasedBy"`;

/** What is said of the two kinds. */
const WORDS = {
  text: { table: 'texts', en: 'text', zh: '文字' },
  document: { table: 'documents', en: 'file', zh: '文件' },
} as const;
type Kind = keyof typeof WORDS;

/** Of one stream, a page after the other: what several of its entries name is read once. */
export class Contents {
  readonly #seen = new Set<string>();

  constructor(
    private readonly db: Queryable,
    private readonly stream: string,
    private readonly found: Found,
  ) {}

  async verify(entries: readonly Entry[]): Promise<void> {
    const whole = entries.filter((entry) => typeof entry === 'object' && entry !== null && entry.details !== undefined);
    for (const kind of ['text', 'document'] as const) {
      const named = referencesIn(whole, kind).filter((one) => !this.#seen.has(`${one.id} ${one.hmac}`));
      for (const { id, hmac } of named) this.#seen.add(`${id} ${hmac}`);
      if (named.length > 0) await this.#verifyKind(kind, named);
    }
  }

  async #verifyKind(kind: Kind, named: readonly Reference[]): Promise<void> {
    const body = kind === 'text' ? 'body' : 'NULL AS body';
    const { rows } = await this.db.query<Kept & { body: string | null }>(
      `SELECT ${COLUMNS}, ${body} FROM ${WORDS[kind].table} WHERE id = ANY ($1)`,
      [named.map(({ id }) => id)],
    );
    const kept = new Map(rows.map((row) => [row.id, row]));
    for (const reference of named) {
      const wrong = await this.#wrongWith(kind, reference, kept.get(reference.id));
      if (wrong) this.found(`${this.stream}#${reference.sequence}: ${WORDS[kind].en} ${reference.id} ${wrong}`);
    }
  }

  async #wrongWith(
    kind: Kind,
    { id, hmac }: Reference,
    row: (Kept & { readonly body: string | null }) | undefined,
  ): Promise<string | undefined> {
    const { zh } = WORDS[kind];
    if (!row) return `is missing, and no entry says that it was erased ${zh}缺失，无清除记录`;
    if (row.stream !== this.stream) return `belongs to ${row.stream ?? 'no entry'} ${zh}归属被改动`;
    if (row.erasedBy !== null || row.key === null)
      return (await this.#isErasure(kind, id, row.erasedBy))
        ? undefined
        : `is gone, and no entry says that it was erased ${zh}缺失，无清除记录`;
    const real = await hmacOf(this.db, kind, row.key, row);
    return real === hmac && row.hmac === hmac
      ? undefined
      : `was changed: it has another HMAC than the entry names ${zh}被改动`;
  }

  /** Whether the entry that the row names is there, and names it. */
  async #isErasure(kind: Kind, id: string, by: Kept['erasedBy']): Promise<boolean> {
    if (by === null) return false;
    const { rows } = await this.db.query(
      `SELECT FROM ledger WHERE stream = $1 AND sequence = $2 AND type = 'words-erased' AND entry->'details'->$3 ? $4`,
      [by.stream, by.sequence, WORDS[kind].table, id],
    );
    return rows.length === 1;
  }
}

async function hmacOf(db: Queryable, kind: Kind, key: Buffer, { id, body }: { id: string; body: string | null }) {
  const hmac = createHmac('sha256', key);
  if (kind === 'text') return hmac.update(body ?? '').digest('hex');
  for await (const piece of piecesOfDocument(db, id)) hmac.update(piece);
  return hmac.digest('hex');
}
