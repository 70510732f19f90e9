/** What the acts of `npm run release` work with, and how they say no. */
import type { Client } from '@temporalio/client';
import type { Pool } from '../../db/sql/pool';

export interface Desk {
  readonly pool: Pool;
  readonly client: Client;
  /** One JSON document on the standard output instead of lines. */
  readonly json: boolean;
}

/** Nothing was changed. Its message is one line. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
