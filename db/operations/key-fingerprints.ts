/** Which keys the system of this database has: their fingerprints, and what older databases tell of them without one. */
import type { Client, Queryable } from '../sql/pool';

export type KeyName = 'signing' | 'personal';

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_227;

/** Until the end of the transaction no other process compares or registers keys: of two first starts one registers. */
export async function lockKeys(client: Client): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

/** The present key's first; undefined when none was ever registered. */
export async function fingerprintsOf(client: Client, name: KeyName): Promise<string[] | undefined> {
  const { rows } = await client.query<{ fingerprints: string[] }>(
    'SELECT fingerprints FROM key_fingerprints WHERE name = $1',
    [name],
  );
  return rows[0]?.fingerprints;
}

export async function setFingerprints(client: Client, name: KeyName, fingerprints: readonly string[]): Promise<void> {
  await client.query(
    `INSERT INTO key_fingerprints (name, fingerprints) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET fingerprints = EXCLUDED.fingerprints, set_at = now()`,
    [name, fingerprints],
  );
}

/** A start takes its number a moment before it registers the key that it signs with: 10 s are twice what it may take. */
const START_SECONDS = 10;

/** Open cases, at most ten, that were started before the system had this key and have not been told it since. */
export async function casesWithoutKey(client: Client, publicKey: string): Promise<string[]> {
  const { rows } = await client.query<{ number: string }>(
    `SELECT c.case_number AS number FROM cases c JOIN reopenings r USING (case_number)
       LEFT JOIN signing_keys k ON k.public_key = $1
     WHERE NOT r.closed AND (k.created_at IS NULL OR c.created_at < k.created_at - make_interval(secs => $2))
       AND NOT EXISTS (SELECT FROM ledger l WHERE l.stream = c.case_number AND l.type = 'key-announced'
                       AND l.entry -> 'details' ->> 'key' = $1)
     ORDER BY 1 LIMIT 10`,
    [publicKey, START_SECONDS],
  );
  return rows.map(({ number }) => number);
}

/** Every public key with which this system has signed. */
export async function publicKeysUsed(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ key: string }>('SELECT public_key AS key FROM signing_keys');
  return rows.map(({ key }) => key);
}

export interface SealedSamples {
  readonly documents: readonly { readonly lookup: Buffer; readonly sealed: Buffer }[];
  readonly contacts: readonly { readonly enterprise: string; readonly sealed: Buffer }[];
  readonly medicines: readonly { readonly id: string; readonly sealed: Buffer }[];
}

/** At most one sealed value of each sort, the oldest: whoever opens one has the key under which this database was sealed. */
export async function sealedSamples(client: Client): Promise<SealedSamples> {
  const documents = await client.query<SealedSamples['documents'][number]>(
    `SELECT document_lookup AS lookup, document_sealed AS sealed FROM people
     WHERE document_sealed IS NOT NULL AND document_lookup IS NOT NULL ORDER BY created_at, id LIMIT 1`,
  );
  const contacts = await client.query<SealedSamples['contacts'][number]>(
    'SELECT enterprise, phone_sealed AS sealed FROM emergency_contacts ORDER BY enterprise, position LIMIT 1',
  );
  const medicines = await client.query<SealedSamples['medicines'][number]>(
    'SELECT id, sealed FROM medicine_orders WHERE sealed IS NOT NULL ORDER BY id LIMIT 1',
  );
  return { documents: documents.rows, contacts: contacts.rows, medicines: medicines.rows };
}
