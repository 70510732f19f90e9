/** Seals in PostgreSQL: made under one lock over the heads that changed since the seal before, or over all of them, and read. */
import type { Signer } from '../../proof/ed25519';
import { EMPTY_RING, type Ring } from '../../proof/ring';
import {
  nextDay,
  sealBytes,
  signedSeal,
  type Seal,
  type SealedHead,
  type SealKind,
  type SealLine,
} from '../../proof/seal';
import { GENESIS } from '../../proof/chain';
import { hasSigned } from '../../proof/ed25519';
import type { Client, Queryable } from '../sql/pool';

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_221;

interface Row {
  readonly number: number;
  readonly kind: SealKind;
  readonly first_day: string | null;
  readonly day: string;
  readonly at: Date;
  readonly heads: readonly SealedHead[];
  readonly ring: Seal['ring'];
  readonly previous: string;
  readonly signer: string | null;
  readonly hash: string;
  readonly signature: string | null;
}

const LINE = 'number, kind, first_day, day, sealed_at AS at, ring, previous, signer, hash, signature';

function lineOf({ first_day: firstDay, at, signer: key, ...row }: Omit<Row, 'heads'>): SealLine {
  return { ...row, firstDay, at: at.getTime(), key };
}

/** The newest first, below `before`. */
export async function sealLines(
  db: Queryable,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<SealLine[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${LINE} FROM ledger_seals WHERE $1::bigint IS NULL OR number < $1 ORDER BY number DESC LIMIT $2`,
    [before, limit],
  );
  return rows.map(lineOf);
}

export async function lastSeal(db: Queryable): Promise<SealLine | undefined> {
  return (await sealLines(db, { before: null, limit: 1 }))[0];
}

export async function findSeal(db: Queryable, number: number): Promise<Seal | undefined> {
  const { rows } = await db.query<Row>(`SELECT ${LINE}, heads FROM ledger_seals WHERE number = $1`, [number]);
  return rows[0] && { ...lineOf(rows[0]), heads: rows[0].heads };
}

/** In order, one at a time: an old seal holds a head for every stream there was. */
export async function* allSeals(db: Queryable): AsyncGenerator<Seal> {
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const { rows } = await db.query<Row>(
      `SELECT ${LINE}, heads FROM ledger_seals WHERE number > $1 ORDER BY number LIMIT 1`,
      [after],
    );
    const [row] = rows;
    if (!row) return;
    yield { ...lineOf(row), heads: row.heads };
    after = row.number;
  }
}

export interface Zone {
  /** A programme's zone is a fixed offset (docs/adr/0002). */
  readonly utcOffsetMinutes: number;
}

/**
 * Seals the days that have ended since the last seal, by PostgreSQL's clock, in one seal: over the heads that changed and the ring.
 * @returns the seal; undefined when the day before is sealed, or when nothing has changed: such a day is answered for by the next seal
 */
export async function sealEndedDays(
  client: Client,
  { signer, ring, utcOffsetMinutes }: Sealing,
): Promise<Seal | undefined> {
  await lockSeals(client);
  const before = await lastSeal(client);
  const { yesterday } = await townDays(client, { utcOffsetMinutes });
  const firstDay = before ? nextDay(before) : await firstDayOfLedger(client, { utcOffsetMinutes });
  if (firstDay === undefined || firstDay > yesterday) return undefined;
  const heads = await changedHeads(client);
  const sealedRing = await lastSealedRing(client);
  if (heads.length === 0 && sealedRing === ring.head.hash) return undefined;
  return put(client, { kind: 'day', firstDay, day: yesterday, heads, ring, before, signer });
}

export interface Sealing extends Zone {
  /** A worker's key that counts, or the root. */
  readonly signer: Signer;
  readonly ring: Ring;
}

/**
 * Seals every head that stands now, once in the life of a system: what another call, or one that was cut off, has made under this
 * key is answered again. The caller keeps it outside PostgreSQL after the commit (`keepSeal`) and prints it.
 */
export async function sealCrossing(client: Client, { signer, ring, utcOffsetMinutes }: Sealing): Promise<Seal> {
  await lockSeals(client);
  for (const made of await crossings(client))
    if (hasSigned(signer.publicKey, sealBytes(made.hash), made.signature ?? '')) return made;
  const before = await lastSeal(client);
  const { today } = await townDays(client, { utcOffsetMinutes });
  const firstDay = before ? nextDay(before) : ((await firstDayOfLedger(client, { utcOffsetMinutes })) ?? today);
  return put(client, { kind: 'crossing', firstDay, day: today, heads: await allHeads(client), ring, before, signer });
}

async function crossings(db: Queryable): Promise<Seal[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${LINE}, heads FROM ledger_seals WHERE kind = 'crossing' ORDER BY number`,
  );
  return rows.map((row) => ({ ...lineOf(row), heads: row.heads }));
}

