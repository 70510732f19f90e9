/** Verifies that people did what the ledger says they did: every entry against the act that the API signed. */
import { actsBy, byRing, commandsIn, faultOf, type KeyFault } from '../../db/ledger/acts';
import type { Ring } from '../../proof/ring';
import { faultOutside } from '../../db/ledger/acts-outside';
import type { Queryable } from '../../db/sql/pool';
import type { Entry } from '../../domain/ledger/entry';
import type { Found } from './finding';

/** One stream's entries, page by page in their order. */
export class ActsOfStream {
  /** Of a case from before acts were kept: until its first entry with one. */
  #excused = false;
  #isCase = false;

  private constructor(
    private readonly db: Queryable,
    private readonly stream: string,
    private readonly keyFault: KeyFault | undefined,
    private readonly found: Found,
  ) {}

  /** Without a ring the keys are those that PostgreSQL says. */
  static async of(
    db: Queryable,
    { stream, ring }: { readonly stream: string; readonly ring: Ring | undefined },
    found: Found,
  ): Promise<ActsOfStream> {
    const one = new ActsOfStream(db, stream, ring && byRing(ring), found);
    const { rows } = await db.query<{ isCase: boolean; before: boolean | null }>(
      `SELECT c.case_number IS NOT NULL AS "isCase",
              COALESCE(c.created_at, (SELECT recorded_at FROM ledger WHERE stream = $1 AND sequence = 1)) < i.acts_since AS before
       FROM installation i LEFT JOIN cases c ON c.case_number = $1`,
      [stream],
    );
    one.#isCase = rows[0]?.isCase ?? false;
    one.#excused = rows[0]?.before ?? false;
    return one;
  }

  async verify(entries: readonly Entry[]): Promise<void> {
    const acts = await actsBy(
      this.db,
      entries.flatMap(({ act }) => act ?? []),
    );
    for (const entry of entries) {
      if (entry.act !== undefined) this.#excused = false;
      else if (this.#excused) continue;
      const fault = this.#isCase ? faultOf(entry, acts, this.keyFault) : faultOutside(entry, acts, this.keyFault);
      if (fault !== undefined) this.found(`${this.stream}#${entry.sequence}: ${fault} 与本人办理不符`);
    }
    // Outside a case a command is kept with its first answer, in the same transaction (api/http/idempotency.ts).
    if (this.#isCase) await this.verifyOnce(entries);
  }

  /** That each command stands under its number once: what is not there could be done again. */
  private async verifyOnce(entries: readonly Entry[]): Promise<void> {
    const commands = commandsIn(entries);
    const { rows } = await this.db.query<{ id: string; stream: string; first: number; last: number }>(
      `SELECT command_id AS id, stream, first_sequence AS first, last_sequence AS last FROM recorded_acts
       WHERE command_id = ANY ($1::text[])`,
      [commands.map(({ id }) => id)],
    );
    const known = new Map(rows.map((row) => [row.id, row]));
    for (const { id, first, last } of commands) {
      const row = known.get(id);
      const isThere = row?.stream === this.stream && row.first <= first && row.last >= last;
      // Of the first releases one command may stand twice, and the first time counts.
      if (!isThere && !(this.#excused && row)) {
        this.found(`${this.stream}#${first}: its command is not written down as done 指令未登记`);
      }
    }
  }
}
