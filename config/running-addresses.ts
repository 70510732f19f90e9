/** Answers for where the parts of a system are: as the environment says, else as the start on this data folder wrote down. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ConfigurationError, type Environment } from './env';
import { ADDRESSES_FILE } from './backup-files';

const ADDRESSES = z.object({
  apiUrl: z.string(),
  /** None with a Temporal that was not started here. */
  temporalUiUrl: z.string().optional(),
  temporalAddress: z.string(),
  temporalNamespace: z.string(),
  /** Of the owner: for migrations and scripts. */
  databaseUrl: z.string(),
  /** Of the roles under which the processes work; none where DATABASE_URL alone was given. */
  apiDatabaseUrl: z.string().optional(),
  workerDatabaseUrl: z.string().optional(),
  smtpUrl: z.string(),
  /** In trial mode, where they were started here. */
  fakesUrl: z.string().optional(),
});
export type Addresses = Readonly<z.infer<typeof ADDRESSES>>;

/**
 * For scripts that work on a system that runs (demo, ledger:verify, account …). Throws a ConfigurationError when an
 * address is neither set nor written down.
 */
export function runningAddresses(environment: Environment): Addresses {
  const written = readWritten(environment.dataDir);
  const known = (value: string | undefined, variable: string) => {
    if (value !== undefined) return value;
    throw new ConfigurationError(`${variable} is not set, and no system has been started on ${environment.dataDir}.`);
  };
  return {
    ...written,
    apiUrl: written?.apiUrl ?? `http://127.0.0.1:${environment.port}`,
    temporalAddress: known(environment.temporalAddress ?? written?.temporalAddress, 'TEMPORAL_ADDRESS'),
    temporalNamespace: environment.temporalNamespace,
    databaseUrl: known(environment.databaseUrl ?? written?.databaseUrl, 'DATABASE_URL'),
    smtpUrl: known(environment.smtpUrl ?? written?.smtpUrl, 'SMTP_URL'),
  };
}

function readWritten(dataDir: string): Addresses | undefined {
  try {
    return ADDRESSES.parse(JSON.parse(fs.readFileSync(path.join(dataDir, ADDRESSES_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}