async function lockSeals(client: Client): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

interface Put {
  readonly kind: 'day' | 'crossing';
  readonly firstDay: string;
  readonly day: string;
  readonly heads: readonly SealedHead[];
  readonly ring: Ring;
  readonly before: SealLine | undefined;
  readonly signer: Signer;
}

/** Streams whose last transaction is not committed yet are sealed with the head before it: the next seal has them. */
async function put(client: Client, { kind, firstDay, day, heads, ring, before, signer }: Put): Promise<Seal> {
  // After the heads: an entry that they hold was recorded before.
  const { rows } = await client.query<{ at: Date }>(`SELECT date_trunc('milliseconds', clock_timestamp()) AS at`);
  const at = rows[0]?.at ?? new Date();
  const number = (before?.number ?? 0) + 1;
  const seal = signedSeal(
    {
      ...{ kind, number, firstDay, day, at: at.getTime(), heads },
      ...{ ring: ring.head, previous: before?.hash ?? GENESIS },
    },
    signer,
  );
  await client.query(
    `INSERT INTO ledger_seals (number, kind, first_day, day, sealed_at, heads, ring, previous, signer, hash, signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[number, kind, firstDay, day, at, JSON.stringify(heads), JSON.stringify(seal.ring)],
      ...[seal.previous, seal.key, seal.hash, seal.signature],
    ],
  );
  return seal;
}

async function townDays(db: Queryable, { utcOffsetMinutes }: Zone): Promise<{ today: string; yesterday: string }> {
  const { rows } = await db.query<{ today: string; yesterday: string }>(
    `SELECT today, today - 1 AS yesterday
     FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC' + make_interval(mins => $1))::date AS today) AS days`,
    [utcOffsetMinutes],
  );
  const [days] = rows;
  if (!days) throw new Error('PostgreSQL answered nothing');
  return days;
}

async function firstDayOfLedger(db: Queryable, { utcOffsetMinutes }: Zone): Promise<string | undefined> {
  const { rows } = await db.query<{ day: string | null }>(
    `SELECT (min(recorded_at) AT TIME ZONE 'UTC' + make_interval(mins => $1))::date AS day FROM ledger`,
    [utcOffsetMinutes],
  );
  return rows[0]?.day ?? undefined;
}

async function allHeads(db: Queryable): Promise<SealedHead[]> {
  const { rows } = await db.query<SealedHead>(
    'SELECT stream, sequence, hash FROM ledger_streams WHERE sequence > 0 ORDER BY stream COLLATE "C"',
  );
  return rows;
}

/** Read from the seals themselves: a table of what was sealed last could be altered so that a stream is left out. */
async function changedHeads(db: Queryable): Promise<SealedHead[]> {
  const { rows } = await db.query<SealedHead>(
    `WITH sealed AS (
       SELECT DISTINCT ON (h.stream) h.stream, h.sequence, h.hash
       FROM ledger_seals, jsonb_to_recordset(heads) AS h (stream text, sequence bigint, hash text)
       ORDER BY h.stream, number DESC)
     SELECT s.stream, s.sequence, s.hash FROM ledger_streams s LEFT JOIN sealed USING (stream)
     WHERE s.sequence > 0 AND (sealed.sequence, sealed.hash) IS DISTINCT FROM (s.sequence, s.hash)
     ORDER BY s.stream COLLATE "C"`,
  );
  return rows;
}

/** The hash of the ring's end that the last seal holds. */
async function lastSealedRing(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ hash: string | null }>(
    `SELECT ring->>'hash' AS hash FROM ledger_seals ORDER BY number DESC LIMIT 1`,
  );
  return rows[0]?.hash ?? EMPTY_RING.hash;
}
