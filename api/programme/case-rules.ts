/**
 * The rules that a case carries: by the hash that was kept with its number, or, for a case from before hashes were kept, as its
 * workflow was handed them. Everything about a case asks here, never for the rules in force.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { rulesOf, type Programme } from '../../programme/schema';
import { namedRules, type NamedRules } from '../../programme/rules';
import { isUnavailable, type Pool, type Queryable } from '../../db/sql/pool';
import {
  bindRules,
  casesWithoutRules,
  findRuledCase,
  findRules,
  listRules,
  type RuledCase,
} from '../../db/programme/rules';
import type { Edition } from '../../domain/programme/edition';
import { carriedRules } from './carried-rules';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';

/** What was read once is right for ever; a town has a handful. */
const read = new WeakMap<Pool, Map<string, Edition>>();
const written = new WeakMap<Programme, ReadonlyMap<string, NamedRules>>();

type Read = Pick<Deps, 'pool' | 'programme'>;

/**
 * The rules of this hash, whether a case carries them or the programme's file has them; undefined for any other. Within a
 * transaction `db` is its client, so that nobody holds one connection and waits for another.
 */
export async function rulesBy(
  { pool, programme }: Read,
  hash: string,
  db: Queryable = pool,
): Promise<Edition | undefined> {
  const known = read.get(pool) ?? new Map<string, Edition>();
  read.set(pool, known);
  const rules = known.get(hash) ?? (await findRules(db, hash));
  if (rules) known.set(hash, rules);
  return rules ?? [...editionsOf(programme).values()].find((one) => one.hash === hash)?.rules;
}

/** Every edition of the file as cases carry it, by its id, oldest first. */
function editionsOf(programme: Programme): ReadonlyMap<string, NamedRules> {
  const known = written.get(programme);
  if (known) return known;
  const editions = new Map(programme.editions.map(({ id }) => [id, namedRules(rulesOf(programme, id))]));
  written.set(programme, editions);
  return editions;
}

/**
 * What the file says of the case's edition: good for its words as long as nothing truer can be had. Of an edition that was taken
 * out of the file the oldest that is left is nearest.
 */
function asWritten(programme: Programme, edition: string | null): NamedRules {
  const editions = editionsOf(programme);
  const [oldest] = editions.values();
  const found = (edition !== null && editions.get(edition)) || oldest;
  if (!found) throw new Problem('no-edition');
  return found;
}

/**
 * The case's own rules. Of a case from before they were kept here its workflow's history is asked; while Temporal is away, or when
 * the history is gone, the programme's file. @throws Problem `unknown-case`
 */
export async function rulesOfCase(deps: Deps, caseNumber: string): Promise<NamedRules> {
  const known = await findRuledCase(deps.pool, caseNumber);
  if (!known) throw new Problem('unknown-case');
  const kept = await keptRules(deps, known);
  if (kept) return kept;
  const found = await carriedRules(deps.temporal, known);
  return found === 'away' ? asWritten(deps.programme, known.edition) : settle(deps, known, found);
}

async function keptRules(deps: Deps, { rules: hash }: Pick<RuledCase, 'rules'>): Promise<NamedRules | undefined> {
  const rules = hash === null ? undefined : await rulesBy(deps, hash);
  return hash !== null && rules ? { hash, rules } : undefined;
}

/** Keeps what was found. When the history is gone and the file still has the edition, nothing truer will ever be found. */
async function settle(deps: Deps, known: RuledCase, found: Edition | undefined): Promise<NamedRules> {
  const written = asWritten(deps.programme, known.edition);
  const named = found ? namedRules(found) : written;
  const same = named.rules.id === known.edition;
  if (found || same) await bindRules(deps.pool, known.caseNumber, named);
  else deps.log.warn({ case: known.caseNumber }, 'the rules of a case are neither in its history nor in the programme');
  return named;
}

/** The rules of the lines of a list, by case number: of a case whose own are not known yet as the file has them. */
export async function rulesOfLines(
  deps: Read,
  lines: readonly Pick<RuledCase, 'caseNumber' | 'rules' | 'edition'>[],
): Promise<(caseNumber: string) => NamedRules> {
  const found = new Map<string, NamedRules>();
  for (const { caseNumber, rules: hash, edition } of lines) {
    const rules = hash === null ? undefined : await rulesBy(deps, hash);
    found.set(caseNumber, hash !== null && rules ? { hash, rules } : asWritten(deps.programme, edition));
  }
  return (caseNumber) => found.get(caseNumber) ?? asWritten(deps.programme, null);
}

/** Everything that cases run under or the file has, oldest first: what the town has words for. */
export async function allRules(deps: Read, db: Queryable = deps.pool): Promise<Edition[]> {
  const kept: Edition[] = [];
  for (const hash of await listRules(db)) {
    const rules = await rulesBy(deps, hash, db);
    if (rules) kept.push(rules);
  }
  return [...kept, ...[...editionsOf(deps.programme).values()].map(({ rules }) => rules)];
}

/** Cases of one look. */
const AT_ONCE = 100;
/** A Temporal or PostgreSQL that is restarting is back after about this long. */
const AGAIN_MS = 5000;

/**
 * Finds out the rules of every case from before they were kept, one by one: whoever starts again goes on where this ended. Rejects
 * for what nobody foresaw.
 */
export async function findMissingRules(deps: Deps, stopping: AbortSignal): Promise<void> {
  for (let after = ''; !stopping.aborted;) {
    try {
      const cases = await casesWithoutRules(deps.pool, after, AT_ONCE);
      if (cases.length === 0) return;
      for (const known of cases) {
        const found = await carriedRules(deps.temporal, known);
        if (found === 'away') break;
        await settle(deps, known, found);
        after = known.caseNumber;
        if (stopping.aborted) return;
      }
      if (after === cases.at(-1)?.caseNumber) continue;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
    await pause(AGAIN_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}
