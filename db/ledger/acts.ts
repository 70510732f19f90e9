/** The acts of people as the API signed them: kept before they are sent, asked for when their entries are recorded. */
import { ForeignCase } from '../../activities/ports';
import { contradiction } from '../../domain/case/repeats';
import type { Entry } from '../../domain/ledger/entry';
import { signedText, type Envelope, type Unsigned } from '../../proof/envelope';
import { hasSigned } from '../../proof/act';
import type { Queryable } from '../sql/pool';

/**
 * Keeps the act, unless the ledger has its command already.
 * @returns where the ledger has it; undefined: it is kept now, and may be sent
 */
export async function keepAct(db: Queryable, envelope: Envelope, key: string): Promise<RecordedAct | undefined> {
  const { signature, ...unsigned } = envelope;
  const { rows } = await db.query<RecordedAct>({
    name: 'keep-act',
    text: `WITH known AS (SELECT stream, first_sequence AS "first", last_sequence AS "last" FROM recorded_acts WHERE command_id = $2),
      added AS (
        INSERT INTO acts (signature, command_id, stream, message, key)
        SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM known)
        ON CONFLICT (signature) DO NOTHING)
      SELECT * FROM known`,
    values: [signature, envelope.commandId, envelope.caseNumber, signedText(unsigned), key],
  });
  return rows[0];
}

export interface RecordedAct {
  readonly stream: string;
  /** Numbers of the entries that it caused. */
  readonly first: number;
  readonly last: number;
}

export interface Kept {
  readonly signature: string;
  readonly message: string;
  readonly key: string;
  /** Whether the key is one of the system's. */
  readonly known: boolean;
}

const KEPT = `SELECT a.signature, a.message, a.key, k.public_key IS NOT NULL AS known
  FROM acts a LEFT JOIN signing_keys k ON k.public_key = a.key WHERE a.signature = ANY ($1::text[])`;

/** The acts with these signatures. */
export async function actsBy(db: Queryable, signatures: readonly string[]): Promise<Map<string, Kept>> {
  const { rows } = await db.query<Kept>({ name: 'acts-by', text: KEPT, values: [[...new Set(signatures)]] });
  return new Map(rows.map((row) => [row.signature, row]));
}

/** Whether one of the system's keys has signed it. */
export function isOfSystem({ known }: Kept): boolean {
  return known;
}

/** Why an entry is no person's act; undefined for one that is, and for what the case did by itself. */
export function faultOf(entry: Entry, acts: ReadonlyMap<string, Kept>): string | undefined {
  const { by, command, act } = entry;
  if (command === undefined && by.role === 'case')
    return act === undefined ? undefined : 'names an act without a command';
  if (act === undefined) return 'carries no act';
  const kept = acts.get(act);
  if (!kept) return 'names an act that is not kept';
  if (!isOfSystem(kept)) return 'names an act signed by a foreign key';
  if (!hasSigned(kept.message, act, kept.key)) return 'names an act whose signature is wrong';
  const said = JSON.parse(kept.message) as Unsigned;
  if (said.caseNumber !== entry.stream) return 'names an act on another case';
  if (said.commandId !== command) return 'names the act of another command';
  const other = contradiction(said, entry);
  return other === undefined ? undefined : `says another ${other} than its act`;
}

/**
 * Requires an act behind every entry that a person caused. A case that began before acts were kept may have some left to record,
 * until its first entry with an act. @throws ForeignCase naming the entry
 */
export async function requireActs(db: Queryable, stream: string, entries: readonly Entry[]): Promise<void> {
  const caused = entries.filter(
    ({ by, command, act }) => by.role !== 'case' || command !== undefined || act !== undefined,
  );
  if (caused.length === 0) return;
  const acts = await actsBy(
    db,
    caused.flatMap(({ act }) => act ?? []),
  );
  const without = caused.filter(({ act }) => act === undefined);
  const isExcused = without.length > 0 ? await excusedOf(db, stream, without) : () => false;
  const firstAct = caused.find(({ act }) => act !== undefined)?.sequence ?? Infinity;
  for (const entry of caused) {
    if (entry.act === undefined && isExcused(entry, firstAct)) continue;
    const fault = faultOf(entry, acts);
    if (fault !== undefined) throw new ForeignCase(`${stream}#${entry.sequence}: ${fault}`);
  }
}

/**
 * Those of the entries without an act that may stand in the ledger: they do so already, and come again after a crash; or the case
 * began before acts were kept, and the ledger has no act of it.
 */
async function excusedOf(db: Queryable, stream: string, without: readonly Entry[]): Promise<Excused> {
  const { rows } = await db.query<{ before: boolean; acted: number | null; recorded: string[] }>(
    `SELECT c.created_at < i.acts_since AS before,
       (SELECT min(sequence) FROM ledger l WHERE l.stream = $1 AND l.entry ? 'act') AS acted,
       ARRAY (SELECT hash FROM ledger l WHERE l.stream = $1 AND l.sequence = ANY ($2::bigint[])) AS recorded
     FROM cases c, installation i WHERE c.case_number = $1`,
    [stream, without.map(({ sequence }) => sequence)],
  );
  const [{ before, acted, recorded } = { before: false, acted: null, recorded: [] }] = rows;
  const there = new Set(recorded);
  return ({ hash, sequence }, firstAct) => there.has(hash) || (before && acted === null && sequence < firstAct);
}

/** `firstAct`: the number of the first entry of the batch that has an act; from it on nothing is excused. */
type Excused = (entry: Entry, firstAct: number) => boolean;

/** SQL that writes down which commands the ledger has by now: `commands` (JSON, one object each), of `stream`. A condition may follow. */
export function insertRecordedActs(stream: string, commands: string): string {
  return `INSERT INTO recorded_acts (command_id, stream, first_sequence, last_sequence)
    SELECT id, ${stream}, first, last FROM jsonb_to_recordset(${commands}::jsonb) AS c (id text, first bigint, last bigint)`;
}

/** The commands behind the entries, each with the numbers of its first and last entry. */
export function commandsIn(entries: readonly Entry[]): { id: string; first: number; last: number }[] {
  const commands = new Map<string, { id: string; first: number; last: number }>();
  for (const { command: id, sequence } of entries) {
    if (id === undefined) continue;
    const known = commands.get(id);
    if (known) known.last = sequence;
    else commands.set(id, { id, first: sequence, last: sequence });
  }
  return [...commands.values()];
}

/** Of the act with this signature: the hash of the body that its sender sent. */
export async function bodyHashOf(db: Queryable, signature: string): Promise<string | undefined> {
  const kept = (await actsBy(db, [signature])).get(signature);
  return kept && (JSON.parse(kept.message) as Unsigned).bodyHash;
}
