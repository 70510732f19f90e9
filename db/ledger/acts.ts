/** The acts of people as the API signed them: kept before they are sent, asked for when their entries are recorded. */
import { ForeignCase } from '../../activities/ports';
import { contradiction } from '../../domain/case/repeats';
import type { Entry } from '../../domain/ledger/entry';
import { signedText, type Envelope, type Unsigned } from '../../proof/envelope';
import { hasSigned } from '../../proof/ed25519';
import { keyFingerprint, type Ring } from '../../proof/ring';
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
  /** Milliseconds by PostgreSQL's clock. */
  readonly storedAt: number;
  /** When the key was revoked, as PostgreSQL says; null: never. */
  readonly revokedAt: number | null;
}

/** Undefined when the act's key counted when the act was stored; else what is wrong with it, in a word. */
export type KeyFault = (act: Kept) => 'foreign' | 'revoked' | undefined;

/** By PostgreSQL's tables: whoever records trusts them. */
const BY_TABLES: KeyFault = ({ known, storedAt, revokedAt }) => {
  if (!known) return 'foreign';
  return revokedAt !== null && storedAt >= revokedAt ? 'revoked' : undefined;
};

/** By the ring: of keys under the root, one that was revoked signs nothing from then on. */
export function byRing(ring: Ring): KeyFault {
  return ({ key, storedAt }) => {
    const found = ring.byFingerprint(keyFingerprint('api', key));
    if (!found) return 'foreign';
    return found.revokedAt !== null && storedAt >= found.revokedAt ? 'revoked' : undefined;
  };
}

const KEPT = `SELECT a.signature, a.message, a.key, k.public_key IS NOT NULL AS known,
    (extract(epoch FROM a.stored_at) * 1000)::float8 AS "storedAt",
    (SELECT (extract(epoch FROM min(gone.at)) * 1000)::float8 FROM key_rows gone JOIN key_rows added USING (fingerprint)
     WHERE gone.kind = 'revoked' AND added.kind = 'added' AND added.public_key = a.key) AS "revokedAt"
  FROM acts a LEFT JOIN signing_keys k ON k.public_key = a.key WHERE a.signature = ANY ($1::text[])`;

/** The acts with these signatures. */
export async function actsBy(db: Queryable, signatures: readonly string[]): Promise<Map<string, Kept>> {
  const { rows } = await db.query<Kept>({ name: 'acts-by', text: KEPT, values: [[...new Set(signatures)]] });
  return new Map(rows.map((row) => [row.signature, row]));
}

/** What is wrong with how the act is signed. */
export function faultOfSignature(kept: Kept, keyFault: KeyFault = BY_TABLES): string | undefined {
  const key = keyFault(kept);
  if (key !== undefined) return `names an act signed by a ${key} key`;
  const isSigned = hasSigned(kept.key, Buffer.from(kept.message), kept.signature);
  return isSigned ? undefined : 'names an act whose signature is wrong';
}

/** Why an entry is no person's act; undefined for one that is, and for what the case did by itself. */
export function faultOf(
  entry: Entry,
  acts: ReadonlyMap<string, Kept>,
  keyFault: KeyFault = BY_TABLES,
): string | undefined {
  const { by, command, act } = entry;
  if (command === undefined && by.role === 'case')
    return act === undefined ? undefined : 'names an act without a command';
  if (act === undefined) return 'carries no act';
  const kept = acts.get(act);
  if (!kept) return 'names an act that is not kept';
  const unsigned = faultOfSignature(kept, keyFault);
  if (unsigned !== undefined) return unsigned;
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

/** Rows read at a time: some megabytes at most. */
const PAGE = 1000;

/** All acts that say they are signed by this key, by their signatures. */
export async function* actsUnder(
  db: Queryable,
  key: string,
): AsyncGenerator<{
  readonly signature: string;
  readonly stream: string;
  readonly commandId: string | null;
  readonly message: string;
  readonly storedAt: Date;
}> {
  for (let after = ''; ;) {
    const { rows } = await db.query<{
      signature: string;
      stream: string;
      commandId: string | null;
      message: string;
      storedAt: Date;
    }>(
      `SELECT signature, stream, command_id AS "commandId", message, stored_at AS "storedAt" FROM acts
       WHERE key = $1 AND signature > $2 ORDER BY signature LIMIT $3`,
      [key, after, PAGE],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.signature;
  }
}
