/**
 * The keys with which this process works: those of the system whose database it is, or none. A process with others would sign what
 * cases do not trust, seal what nobody else opens, and find nobody who is on the roster.
 */
import { existsSync } from 'node:fs';
import { ConfigurationError, type Environment } from '../../config/env';
import { trustedKeys } from '../../db/accounts/accounts';
import {
  casesWithoutKey,
  fingerprintsOf,
  lockKeys,
  publicKeysUsed,
  sealedSamples,
  setFingerprints,
  type KeyName,
} from '../../db/operations/key-fingerprints';
import { NotStanding, standIn, type Standing } from '../../db/ledger/own-keys';
import { transaction, type Client, type Pool } from '../../db/sql/pool';
import { loadPersonal, type Personal, type PersonalField } from '../../proof/personal';
import { ownerOf } from '../people/roster-rows';
import { fingerprint } from '../../proof/secret-file';
import { loadSigningKeys, type SigningKeys } from '../../proof/signing';

export interface Keys {
  readonly keys: SigningKeys;
  readonly personal: Personal;
}

type KeySettings = Pick<Environment, 'signingKeyFile' | 'personalKeyFile' | 'acceptedKeys'>;

/** Where a key comes from, in the words of whoever has to put it there. */
interface Source {
  readonly name: KeyName;
  readonly setting: string;
  readonly file: string;
}

const ADVICE =
  'copy the file from the machine that is running, or from the backup (docs/operations.md, "Keys that do not fit")';

/**
 * Reads both files, makes what the first start of a system lacks, and registers the fingerprints. Under one lock: of two first
 * starts one makes the keys, and the other one is refused.
 * @throws ConfigurationError with one line that names the setting and the file when they are not this system's
 */
export function establishKeys(pool: Pool, settings: KeySettings): Promise<Keys> {
  const { signingKeyFile, personalKeyFile, acceptedKeys } = settings;
  return transaction(pool, async (client) => {
    await lockKeys(client);
    const keys = await signingKeys(
      client,
      { name: 'signing', setting: 'SIGNING_KEY_FILE', file: signingKeyFile },
      acceptedKeys,
    );
    const personal = await personalKey(
      client,
      { name: 'personal', setting: 'PERSONAL_KEY_FILE', file: personalKeyFile },
      acceptedKeys,
    );
    return { keys, personal };
  });
}

/** @throws ConfigurationError with one line when the signing key does not stand under the town's root key */
export async function standUnderRoot(
  pool: Pool,
  { publicKeys }: SigningKeys,
  settings: Pick<Environment, 'signingKeyFile' | 'rootKeyFile' | 'rootPublicKeyFile'>,
): Promise<Standing> {
  const file = `SIGNING_KEY_FILE ${settings.signingKeyFile}`;
  try {
    return await standIn(pool, { holder: 'api', publicKeys, file }, settings);
  } catch (error) {
    throw error instanceof NotStanding ? new ConfigurationError(error.message) : error;
  }
}

async function signingKeys(client: Client, source: Source, accepted: readonly string[]): Promise<SigningKeys> {
  const recorded = await fingerprintsOf(client, source.name);
  const used = recorded ? [] : await publicKeysUsed(client);
  requireFile(source, recorded !== undefined || used.length > 0);
  const keys = loadSigningKeys(source.file);
  const own = keys.publicKeys.map(fingerprintOfPublic);
  if (!accepted.includes(own[0] ?? '')) {
    if (recorded) await requireSuccession(client, source, { recorded, own, publicKeys: keys.publicKeys });
    // A database from before there were fingerprints: it knows every public key that has signed.
    else if (used.length > 0 && !keys.publicKeys.some((key) => used.includes(key)))
      throw otherKey(source, own[0], fingerprintOfPublic(used.at(-1) ?? ''));
  }
  if (String(own) !== String(recorded)) await setFingerprints(client, source.name, own);
  await trustedKeys(client, keys.publicKey);
  return keys;
}

interface Succession {
  readonly recorded: readonly string[];
  readonly own: readonly string[];
  readonly publicKeys: readonly string[];
}

/**
 * The same keys, or a change as docs/operations.md describes it: a new key before the recorded ones, or older ones taken away that no
 * open case needs. @throws ConfigurationError for anything else
 */
async function requireSuccession(client: Client, source: Source, found: Succession): Promise<void> {
  const { recorded, own, publicKeys } = found;
  const at = own.indexOf(recorded[0] ?? '');
  const kept = own.slice(Math.max(at, 0));
  if (at < 0 || kept.length > recorded.length || kept.some((one, index) => one !== recorded[index]))
    throw otherKey(source, own.join(' '), recorded.join(' '));
  if (kept.length === recorded.length) return;
  const needing = await casesWithoutKey(client, publicKeys[at] ?? '');
  if (needing.length === 0) return;
  throw new ConfigurationError(
    `${source.setting} ${source.file} lacks older keys (${recorded.slice(kept.length).join(' ')}) that open cases still need (${needing.join(', ')}): put them back below the present one, or ${ADVICE}.`,
  );
}

async function personalKey(client: Client, source: Source, accepted: readonly string[]): Promise<Personal> {
  const recorded = await fingerprintsOf(client, source.name);
  const proofs = recorded ? [] : await sealedProofs(client);
  requireFile(source, recorded !== undefined || proofs.length > 0);
  const personal = loadPersonal(source.file);
  const own = personal.fingerprint;
  if (!accepted.includes(own)) {
    if (recorded && recorded[0] !== own) throw otherKey(source, own, recorded[0]);
    // A database from before there were fingerprints: whoever opens what is sealed in it has its key.
    if (proofs.length > 0 && !proofs.some((proof) => opens(personal, proof)))
      throw otherKey(source, own, 'the one under which its numbers are sealed');
  }
  if (recorded?.[0] !== own) await setFingerprints(client, source.name, [own]);
  return personal;
}

interface Proof {
  readonly owner: string;
  readonly field: PersonalField;
  readonly sealed: Buffer;
}

async function sealedProofs(client: Client): Promise<Proof[]> {
  const { documents, contacts, medicines } = await sealedSamples(client);
  return [
    ...documents.map(({ lookup, sealed }) => ({ owner: ownerOf(lookup), field: 'document' as const, sealed })),
    ...contacts.map(({ enterprise, sealed }) => ({ owner: enterprise, field: 'phone' as const, sealed })),
    ...medicines.map(({ id, sealed }) => ({ owner: id, field: 'medicine' as const, sealed })),
  ];
}

function opens(personal: Personal, { owner, field, sealed }: Proof): boolean {
  try {
    personal.open(owner, field, sealed);
    return true;
  } catch {
    return false;
  }
}

/** Before a new key is made: it would be another one. */
function requireFile({ setting, file }: Source, known: boolean): void {
  if (!known || existsSync(file)) return;
  throw new ConfigurationError(`${setting} ${file} is missing, and the system of this database has one: ${ADVICE}.`);
}

function otherKey({ setting, file }: Source, own = '', recorded = ''): ConfigurationError {
  return new ConfigurationError(
    `${setting} ${file} holds another key (${own}) than the system of this database has (${recorded}): ${ADVICE}.`,
  );
}

function fingerprintOfPublic(publicKey: string): string {
  return fingerprint('signing key', Buffer.from(publicKey, 'hex'));
}
