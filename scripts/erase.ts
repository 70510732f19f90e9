/** `npm run erase`: erases words and files by decision of an official; the ledger keeps which, why and who decided. A dry run unless told. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ConfigurationError, readEnvironment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { accountsById, idOfLogin } from '../db/accounts/accounts';
import { eraseContents, findErasable, type Erasable, type Sought } from '../db/documents/erasure';
import { append } from '../db/ledger/ledger';
import { createPool, transaction, type Pool } from '../db/sql/pool';
import { ERASURE_REASONS, eraseWords, MOST_ERASED, type Erasure } from '../domain/documents/erasure';
import type { Account } from '../domain/ledger/entry';
import { MACHINE, outsideAct, STREAMS } from '../domain/ledger/outside-acts';
import { isRefused } from '../domain/ledger/rejection';

const USAGE = `npm run erase -- --decided-by LOGIN --reason ${ERASURE_REASONS.join('|')} WHICH [--yes]
Erases the words of texts and the content and name of files for good; entries, HMACs and counts stay, and ledger:verify asks for
the entry that is made. Without --yes nothing is changed: what would be erased is listed, without its words.
WHICH, all that is given must hold, at least one:
  --author LOGIN      what this account wrote or uploaded
  --case NUMBER       what belongs to this case
  --entry SEQUENCE    of the case, what this entry of its ledger names (may be repeated)
  --id ID             this text (t-…) or file (d-…) (may be repeated)
  --naming            texts in which a name stands, and files named so: the name is the first line of the standard input
--decided-by is the official who decided. Names, ID and phone numbers of a person on a roster: POST /people/{person}/erase.`;

const OPTIONS = {
  'decided-by': { type: 'string' },
  reason: { type: 'string' },
  author: { type: 'string' },
  case: { type: 'string' },
  entry: { type: 'string', multiple: true, default: [] as string[] },
  id: { type: 'string', multiple: true, default: [] as string[] },
  naming: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

class Mistake extends ConfigurationError {}

async function main(): Promise<void> {
  const given = readArguments();
  if (given.help) return console.log(USAGE);
  const reason = ERASURE_REASONS.find((one) => one === given.reason);
  if (reason === undefined || given['decided-by'] === undefined) throw new Mistake(USAGE);
  const pool = createPool(runningAddresses(readEnvironment()).databaseUrl);
  try {
    const decidedBy = await official(pool, given['decided-by']);
    const found = await findErasable(pool, await soughtBy(pool, given));
    for (const one of found) console.log(lineOf(one));
    const counted = `${found.filter(({ what }) => what === 'text').length} texts, ${found.filter(({ what }) => what === 'document').length} files`;
    // Whom the rule refuses is told before anything is promised.
    eraseWords({ texts: [], documents: [], reason, decidedBy });
    if (found.length === 0) return console.log('Nothing is found that could be erased.');
    if (!given.yes) return console.log(`${counted} would be erased for good. Add --yes to do it.`);
    for (let from = 0; from < found.length; from += MOST_ERASED)
      await erase(pool, found.slice(from, from + MOST_ERASED), { reason, decidedBy });
    console.log(`${counted} are erased. Backups made before still hold them (docs/operations.md, "Erasing").`);
  } finally {
    await pool.end();
  }
}

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new Mistake(`${(error as Error).message}\n${USAGE}`);
  }
}

type Given = ReturnType<typeof readArguments>;

async function soughtBy(pool: Pool, given: Given): Promise<Sought> {
  const { author, case: stream, entry, id: ids, naming } = given;
  if (author === undefined && stream === undefined && ids.length === 0 && !naming) throw new Mistake(USAGE);
  if (entry.length > 0 && stream === undefined) throw new Mistake('--entry needs --case.');
  if (entry.some((number) => !/^[1-9]\d{0,14}$/.test(number))) throw new Mistake('--entry is a number of the ledger.');
  return {
    author: author === undefined ? undefined : await accountOf(pool, author),
    stream,
    sequences: entry.map(Number),
    ids,
    naming: naming ? await firstLine() : undefined,
  };
}

/** Not an option: it would stand in the shell's history and in the list of processes. */
async function firstLine(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Name: ');
  const lines = createInterface({ input: process.stdin });
  const typed = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
  });
  lines.close();
  const SHORTEST = 2;
  if (typed.trim().length < SHORTEST) throw new Mistake('--naming needs a name of two characters at least.');
  return typed.trim();
}

async function accountOf(pool: Pool, login: string): Promise<string> {
  const account = await idOfLogin(pool, login);
  if (account === undefined) throw new Mistake(`There is no account ${login}.`);
  return account;
}

async function official(pool: Pool, login: string): Promise<Account> {
  const account = await accountOf(pool, login);
  const found = (await accountsById(pool, [account])).get(account);
  if (!found) throw new Mistake(`The account ${login} is disabled: who decides can sign in.`);
  return found;
}

const lineOf = ({ what, id, author, stream, sequence, size }: Erasable) =>
  [
    stream === null ? 'of no entry' : `${stream}#${sequence}`,
    id,
    `by ${author}`,
    `${size} ${what === 'text' ? 'characters' : 'bytes'}`,
  ].join('  ');

/** All of it with its entry, or nothing. */
async function erase(pool: Pool, some: readonly Erasable[], why: Pick<Erasure, 'reason' | 'decidedBy'>): Promise<void> {
  const idsOf = (what: Erasable['what']) => some.filter((one) => one.what === what).map(({ id }) => id);
  const which = { texts: idsOf('text'), documents: idsOf('document') };
  const sequence = await transaction(pool, async (client) => {
    const act = outsideAct({ ...eraseWords({ ...which, ...why }), by: MACHINE, at: Date.now() });
    const head = await append(client, STREAMS.erasures, [act]);
    await eraseContents(client, { ...which, entry: { stream: STREAMS.erasures, sequence: head.sequence } });
    return head.sequence;
  });
  console.log(`entry ${STREAMS.erasures}#${sequence}`);
}

main().catch((error: unknown) => {
  if (isRefused(error)) console.error('--decided-by must be an official.');
  else console.error(error instanceof ConfigurationError ? error.message : `erase: ${(error as Error).message}`);
  process.exitCode = 1;
});
