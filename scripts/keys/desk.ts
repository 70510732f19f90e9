/** What every act on keys has: the database, the files that the settings name, and a line to say. */
import type { Environment } from '../../config/env';
import { NotStanding, rootOf } from '../../db/ledger/own-keys';
import type { Pool } from '../../db/sql/pool';
import type { Holder } from '../../proof/ring';
import type { RootKey } from '../../proof/root-key';

export interface Desk {
  readonly pool: Pool;
  readonly environment: Pick<Environment, 'rootKeyFile' | 'rootPublicKeyFile' | 'signingKeyFile' | 'workerKeyFile'>;
  readonly say: (line: string) => void;
}

/** Where the holder's keys lie, and which setting says so. */
export function fileOf({ environment }: Desk, holder: Holder): { readonly setting: string; readonly file: string } {
  if (holder === 'api') return { setting: 'SIGNING_KEY_FILE', file: environment.signingKeyFile };
  return { setting: 'WORKER_KEY_FILE', file: environment.workerKeyFile };
}

/** @throws NotStanding when a half is not here */
export function rootKeyOf({ environment }: Desk): RootKey {
  const key = rootOf(environment)?.key;
  if (key) return key;
  throw new NotStanding(
    `ROOT_KEY_FILE ${environment.rootKeyFile} and ROOT_PUBLIC_KEY_FILE ${environment.rootPublicKeyFile} are both needed here (docs/operations.md, "The root key").`,
  );
}

/** @throws NotStanding without the public file */
export function rootPublicKeyOf({ environment }: Desk): string {
  const publicKey = rootOf(environment)?.publicKey;
  if (publicKey !== undefined) return publicKey;
  throw new NotStanding(`ROOT_PUBLIC_KEY_FILE ${environment.rootPublicKeyFile} is missing: npm run keys -- root.`);
}

export const timeOf = (at: number): string => new Date(at).toISOString();
