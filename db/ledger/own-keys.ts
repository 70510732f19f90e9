/** Whether the keys of a process stand under the root; a system that has none of that holder yet gets its first ones by itself. */
import { existsSync } from 'node:fs';
import { keyFingerprint, type Holder, type Ring } from '../../proof/ring';
import {
  establishRootKey,
  readRootKey,
  readRootPublicKey,
  rootFingerprint,
  type RootFiles,
  type RootKey,
} from '../../proof/root-key';
import { transaction, type Client, type Pool, type Queryable } from '../sql/pool';
import { addKey, databaseTime, lockRing, readRing, revokeKey } from './ring';

/** The root or a key under it is not there, or does not count, and nothing here may change that. Its message is one line. */
export class NotStanding extends Error {
  override readonly name = 'NotStanding';
}

const PAGE = '(docs/operations.md, "The root key")';

export interface EstablishedRoot {
  readonly publicKey: string;
  readonly made: boolean;
}

/** Makes the root key of a system that never had one. @throws NotStanding when its file was lost or is another key's */
export async function establishRoot(db: Queryable, files: RootFiles): Promise<EstablishedRoot> {
  const publicKey = rootOf(files)?.publicKey;
  if (publicKey !== undefined) return { publicKey, made: false };
  if (!existsSync(files.rootKeyFile) && (await hasRing(db))) throw lost(files);
  return { publicKey: establishRootKey(files).publicKey, made: true };
}

interface Root {
  readonly publicKey: string;
  /** Undefined where the private half is not kept. */
  readonly key: RootKey | undefined;
}

/** Undefined: there is no public file. @throws NotStanding for files that do not fit */
export function rootOf(files: RootFiles): Root | undefined {
  try {
    const publicKey = readRootPublicKey(files.rootPublicKeyFile);
    return publicKey === undefined ? undefined : { publicKey, key: readRootKey(files) };
  } catch (error) {
    throw new NotStanding((error as Error).message);
  }
}

export interface OwnKeys {
  readonly holder: Holder;
  /** The present one first, older ones after it. */
  readonly publicKeys: readonly string[];
  /** Where they come from, in the words of whoever puts them there: `SIGNING_KEY_FILE /data/signing-key`. */
  readonly file: string;
}

export interface Standing {
  readonly rootPublicKey: string;
  readonly ring: Ring;
  /** How long, in milliseconds, until the present key may sign. */
  readonly waitMs: number;
}

/**
 * The ring in which the present key stands. Where the ring has no key of this holder and the private root key is at hand, all keys
 * of the file are signed, and count at once: nobody has read a ring without them. @throws NotStanding
 */
export async function standIn(pool: Pool, own: OwnKeys, files: RootFiles): Promise<Standing> {
  const root = rootOf(files);
  if (root === undefined) {
    if (await hasRing(pool)) throw lost(files);
    throw new NotStanding(
      `ROOT_PUBLIC_KEY_FILE ${files.rootPublicKeyFile} is missing: make it once with npm run keys -- root ${PAGE}.`,
    );
  }
  return transaction(pool, async (client) => {
    await lockRing(client);
    let ring = await readRing(client, root.publicKey);
    if (ring.keys.every(({ holder }) => holder !== own.holder)) ring = await firstKeys(client, own, root, ring);
    const name = keyFingerprint(own.holder, own.publicKeys[0] ?? '');
    const key = ring.byFingerprint(name);
    const add = `npm run keys -- add ${own.holder} ${PAGE}`;
    if (!key) throw new NotStanding(`${own.file}: key ${name} does not stand under the root key: ${add}.`);
    if (key.revokedAt !== null) throw new NotStanding(`${own.file}: key ${name} was revoked: ${add}.`);
    const waitMs = Math.max(0, key.countsFrom - (await databaseTime(client)));
    return { rootPublicKey: root.publicKey, ring, waitMs };
  });
}

/** The oldest first. Keys of the API that are in no file any more verify what they signed, and nothing new. */
async function firstKeys(client: Client, own: OwnKeys, root: Root, ring: Ring): Promise<Ring> {
  const { holder, publicKeys, file } = own;
  if (!root.key) {
    // Rows that the file's root has not signed are no ring of this system: most likely the file is another town's.
    const foreign = ring.keys.length === 0 && (await hasRing(client));
    throw new NotStanding(
      foreign
        ? `No key of this database stands under root key ${rootFingerprint(root.publicKey)}: copy ROOT_PUBLIC_KEY_FILE from another machine, or from the backup ${PAGE}.`
        : `${file}: no key of ${holder} stands under the root key yet: npm run keys -- add ${holder}, where ROOT_KEY_FILE is ${PAGE}.`,
    );
  }
  const former = holder === 'api' ? (await formerKeys(client)).filter((key) => !publicKeys.includes(key)) : [];
  for (const publicKey of former) {
    await addKey(client, root.key, { holder, publicKey, standsFor: 0 });
    const reason = 'in no key file when the root key was made';
    await revokeKey(client, root.key, { fingerprint: keyFingerprint(holder, publicKey), reason });
  }
  for (const publicKey of publicKeys.toReversed()) await addKey(client, root.key, { holder, publicKey, standsFor: 0 });
  return readRing(client, root.publicKey);
}

const PUBLIC_KEY = '^[0-9a-f]{64}$';

async function formerKeys(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ key: string }>(
    'SELECT public_key AS key FROM signing_keys WHERE public_key ~ $1 ORDER BY created_at, 1',
    [PUBLIC_KEY],
  );
  return rows.map(({ key }) => key);
}

/** Whether the database has a ring: then a missing public file was lost, and is not about to be made. */
async function hasRing(db: Queryable): Promise<boolean> {
  const { rows } = await db.query('SELECT FROM key_rows LIMIT 1');
  return rows.length > 0;
}

function lost({ rootPublicKeyFile }: RootFiles): NotStanding {
  return new NotStanding(
    `ROOT_PUBLIC_KEY_FILE ${rootPublicKeyFile} is missing, and the system of this database has a root key: copy the file from another machine, or from the backup ${PAGE}.`,
  );
}
