/** The key rows in PostgreSQL: read into a ring that only grows, and added under the root's signature. */
import type { Signer } from '../../proof/ed25519';
import {
  EMPTY_RING,
  keyFingerprint,
  keyRowBytes,
  ringOf,
  stands,
  type Holder,
  type KeyRow,
  type Ring,
  type RingHead,
  type SignedKeyRow,
} from '../../proof/ring';
import type { Client, Queryable } from '../sql/pool';

/** 60 s: three times as long as a process takes to read the ring again, so that all know a key before anything is signed with it. */
export const STANDING_MS = 60_000;

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_231;

interface Row {
  readonly number: number;
  readonly previous: string;
  readonly kind: KeyRow['kind'];
  readonly fingerprint: string;
  readonly holder: Holder | null;
  readonly public_key: string | null;
  readonly at: Date;
  readonly counts_from: Date | null;
  readonly reason: string | null;
  readonly signature: string;
}

/** All rows, also those that nobody signed: what counts says `ringOf`. */
export async function keyRows(db: Queryable): Promise<SignedKeyRow[]> {
  const { rows } = await db.query<Row>(
    `SELECT number, previous, kind, fingerprint, holder, public_key, at, counts_from, reason, signature
     FROM key_rows ORDER BY id`,
  );
  return rows.map((row) => {
    const { number, previous, fingerprint, signature } = row;
    const numbered = { number, previous, at: row.at.getTime(), fingerprint, signature };
    if (row.kind === 'revoked') return { ...numbered, kind: row.kind, reason: row.reason };
    const [holder, publicKey] = [row.holder ?? 'api', row.public_key ?? ''];
    return { ...numbered, kind: row.kind, holder, publicKey, countsFrom: row.counts_from?.getTime() ?? 0 };
  });
}

/** The ring as PostgreSQL has it now. */
export async function readRing(db: Queryable, rootPublicKey: string): Promise<Ring> {
  return ringOf(await keyRows(db), rootPublicKey);
}

/** The ring of a process: what was once read stays, whatever becomes of PostgreSQL or of its rows. */
export class KeptRing {
  #rows: readonly SignedKeyRow[] = [];
  #ring: Ring;

  constructor(
    private readonly db: Queryable,
    private readonly rootPublicKey: string,
  ) {
    this.#ring = ringOf([], rootPublicKey);
  }

  get ring(): Ring {
    return this.#ring;
  }

  /** @throws what pg throws; the ring stays as it was */
  async read(): Promise<Ring> {
    const known = new Set(this.#rows.map(({ signature }) => signature));
    const fresh = (await keyRows(this.db)).filter(
      (row) => !known.has(row.signature) && stands(row, this.rootPublicKey),
    );
    if (fresh.length > 0) {
      this.#rows = [...this.#rows, ...fresh];
      this.#ring = ringOf(this.#rows, this.rootPublicKey);
    }
    return this.#ring;
  }
}

/** Until the end of the transaction nobody else adds a row. */
export async function lockRing(client: Client): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

export async function databaseTime(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ now: Date }>(`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`);
  return rows[0]?.now.getTime() ?? Date.now();
}

export interface NewKey {
  readonly holder: Holder;
  readonly publicKey: string;
  /** Milliseconds until something may be signed with it. */
  readonly standsFor: number;
}

/** Under `lockRing`. A key that stands already, or was revoked, stays as it is. @returns the ring with it */
export async function addKey(client: Client, root: Signer, { holder, publicKey, standsFor }: NewKey): Promise<Ring> {
  const ring = await readRing(client, root.publicKey);
  const fingerprint = keyFingerprint(holder, publicKey);
  if (ring.byFingerprint(fingerprint)) return ring;
  const at = await databaseTime(client);
  const key = { kind: 'added', fingerprint, holder, publicKey, countsFrom: at + standsFor } as const;
  await insert(client, root, { ...after(ring.head), at, ...key });
  return readRing(client, root.publicKey);
}

/** Under `lockRing`. What it has signed stays its own for ever; from now on it does not count. Revoked twice stays revoked once. */
export async function revokeKey(
  client: Client,
  root: Signer,
  { fingerprint, reason }: { readonly fingerprint: string; readonly reason: string | null },
): Promise<Ring> {
  const ring = await readRing(client, root.publicKey);
  const key = ring.byFingerprint(fingerprint);
  if (!key || key.revokedAt !== null) return ring;
  const at = await databaseTime(client);
  await insert(client, root, { ...after(ring.head), at, kind: 'revoked', fingerprint, reason });
  return readRing(client, root.publicKey);
}

function after(head: RingHead = EMPTY_RING): { readonly number: number; readonly previous: string } {
  return { number: head.number + 1, previous: head.hash };
}

async function insert(client: Client, root: Signer, row: KeyRow): Promise<void> {
  const added = row.kind === 'added' ? row : undefined;
  await client.query(
    `INSERT INTO key_rows (number, previous, kind, fingerprint, holder, public_key, at, counts_from, reason, signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[row.number, row.previous, row.kind, row.fingerprint, added?.holder ?? null, added?.publicKey ?? null],
      ...[new Date(row.at), added ? new Date(added.countsFrom) : null, row.kind === 'revoked' ? row.reason : null],
      root.sign(keyRowBytes(row)).toString('hex'),
    ],
  );
}
