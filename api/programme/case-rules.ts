/** The rules that a case carries, by the hash that was kept with its number. Everything about a case asks here, never for the rules in force. */
import { rulesOf, type Programme } from '../../programme/schema';
import { namedRules, type NamedRules } from '../../programme/rules';
import type { Pool, Queryable } from '../../db/sql/pool';
import { findRuledCase, findRules, listRules, type RuledCase } from '../../db/programme/rules';
import type { Edition } from '../../domain/programme/edition';
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
 * The case's own rules; of one that is just being started, or that nobody could find them of any more, the programme's file.
 * @throws Problem `unknown-case`
 */
export async function rulesOfCase(deps: Read, caseNumber: string): Promise<NamedRules> {
  const known = await findRuledCase(deps.pool, caseNumber);
  if (!known) throw new Problem('unknown-case');
  return rulesOfLine(deps, known);
}

async function rulesOfLine(
  deps: Read,
  { rules: hash, edition }: Pick<RuledCase, 'rules' | 'edition'>,
): Promise<NamedRules> {
  const rules = hash === null ? undefined : await rulesBy(deps, hash);
  return hash !== null && rules ? { hash, rules } : asWritten(deps.programme, edition);
}

/** The rules of the lines of a list, by case number: of a case whose own are not known yet as the file has them. */
export async function rulesOfLines(
  deps: Read,
  lines: readonly Pick<RuledCase, 'caseNumber' | 'rules' | 'edition'>[],
): Promise<(caseNumber: string) => NamedRules> {
  const found = new Map<string, NamedRules>();
  for (const line of lines) found.set(line.caseNumber, await rulesOfLine(deps, line));
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
