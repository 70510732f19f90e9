/** What a data folder holds: what a backup needs, with what is lost without it, and what is made again by itself. */
import path from 'node:path';

export interface KeptFile {
  /** In the data folder; a folder ends with a slash. */
  readonly name: string;
  /** The setting that puts it elsewhere, or that replaces what it belongs to. */
  readonly setting: string;
  /** For docs/operations.md, which names each of these. */
  readonly lost: string;
}

export const POSTGRES_FOLDER = 'postgres';
export const POSTGRES_FILE = 'postgres.json';
export const TEMPORAL_FOLDER = 'temporal';
/** Temporal's one file; what was written last stands in the two beside it, `-wal` and `-shm`. */
export const TEMPORAL_FILE = path.join(TEMPORAL_FOLDER, 'temporal.db');
export const SIGNING_KEY = 'signing-key';
export const WORKER_KEY = 'worker-key';
export const PERSONAL_KEY = 'personal-key';
export const ROOT_KEY = 'root-key';
export const ROOT_PUBLIC_KEY = 'root-key.pub';
/** Seals that are kept outside PostgreSQL, each as `GET /seals/{number}` answers. */
export const SEALS_FOLDER = 'seals';
export const CHANNEL_SECRETS = 'channel-secrets.json';
export const ACCOUNTS_FILE = 'accounts.json';
/** Written by a start whose servers were all up and whose tables were there: from then on both hold something. */
export const ADDRESSES_FILE = path.join('run', 'addresses.json');

/** In the order of how bad their loss is. */
export const KEPT_FILES: readonly KeptFile[] = [
  { name: `${POSTGRES_FOLDER}/`, setting: 'DATABASE_URL', lost: 'ledger, people, texts, files, stock, accounts' },
  { name: POSTGRES_FILE, setting: 'DATABASE_URL', lost: 'the password of the database: nobody opens it' },
  { name: `${TEMPORAL_FOLDER}/`, setting: 'TEMPORAL_ADDRESS', lost: 'every open case: it must be started anew' },
  { name: SIGNING_KEY, setting: 'SIGNING_KEY_FILE', lost: 'the trust of open cases: they take no act any more' },
  {
    name: WORKER_KEY,
    setting: 'WORKER_KEY_FILE',
    lost: 'the bundles of former releases: their cases stand still until those are started once more',
  },
  {
    name: ROOT_PUBLIC_KEY,
    setting: 'ROOT_PUBLIC_KEY_FILE',
    lost: 'what keys are compared with: nothing starts, and nobody can say whose signatures count',
  },
  { name: ROOT_KEY, setting: 'ROOT_KEY_FILE', lost: 'adding and revoking keys of API and worker' },
  { name: `${SEALS_FOLDER}/`, setting: 'DATA_DIR', lost: 'the seals that are kept outside PostgreSQL' },
  { name: PERSONAL_KEY, setting: 'PERSONAL_KEY_FILE', lost: 'all ID and phone numbers, and open medicine orders' },
  {
    name: CHANNEL_SECRETS,
    setting: 'CHANNEL_SECRETS_FILE',
    lost: 'WeCom groups and official account, until set up again',
  },
  { name: ACCOUNTS_FILE, setting: 'FUGONG_MODE', lost: 'trial mode only: its accounts get new passwords and tokens' },
];

/** Made again, or of no use to anybody but the start that wrote it; caught mails and fakes are trial mode's. */
export const MADE_AGAIN = ['run', 'logs', 'cache', 'mail', 'fakes', 'workflow-bundle.js'] as const;
