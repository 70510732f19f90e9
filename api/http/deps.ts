/** What the API is made with; the process brings real parts, tests bring theirs. */
import type { Client } from '@temporalio/client';
import type { ActLimits } from './act-limits';
import type { Changes } from '../../db/sql/changes';
import type { Pool } from '../../db/sql/pool';
import type { Logger } from 'pino';
import type { Programme } from '../../programme/schema';
import type { Patience } from './body';
import type { Personal } from '../../proof/personal';
import type { SigningKeys } from '../../proof/signing';

export interface Deps {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly programme: Programme;
  readonly keys: SigningKeys;
  readonly personal: Personal;
  /** Of the town's root key: its fingerprint stands on printed forms. 64 hexadecimal digits. */
  readonly rootPublicKey: string;
  /** Tells that something was recorded or sent. */
  readonly changes: Changes;
  /** Where the console was built into. */
  readonly consoleFolder: string;
  /** Where people reach the Temporal UI; null: nobody has said. */
  readonly temporalUi: string | null;
  readonly mode: 'trial' | 'live';
  /** Addresses and ranges of the proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** How many acts are taken in a minute. */
  readonly limits: ActLimits;
  /** How long a body may take; the usual time when nothing is said. */
  readonly patience?: Patience;
  readonly log: Logger;
  /** The API's clock, for acts outside a case; a case has its own. */
  readonly now: () => number;
}
