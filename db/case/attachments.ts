/** What waits for the ledger: texts and files that an entry names belong to it from then on, commands get their outcome. */
import type { Entry } from '../../domain/ledger/entry';
import type { Json } from '../../domain/ledger/entry';

export interface Reference {
  readonly id: string;
  readonly hmac: string;
  readonly sequence: number;
}

/** Every text or document that the entries name, with the first of them that names it. */
export function referencesIn(entries: readonly Entry[], member: 'text' | 'document'): Reference[] {
  const first = new Map<string, Reference>();
  for (const { details, sequence } of entries) {
    for (const { id, hmac } of namedIn(details, member)) {
      const key = `${id} ${hmac}`;
      if (!first.has(key)) first.set(key, { id, hmac, sequence });
    }
  }
  return [...first.values()];
}

function* namedIn(value: Json, member: 'text' | 'document'): Generator<Omit<Reference, 'sequence'>> {
  if (value === null || typeof value !== 'object') return;
  const { [member]: id, hmac } = value as { readonly [key: string]: Json };
  if (typeof id === 'string' && typeof hmac === 'string') yield { id, hmac };
  for (const inner of Object.values<Json>(value)) yield* namedIn(inner, member);
}

/** SQL that attaches the `references` (JSON) to `stream`, each only by its right HMAC and only once; a condition may follow. */
export function attachReferences(table: 'texts' | 'documents', stream: string, references: string): string {
  return `UPDATE ${table} AS kept SET stream = ${stream}, sequence = named.sequence
    FROM jsonb_to_recordset(${references}::jsonb) AS named (id text, hmac text, sequence bigint)
    WHERE kept.id = named.id AND kept.hmac = named.hmac AND kept.stream IS NULL`;
}

export interface Outcome {
  readonly id: string;
  readonly status: 'done' | 'refused';
  readonly sequence: number;
  readonly rejection: Json;
}

/** What became of the commands behind the entries: done with their last entry, or refused with the rule's reason. */
export function outcomesIn(entries: readonly Entry[]): Outcome[] {
  const outcomes = new Map<string, Outcome>();
  for (const { command: id, type, sequence, details } of entries) {
    if (id === undefined) continue;
    const refused = type === 'command-refused';
    outcomes.set(id, { id, status: refused ? 'refused' : 'done', sequence, rejection: refused ? details : null });
  }
  return [...outcomes.values()];
}

/** SQL that settles the commands that wait for one of the `outcomes` (JSON); others have no row. A condition may follow. */
export function settleCommands(outcomes: string): string {
  return `UPDATE commands AS c SET status = o.status, sequence = o.sequence, rejection = o.rejection, settled_at = now()
    FROM jsonb_to_recordset(${outcomes}::jsonb) AS o (id text, status text, sequence bigint, rejection jsonb)
    WHERE c.id = o.id AND c.status = 'pending'`;
}
