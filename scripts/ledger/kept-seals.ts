/** Seals that were kept outside PostgreSQL, against what it says now: for them nobody who has SQL can make anything anew. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SEALS_FOLDER } from '../../config/backup-files';
import { ConfigurationError } from '../../config/env';
import { findSeal } from '../../db/ledger/seals';
import type { Queryable } from '../../db/sql/pool';
import { sealHash, signerFault, type Known, type Seal, type SealLine } from '../../proof/seal';
import { keptSeal } from '../../contracts/ledger/seals';
import type { Found } from './finding';

export interface KeptSeal {
  readonly number: number;
  readonly hash: string;
  /** Undefined: only its hash was kept. */
  readonly line?: SealLine;
  /** Undefined: as `GET /seals/{number}` answers without sign-in. */
  readonly heads?: Seal['heads'] | undefined;
}

const BY_HASH = /^(\d{1,15}):([0-9a-f]{64})$/;

/** `12:<hash>`, or a JSON file as `GET /seals/{number}` answers. @throws ConfigurationError with one line for anything else */
export function readKept(since: string): KeptSeal {
  const [, number, hash] = BY_HASH.exec(since) ?? [];
  if (number !== undefined && hash !== undefined) return { number: Number(number), hash };
  let text: string;
  try {
    text = readFileSync(since, 'utf8');
  } catch {
    throw new ConfigurationError(`--since ${since} is neither number:hash of a seal nor a file that can be read.`);
  }
  try {
    const { heads, ...line } = keptSeal.parse(JSON.parse(text));
    return { number: line.number, hash: line.hash, line: { ...line, at: Date.parse(line.at) }, heads };
  } catch (error) {
    const why = error instanceof z.ZodError ? `${error.issues[0]?.path.join('.')}` : 'no JSON';
    throw new ConfigurationError(`--since ${since} is not a seal as GET /seals/{number} answers (${why}).`);
  }
}

/** Those that the system itself has put into its data folder. */
export function keptIn(dataDir: string): KeptSeal[] {
  const folder = path.join(dataDir, SEALS_FOLDER);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => readKept(path.join(folder, name)));
}

export async function compareKept(
  db: Queryable,
  kept: KeptSeal,
  known: Known | undefined,
  found: Found,
): Promise<void> {
  const { number, hash, line, heads } = kept;
  const name = `seal ${number}, kept elsewhere`;
  if (line && heads && sealHash({ ...line, heads }) !== hash)
    return found(`${name}: is not what its own hash says 外存封存被改动`);
  const unsigned = line && known && signerFault(line, known);
  if (unsigned) found(`${name}: ${unsigned}`);
  const here = await findSeal(db, number);
  if (!here) found(`seal ${number}: missing, and it was kept elsewhere 封存缺失`);
  else if (here.hash !== hash) found(`seal ${number}: is not the one that was kept elsewhere (${hash}) 与外存封存不符`);
  if (line) await compareBefore(db, line, found);
  if (line?.ring && line.ring.number > 0 && known && !known.ring.hasRow(line.ring.hash))
    found(`key row ${line.ring.number}: is not what ${name}, holds 密钥记录与外存封存不符`);
  const held = heads ?? (here?.hash === hash ? here.heads : undefined);
  if (held) await compareHeads(db, name, held, found);
  else
    found(`${name}: what it holds cannot be told without its heads; keep GET /seals/{number} as an operator gets it`);
}

/** It follows the one before it by a hash that nobody can make anew. */
async function compareBefore(db: Queryable, { number, previous }: SealLine, found: Found): Promise<void> {
  if (number === 1) return;
  const before = await findSeal(db, number - 1);
  if (before?.hash !== previous)
    found(`seal ${number - 1}: is not the one that seal ${number}, kept elsewhere, follows 与外存封存不衔接`);
}

async function compareHeads(db: Queryable, name: string, heads: Seal['heads'], found: Found): Promise<void> {
  const { rows } = await db.query<{ stream: string; sequence: number }>(
    `SELECT h.stream, h.sequence FROM jsonb_to_recordset($1::jsonb) AS h (stream text, sequence bigint, hash text)
     LEFT JOIN ledger l USING (stream, sequence) WHERE l.hash IS DISTINCT FROM h.hash ORDER BY 1`,
    [JSON.stringify(heads)],
  );
  for (const { stream, sequence } of rows) found(`${stream}#${sequence}: is not what ${name}, holds 与外存封存不符`);
}
