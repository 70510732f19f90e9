/** Which builds of the workflow code there are: registered once, numbered in that order, with their bundles; and what operators made current. */
import type { Pool, Queryable } from '../sql/pool';

export interface Release {
  /** 12 hexadecimal digits (workers/bundle.ts). */
  readonly build: string;
  /** In the order in which builds were first registered. */
  readonly number: number;
  readonly sdk: string;
  /** Of the state that its runs carry. */
  readonly schema: number;
  readonly registeredAt: Date;
}

export interface StoredBundle extends Release {
  /** As it was stored: gzip. */
  readonly code: Buffer;
  readonly signatures: readonly { readonly signer: string; readonly signature: Buffer }[];
}

const RELEASE = 'build, number, sdk, schema, registered_at AS "registeredAt"';

/** In the order of their numbers. */
export async function releases(db: Queryable): Promise<Release[]> {
  return (await db.query<Release>(`SELECT ${RELEASE} FROM releases ORDER BY number`)).rows;
}

/** Undefined: never registered. */
export async function storedBundle(db: Queryable, build: string): Promise<StoredBundle | undefined> {
  const { rows } = await db.query<Release & { readonly code: Buffer }>(
    `SELECT ${RELEASE}, code FROM releases WHERE build = $1`,
    [build],
  );
  const [found] = rows;
  if (!found) return undefined;
  const signed = await db.query<{ signer: string; signature: Buffer }>(
    'SELECT signer, signature FROM release_signatures WHERE build = $1',
    [build],
  );
  return { ...found, signatures: signed.rows };
}

export interface Registration {
  readonly build: string;
  readonly sdk: string;
  readonly schema: number;
  readonly code: Buffer;
  readonly signer: string;
  readonly signature: Buffer;
}

/** Under `locked`: gives a build its number, once, and adds the signature of this key. A build that is registered stays as it is. */
export async function registerRelease(db: Queryable, one: Registration): Promise<void> {
  // An INSERT that conflicts would take a number all the same.
  await db.query(
    `INSERT INTO releases (build, sdk, schema, code)
     SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT FROM releases WHERE build = $1)`,
    [one.build, one.sdk, one.schema, one.code],
  );
  await db.query(
    'INSERT INTO release_signatures (build, signer, signature) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [one.build, one.signer, one.signature],
  );
}

/** Written before it is done: a start in between finds the build current or makes nothing else so. */
export async function chooseRelease(db: Queryable, build: string): Promise<void> {
  await db.query('INSERT INTO release_choices (build) VALUES ($1)', [build]);
}

/** True when a start of this build, registered, makes it current: none came after it, and no operator has decided since. */
export async function isNewest(db: Queryable, build: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT FROM releases own WHERE build = $1
       AND NOT EXISTS (SELECT FROM releases later WHERE later.number > own.number)
       AND NOT EXISTS (SELECT FROM release_choices c WHERE c.chosen_at > own.registered_at AND c.build <> own.build
         AND NOT EXISTS (SELECT FROM release_choices later WHERE later.id > c.id))`,
    [build],
  );
  return rows.length > 0;
}

/** A worker makes its build current within a minute of registering it (workers/deployment.ts), or gives up. */
const DUE_SECONDS = 120;

/** The build that should be current: what operators chose last, or else the newest. Undefined: none yet, or it was decided a moment ago. */
export async function releaseDue(db: Queryable): Promise<string | undefined> {
  const { rows } = await db.query<{ build: string }>(
    `SELECT build FROM (
       (SELECT build, registered_at AS at FROM releases ORDER BY number DESC LIMIT 1)
       UNION ALL
       (SELECT build, chosen_at FROM release_choices ORDER BY id DESC LIMIT 1)) AS decided
     WHERE (SELECT max(at) FROM (
         SELECT max(registered_at) AS at FROM releases UNION ALL SELECT max(chosen_at) FROM release_choices) AS each)
       < now() - make_interval(secs => $1)
     ORDER BY at DESC LIMIT 1`,
    [DUE_SECONDS],
  );
  return rows[0]?.build;
}

/** Any constant that no other advisory lock of the system uses. */
const LOCK = 7_020_228;
/** A start that registers and makes its build current takes some 3 s; who waits for it notices its end soon. */
const LOCK_PAUSE_MS = 200;

/**
 * Does `work` while no other process registers builds or makes one current. The lock belongs to a connection, not to a
 * transaction: what is registered must be there before Temporal hears of it. It goes with the process.
 */
export async function locked<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let left: Error | undefined;
  try {
    while (!(await taken(client))) await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch((error: Error) => (left = error));
    client.release(left);
  }
}

async function taken(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]);
  return rows[0]?.taken === true;
}
