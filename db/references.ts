/** What waits for the ledger: texts and files that an entry names are attached to it, commands get their outcome. */
import type { Entry } from '../contracts/ledger';
import type { Json } from '../domain/ledger';
import type { Client } from './pool';

interface Reference {
  readonly id: string;
  readonly hmac: string;
  readonly sequence: number;
}

/** Attaches every text and document that the entries name with its right HMAC; the first entry that names one keeps it. */
export async function attach(client: Client, entries: readonly Entry[]): Promise<void> {
  for (const [table, member] of [
    ['texts', 'text'],
    ['documents', 'document'],
  ] as const) {
    const references = entries.flatMap((entry) =>
      [...referencesIn(entry.details, member)].map((one) => ({ ...one, sequence: entry.sequence })),
    );
    if (references.length === 0) continue;
    await client.query(
      `UPDATE ${table} AS kept SET stream = $1, sequence = named.sequence
       FROM (SELECT id, hmac, min(sequence) AS sequence
             FROM jsonb_to_recordset($2::jsonb) AS one (id text, hmac text, sequence bigint) GROUP BY id, hmac) AS named
       WHERE kept.id = named.id AND kept.hmac = named.hmac AND kept.stream IS NULL`,
      [entries[0]?.stream, JSON.stringify(references)],
    );
  }
}

function* referencesIn(value: Json, member: 'text' | 'document'): Generator<Omit<Reference, 'sequence'>> {
  if (value === null || typeof value !== 'object') return;
  const { [member]: id, hmac } = value as { readonly [key: string]: Json };
  if (typeof id === 'string' && typeof hmac === 'string') yield { id, hmac };
  for (const inner of Object.values<Json>(value)) yield* referencesIn(inner, member);
}

/** Commands that were handed over without an answer: done with their last entry, or refused with the rule's reason. */
export async function settleCommands(client: Client, entries: readonly Entry[]): Promise<void> {
  const outcomes = new Map<string, { id: string; status: string; sequence: number; rejection: Json }>();
  for (const { command: id, type, sequence, details } of entries) {
    if (id === undefined) continue;
    const refused = type === 'command-refused';
    outcomes.set(id, { id, status: refused ? 'refused' : 'done', sequence, rejection: refused ? details : null });
  }
  if (outcomes.size === 0) return;
  await client.query(
    `UPDATE commands AS c SET status = o.status, sequence = o.sequence, rejection = o.rejection, settled_at = now()
     FROM jsonb_to_recordset($1::jsonb) AS o (id text, status text, sequence bigint, rejection jsonb)
     WHERE c.id = o.id AND c.status = 'pending'`,
    [JSON.stringify([...outcomes.values()])],
  );
}
