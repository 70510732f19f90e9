/** `npm run keys -- root | list | add | revoke`: the town's root key, and the keys of API and workers that count under it. */
import { parseArgs } from 'node:util';
import { ConfigurationError, readEnvironment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { NotStanding } from '../db/ledger/own-keys';
import { createPool } from '../db/sql/pool';
import { HOLDERS, type Holder } from '../proof/ring';
import { add } from './keys/add';
import type { Desk } from './keys/desk';
import { list } from './keys/list';
import { revoke } from './keys/revoke';
import { root } from './keys/root';

const USAGE = `npm run keys -- root                  makes the town's root key, once
npm run keys -- list                  which keys count, and which were revoked
npm run keys -- add ${HOLDERS.join('|')}          a new key, which signs after 60 s
npm run keys -- revoke FINGERPRINT [--reason TEXT]`;
/** A line of a table; an essay belongs elsewhere. */
const LONGEST_REASON = 200;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { reason: { type: 'string' } } });
  const act = actOf(positionals, values.reason);
  const environment = readEnvironment();
  const pool = createPool(environment.databaseUrl ?? runningAddresses(environment).databaseUrl);
  try {
    await act({ pool, environment, say: (line) => console.log(line) });
  } finally {
    await pool.end();
  }
}

/** @throws ConfigurationError with the usage for anything else than is written there */
function actOf(positionals: readonly string[], reason: string | undefined): (desk: Desk) => Promise<void> {
  const [name, what, ...more] = positionals;
  const without = more.length === 0 && reason === undefined;
  if (name === 'root' && what === undefined && without) return root;
  if (name === 'list' && what === undefined && without) return list;
  if (name === 'add' && isHolder(what) && without) return (desk) => add(desk, what);
  if (name === 'revoke' && what !== undefined && more.length === 0) {
    if (reason !== undefined && (reason.trim() === '' || reason.length > LONGEST_REASON))
      throw new ConfigurationError(`--reason is a text of at most ${LONGEST_REASON} characters.`);
    return (desk) => revoke(desk, what, reason?.trim() ?? null);
  }
  throw new ConfigurationError(USAGE);
}

function isHolder(what: string | undefined): what is Holder {
  return HOLDERS.some((holder) => holder === what);
}

main().catch((error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  const foreseen = error instanceof ConfigurationError || error instanceof NotStanding;
  console.error(foreseen ? message : `keys: ${message || code}`);
  process.exitCode = 1;
});
